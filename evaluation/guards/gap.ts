/**
 * A model that does much better on the rows it learned from than on others.
 *
 * A study that states no limit is judged by its own trials: a gap is large where it is larger than the spread of their validation
 * values (between the quartiles). Then what the model knows of its training rows alone outweighs what parameters make of it,
 * whatever the unit, and it is regularization that there is something to gain from. Where folds tell the noise of the best
 * value, two standard errors have to be exceeded as well.
 */
import { mean } from '../../study/numerics/mean.ts';
import { quantile } from '../../study/numerics/quantile.ts';
import type { Guard, GuardInput } from './guard.ts';
import { capital, counted, figure } from '../figures.ts';
import { gapOf } from '../../study/evaluation/gap-rule.ts';
import { bestOf, completeTrials, finishedRuns, firstObjective, type Measured } from './measured.ts';
import { noiseWithin } from './noise.ts';

/** Complete trials from which on their quartiles mean something. */
const FEWEST = 8;

export const gap: Guard = (input) => {
  const { name, goal } = firstObjective(input);
  const trials = completeTrials(input);
  const best = bestOf(input, trials);
  const train = best?.record.train;
  const runs = finishedRuns(input.challenger).flatMap(({ train, values }) =>
    train === undefined ? [] : [{ train, value: values[0]! }],
  );
  if (train === undefined && runs.length === 0)
    return { lacks: 'neither the best trial nor a test has a training score: return train beside the value' };
  const limit = limitOf(input, trials, best);
  if (!limit)
    return {
      lacks: `no limit: state guards.gap.above, or let at least ${FEWEST} complete trials have different values (there are ${trials.length} complete)`,
    };

  const seen: string[] = [];
  if (best && train !== undefined && gapOf(train, best.value, goal) > limit.above)
    seen.push(
      `Trial ${best.record.number} has ${name} ${figure(train)} on its training rows and ${figure(best.value)} in validation, ` +
        `a gap of ${figure(gapOf(train, best.value, goal))}`,
    );
  if (runs.length > 0) {
    const [trained, tested] = [mean(runs.map((run) => run.train)), mean(runs.map((run) => run.value))];
    if (gapOf(trained, tested, goal) > limit.above)
      seen.push(
        `the challenger has ${name} ${figure(trained)} on its training rows and ${figure(tested)} in the test ` +
          `(${counted(runs.length, 'run')}), a gap of ${figure(gapOf(trained, tested, goal))}`,
      );
  }
  if (seen.length === 0) return null;
  return {
    saw: `${capital(seen.join('; '))}, above ${figure(limit.above)} (${limit.why}).`,
    advice:
      'Regularize more, stop training earlier or use more data; guards.gap as constraint or penalty keeps such trials from winning.',
    blocks: false,
  };
};

function limitOf(
  { guards }: GuardInput,
  trials: readonly Measured[],
  best: Measured | undefined,
): { readonly above: number; readonly why: string } | undefined {
  if (guards.gap) return { above: guards.gap.above, why: 'guards.gap.above' };
  if (trials.length < FEWEST) return undefined;
  const values = trials.map(({ value }) => value);
  const sorted = values.toSorted((a, b) => a - b);
  const spread = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  if (spread === 0) return undefined;
  const folds = best?.record.folds ?? [];
  const noise = 2 * ((noiseWithin([folds])?.sd ?? 0) / Math.sqrt(folds.length || 1));
  return noise > spread
    ? { above: noise, why: "two standard errors of the best value's folds" }
    : { above: spread, why: `between the quartiles of ${counted(trials.length, 'complete trial')}` };
}
