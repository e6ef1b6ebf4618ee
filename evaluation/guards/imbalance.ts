/** Accuracy among very unequal classes: who always says the largest class is right most of the time. */
import type { Guard } from './guard.ts';
import { countClasses } from './class-counts.ts';
import { capital, counted, figure, percent } from '../figures.ts';

/** Accuracy and its complement, without words that say only where and how it was measured. */
const ACCURACY = /^(?:acc|accuracy|errorrate|classificationerror|misclassification(?:rate|error)?|zerooneloss|01loss)$/;
const WHERE = /^(?:val|valid|validation|test|cv|held|hold|out|heldout|holdout|mean|avg|best|top1|overall|score)$/;
/** Metrics that are accuracy where every row has one class, or grow and fall with it. */
const SAME_AS_ACCURACY = /^(?:(?:precision|recall|f1|f2|fHalf|specificity)Micro|recallWeighted)$/;
/** Adjusted balanced accuracy up to which a model is hardly more than one answer. */
const ONE_ANSWER = 0.05;

export const imbalance: Guard = ({ metric: { name }, predictions, guards, champion }) => {
  if (!isAccuracy(name)) return null;
  const shown = predictions?.challenger ?? predictions?.champion;
  const truth = shown && countClasses(shown);
  if (!truth) return { lacks: 'there are no predictions: return them in phase test, with at least one row' };
  const { share, largest, rows } = truth;
  if (share < guards.imbalance) return null;

  const challenger = predictions!.challenger && countClasses(predictions!.challenger);
  const rival = predictions!.champion && countClasses(predictions!.champion);
  const oneAnswer = challenger !== undefined && !(challenger.adjusted > ONE_ANSWER);
  // a champion that is not shown may be better
  const better = challenger && (rival ? challenger.balancedAccuracy > rival.balancedAccuracy : !champion);
  const scores = [
    challenger &&
      `the challenger has accuracy ${figure(challenger.accuracy)} and balanced accuracy ${figure(challenger.balancedAccuracy)}`,
    rival && `the champion has ${figure(rival.accuracy)} and ${figure(rival.balancedAccuracy)}`,
  ].filter(Boolean);
  return {
    saw:
      `${name} decides, and ${percent(share)} of the ${counted(rows, 'test row')} are of class ${largest}: always saying so is right ` +
      `as often. ${capital(scores.join(', '))}${oneAnswer ? '; the challenger is hardly more than one answer to everything' : ''}.`,
    advice: 'Put balancedAccuracy, mcc or prAuc first among the metrics, and tune for it.',
    blocks: oneAnswer || !better,
  };
};

/** Whether a metric or an objective of this name is accuracy, or its complement, as far as the name tells: 'valAcc', 'error rate' … */
export function isAccuracy(name: string): boolean {
  if (SAME_AS_ACCURACY.test(name)) return true;
  const words = name
    .replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  return ACCURACY.test(words.filter((word) => !WHERE.test(word)).join(''));
}
