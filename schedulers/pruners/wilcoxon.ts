/**
 * Prunes a trial that Wilcoxon's signed-rank test finds worse than the best one, step by step in pairs: for steps that are instances, or
 * folds of a cross-validation, whose values a trial's result is the mean of. As Optuna's WilcoxonPruner, with its defaults.
 *
 * Folds share training data, so their differences are not independent, as the test assumes: take pThreshold for a heuristic, no error
 * rate. With k pairs p is 2^-k at least: where `steps` says how many there are, a threshold that they cannot pass is refused.
 *
 * Ours differs: the best trial is the complete one with the smallest mean of its reports (Optuna: with the best value, which it asks to
 * be that mean); p is exact also with ties, zeros and more than 50 pairs; of more than 100 pairs the newest 100 are tested; steps after
 * the first 64 cross more and more sparsely.
 *
 * State: the successive best trials, the last 66 or more (window.ts).
 */
import type { Pruner, RunningTrial } from '../scheduler.ts';
import { signedRankP } from './signed-rank.ts';
import { asOfPosition, openWindow, take, type Window } from './window.ts';

interface Best {
  readonly number: number;
  readonly mean: number;
  readonly reports: readonly (readonly [step: number, y: number])[];
}

export interface WilcoxonState {
  readonly pThreshold: number;
  readonly startupSteps: number;
  /** Each better than the one before. */
  readonly bests: Window<Best>;
}

const MOST = 64;
const PAIRS = 100;

export const wilcoxon: Pruner<WilcoxonState> = {
  form: 'pruner',
  name: 'wilcoxon',
  version: 1,
  options: {
    pThreshold: { type: 'float', default: 0.1, low: 1e-9, high: 0.5, doc: 'A trial is pruned where p is below' },
    startupSteps: {
      type: 'int',
      default: 2,
      low: 0,
      high: 10_000,
      doc: 'Steps of a trial before it can be pruned, 2 at least',
    },
    steps: {
      type: 'int',
      default: 0,
      low: 0,
      high: 1_000_000,
      doc: 'How many steps (folds, instances) a trial has; 0: unknown',
    },
  },
  supports(_problem, { pThreshold, startupSteps, steps }) {
    if (steps === 0) return true;
    const pairs = Math.min(steps as number, PAIRS);
    let least = 1;
    for (let k = 0; k < pairs; k++) least *= 0.5;
    if (least >= (pThreshold as number))
      return `with ${steps} steps p is ${least} at least, never below ${pThreshold}; raise pThreshold, or have more steps`;
    if (Math.max(2, startupSteps as number) >= (steps as number))
      return `startupSteps is ${startupSteps} (2 at least) of ${steps} steps, so that no trial would end before its last; lower it`;
    return true;
  },
  crossings: () => ({ from: 0, every: 1, most: MOST }),
  begin: (problem, { pThreshold, startupSteps }) => ({
    pThreshold: pThreshold as number,
    startupSteps: startupSteps as number,
    bests: openWindow(1, problem),
  }),
  reported: () => {},
  ended({ bests }, { number, state, reports }, seq) {
    if (state !== 'complete' || reports.length === 0) return;
    const mean = meanOf(reports);
    const best = bests.entries.at(-1)?.[1];
    if (best && (mean > best.mean || (mean === best.mean && number > best.number))) return;
    take(bests, seq, { number, mean, reports: reports.map(({ step, y }) => [step, y] as const) });
  },
  verdict({ pThreshold, startupSteps, bests }, { reports }, asOf) {
    const best = asOfPosition(bests, asOf).newest.at(-1);
    if (!best || best.mean >= meanOf(reports)) return 'go on';
    const known = new Map(best.reports);
    const pairs = reports.filter(({ step }) => known.has(step));
    if (pairs.length < Math.max(2, startupSteps)) return 'go on';
    const p = signedRankP(pairs.slice(-PAIRS).map(({ step, y }) => y - known.get(step)!));
    if (!(p < pThreshold)) return 'go on';
    return {
      prune: `worse than trial ${best.number} on ${pairs.length} steps in common, p = ${Number(p.toPrecision(2))}`,
    };
  },
};

function meanOf(reports: RunningTrial['reports']): number {
  let sum = 0;
  for (const { y } of reports) sum += y;
  return sum / reports.length;
}
