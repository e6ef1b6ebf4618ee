/**
 * The best of many scores is too good: it was picked for its luck as well.
 *
 * With a test of the best trial on rows that tuning never saw, its validation value is compared with its value there: a fall
 * that noise does not explain is what picking made of it. Noise is that of the folds, and the test counts as one more part of
 * that size: t s sqrt(1/k + 1), the prediction interval of one more fold. Without such a test the gain over the defaults (over
 * the median, where they did not run) is compared with what n equal trials would show by noise alone. Folds share rows, so their
 * noise is rather too small [Bengio 2004]: the guard would sooner say nothing than too much.
 *
 * [Bengio 2004] Bengio and Grandvalet, "No Unbiased Estimator of the Variance of K-Fold Cross-Validation", JMLR 5, 1089-1105.
 * [Cawley 2010] Cawley and Talbot, "On Over-fitting in Model Selection and Subsequent Selection Bias in Performance Evaluation",
 *   JMLR 11, 2079-2107.
 */
import { mean } from '../../study/numerics/mean.ts';
import { quantile } from '../../study/numerics/quantile.ts';
import { counted, figure, percent } from '../figures.ts';
import type { Finding, Guard, GuardInput } from './guard.ts';
import {
  bestOf,
  completeTrials,
  finishedRuns,
  firstObjective,
  lead,
  testOfBest,
  type FinishedRun,
  type Measured,
} from './measured.ts';
import { marginOf, noiseOfFolds, noiseOfRepeats, noiseWithin } from './noise.ts';
import { expectedMaximum, maximumLeadsBy, maximumReaches } from './normal-maximum.ts';

/** Complete trials from which on there is something to pick from. */
const FEWEST = 5;
/** Share of studies below which noise counts as no explanation. */
const RARE = 0.05;
const NO_NOISE = 'the noise of a trial is unknown: return folds beside the value, or let some parameters run twice';

export const optimism: Guard = (input) => {
  const trials = completeTrials(input);
  if (trials.length < FEWEST)
    return { lacks: `there are ${counted(trials.length, 'complete trial')}: expected at least ${FEWEST}` };
  const best = bestOf(input, trials);
  if (!best) return { lacks: 'there is no best trial' };
  const runs = finishedRuns(testOfBest(input));
  const onSameRows = input.definition.evaluate?.test.kind === 'cross-validation';
  return runs.length > 0 && !onSameRows
    ? againstTest(input, trials, best, runs)
    : againstChance(input, trials, best, onSameRows && runs.length > 0);
};

function againstTest(
  input: GuardInput,
  trials: readonly Measured[],
  { record, value }: Measured,
  runs: readonly FinishedRun[],
): Finding {
  const { name, goal } = firstObjective(input);
  const explained = explainedBy(trials, record.folds ?? [], runs);
  if (explained === undefined) return { lacks: NO_NOISE };
  const tested = mean(runs.map(({ values }) => values[0]!));
  const fall = lead(goal, value, tested);
  if (fall <= explained) return null;
  return {
    saw:
      `Trial ${record.number} was the best of ${counted(trials.length, 'trial')} with ${name} ${figure(value)}, and has ` +
      `${figure(tested)} in the test: ${figure(fall)} worse, where noise explains up to ${figure(explained)}.`,
    advice: 'Believe the test. More folds, or fewer trials, leave less room for luck.',
    // the verdict rests on the test
    blocks: false,
  };
}

/** How much a value that was not picked falls from validation to test in at most one of 40 cases. */
function explainedBy(
  trials: readonly Measured[],
  folds: readonly number[],
  runs: readonly FinishedRun[],
): number | undefined {
  const ofFolds = noiseWithin([folds]);
  // without any spread they say nothing of noise
  if (ofFolds && ofFolds.sd > 0) {
    const { sd, df } = ofFolds;
    const parts = runs.reduce((sum, run) => sum + (run.folds?.length ?? 1), 0) / runs.length;
    return marginOf(df) * sd * Math.sqrt(1 / folds.length + 1 / parts);
  }
  const ofSeeds = noiseOfRepeats(trials);
  if (!ofSeeds || ofSeeds.sd === 0) return undefined;
  return marginOf(ofSeeds.df) * ofSeeds.sd * Math.sqrt(1 + 1 / runs.length);
}

function againstChance(
  input: GuardInput,
  trials: readonly Measured[],
  { record, value }: Measured,
  blocks: boolean,
): Finding {
  const { name, goal } = firstObjective(input);
  const noise = noiseOfFolds(trials, record.folds?.length ?? 0) ?? noiseOfRepeats(trials);
  if (!noise) return { lacks: NO_NOISE };
  const n = trials.length;
  const baseline = trials.find((each) => each.record.baseline);
  // nobody is flattered
  if (record === baseline?.record) return null;
  const gain = lead(
    goal,
    value,
    baseline
      ? baseline.value
      : quantile(
          trials.map((each) => each.value).sort((a, b) => a - b),
          0.5,
        ),
  );
  // noise of nothing explains nothing
  if (noise.sd === 0) return null;
  const chance = baseline ? maximumLeadsBy(gain / noise.sd, n - 1) : maximumReaches(gain / noise.sd, n);
  if (chance < RARE) return null;
  return {
    saw:
      `The best ${name}, ${figure(value)} of trial ${record.number}, is ${figure(gain)} better than ` +
      `${baseline ? `the defaults (trial ${baseline.record.number})` : 'the median trial'}; among ${n} equal trials noise alone ` +
      `shows as much in ${percent(chance)} of studies, and makes their best ${figure(noise.sd * expectedMaximum(n))} too good on average.`,
    advice: `Hold out rows for a test (evaluate.test) before believing ${figure(value)}; more folds make a trial's value less noisy.`,
    blocks,
  };
}
