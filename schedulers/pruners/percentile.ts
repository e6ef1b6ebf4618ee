/**
 * Percentile and median rule [Golovin 2017, section 3.2.2]: a trial is pruned where its best value so far is worse than the percentile of
 * what complete trials reported at the same step, as Optuna's PercentilePruner and MedianPruner do, with their defaults.
 *
 * Ours differs: only reports that cross are known (from the warmup on, every `interval` steps, sparser after 32 of them), the best one
 * among them; and complete trials older than the last 100 are forgotten, but for their number. Reports that are no number count as never
 * made: Optuna prunes there.
 *
 * State: reports of the last 164 or more complete trials (window.ts). A verdict costs a pass over them.
 *
 * [Golovin 2017] Golovin et al., "Google Vizier: A Service for Black-Box Optimization", KDD 2017.
 */
import type { Options, OptionSpecs } from '../../study/options.ts';
import type { Pruner, RunningTrial, SchedulingProblem } from '../scheduler.ts';
import { crossingsOf, intervalOf, INTERVAL_OPTIONS, isLook, type Interval } from './interval.ts';
import { asOfPosition, openWindow, take, type Window } from './window.ts';
import { shown } from './words.ts';

export interface PercentileState extends Interval {
  readonly percentile: number;
  readonly startup: number;
  readonly minTrials: number;
  readonly maximize: boolean;
  /** [step, y] of each complete trial. */
  readonly complete: Window<readonly (readonly [step: number, y: number])[]>;
}

const TRIALS = 100;

export const COMPARING_OPTIONS: OptionSpecs = {
  startup: { type: 'int', default: 5, low: 0, high: 1_000_000, doc: 'Complete trials before any is pruned' },
  ...INTERVAL_OPTIONS,
  minTrials: {
    type: 'int',
    default: 1,
    low: 1,
    high: TRIALS,
    doc: 'Complete trials that reported at a step, at least, to prune there',
  },
};

export const PERCENTILE_OPTION: OptionSpecs = {
  percentile: {
    type: 'float',
    default: 25,
    low: 0,
    high: 100,
    doc: 'The best so many percent go on: 25 prunes the worse three quarters',
  },
};

export const percentile: Pruner<PercentileState> = {
  form: 'pruner',
  name: 'percentile',
  version: 1,
  options: { ...PERCENTILE_OPTION, ...COMPARING_OPTIONS },
  supports: () => true,
  crossings: crossingsOf,
  begin: (problem, options) => beginAt(options['percentile'] as number, problem, options),
  reported: () => {},
  ended(state, { state: end, reports }, seq) {
    if (end !== 'complete') return;
    take(
      state.complete,
      seq,
      reports.map(({ step, y }) => [step, y] as const),
    );
  },
  verdict: judge,
};

export const median: Pruner<PercentileState> = {
  ...percentile,
  name: 'median',
  options: COMPARING_OPTIONS,
  begin: (problem, options) => beginAt(50, problem, options),
};

function beginAt(share: number, problem: SchedulingProblem, options: Options): PercentileState {
  return {
    ...intervalOf(options),
    percentile: share,
    startup: options['startup'] as number,
    minTrials: options['minTrials'] as number,
    maximize: problem.maximize === true,
    complete: openWindow(TRIALS, problem),
  };
}

function judge(state: PercentileState, trial: RunningTrial, asOf: number): 'go on' | { readonly prune: string } {
  const { newest, count } = asOfPosition(state.complete, asOf);
  if (count === 0 || count < state.startup || !isLook(state, trial)) return 'go on';
  const { step } = trial.reports.at(-1)!;
  const values = newest.flatMap((reports) => reports.filter(([at]) => at === step).map(([, y]) => y));
  if (values.length < state.minTrials) return 'go on';
  const best = Math.min(...trial.reports.map(({ y }) => y));
  const bound = percentileOf(values, state.percentile);
  if (!(best > bound)) return 'go on';
  const of = state.percentile === 50 ? 'median' : `best ${state.percentile} percent`;
  const told = [best, bound].map((y) => shown(y, state.maximize));
  return {
    prune: `its best by step ${step}, ${told[0]}, is worse than the ${of} of ${values.length} trials, ${told[1]}`,
  };
}

/** Linear between neighbours, in the operations of numpy, so that ties are the same. */
function percentileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share / 100) * (sorted.length - 1);
  const below = Math.floor(at);
  const [a, b] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  const t = at - below;
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}
