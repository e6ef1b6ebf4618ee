/**
 * Prunes a trial whose newest value lies outside of bounds, in the user's own direction, as Optuna's ThresholdPruner does. Only reports
 * that cross are looked at; those that are no number count as never made (Optuna prunes there).
 *
 * State: the options. A verdict costs nothing.
 */
import { crossingsOf, intervalOf, INTERVAL_OPTIONS, isLook, type Interval } from './interval.ts';
import type { Pruner } from '../scheduler.ts';
import { shown } from './words.ts';

export interface ThresholdState extends Interval {
  readonly lower: number;
  readonly upper: number;
  readonly maximize: boolean;
}

const NONE = Number.MAX_VALUE;

export const threshold: Pruner<ThresholdState> = {
  form: 'pruner',
  name: 'threshold',
  version: 1,
  options: {
    lower: { type: 'float', default: -NONE, low: -NONE, high: NONE, doc: 'Values below are pruned; as it is, none' },
    upper: { type: 'float', default: NONE, low: -NONE, high: NONE, doc: 'Values above are pruned; as it is, none' },
    ...INTERVAL_OPTIONS,
  },
  supports(_problem, { lower, upper }) {
    if (lower === -NONE && upper === NONE)
      return 'neither lower nor upper is given, and nothing would ever be pruned; give one';
    if ((lower as number) > (upper as number))
      return `lower is ${lower} and upper ${upper}, so every value would be pruned; exchange them`;
    return true;
  },
  crossings: crossingsOf,
  begin: ({ maximize }, options) => ({
    ...intervalOf(options),
    lower: options['lower'] as number,
    upper: options['upper'] as number,
    maximize: maximize === true,
  }),
  reported: () => {},
  ended: () => {},
  verdict(state, trial) {
    if (!isLook(state, trial)) return 'go on';
    const { step, y } = trial.reports.at(-1)!;
    const value = state.maximize ? 0 - y : y;
    const wrong =
      value < state.lower ? `below ${state.lower}` : value > state.upper ? `above ${state.upper}` : undefined;
    return wrong === undefined
      ? 'go on'
      : { prune: `its value at step ${step}, ${shown(y, state.maximize)}, is ${wrong}` };
  },
};
