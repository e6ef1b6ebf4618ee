/** A trial: the class that `model` names is trained and tested on each fold. */
import type { TrialContext } from '../../activities/runners/trial-context.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import { loadDigits } from '../digits/data.ts';
import { neighbours, type NeighboursParams } from './neighbours.ts';
import { softmax, type SoftmaxParams } from './softmax.ts';

type Params = ({ readonly model: 'neighbours' } & NeighboursParams) | ({ readonly model: 'softmax' } & SoftmaxParams);

/** Rows that are used: the first ones, for the sake of time. */
const ROWS = 600;

export function trial({ params, split, phase }: TrialContext<Params>): object {
  const digits = loadDigits();
  const labels = digits.labels.subarray(0, ROWS);
  const answers: Predictions[] = [];
  for (const { train, test } of split({ labels: Array.from(labels) })) {
    const answer = params.model === 'neighbours' ? neighbours(digits, train, params) : softmax(digits, train, params);
    const truth = Array.from(test, (row) => labels[row]!);
    answers.push({ truth, predicted: Array.from(test, answer), ids: Array.from(test) });
  }
  const folds = answers.map(
    ({ truth, predicted }) => truth.filter((label, i) => label === predicted![i]).length / truth.length,
  );
  const predictions: Predictions = {
    truth: answers.flatMap(({ truth }) => [...truth]),
    predicted: answers.flatMap(({ predicted }) => [...predicted!]),
    ids: answers.flatMap(({ ids }) => [...ids!]),
  };
  return { folds, ...(phase === 'test' && { predictions }) };
}
