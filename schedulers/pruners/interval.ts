/** When a pruner looks at a trial: options and rule of all that look at steps of an interval, as Optuna has them. */
import type { Options, OptionSpecs } from '../../study/options.ts';
import type { Crossings } from '../../study/scheduling.ts';
import type { RunningTrial } from '../scheduler.ts';

/** Crossings of a trial before they get sparser. */
export const MOST_CROSSINGS = 32;

export const INTERVAL_OPTIONS: OptionSpecs = {
  warmup: { type: 'int', default: 0, low: 0, high: 1_000_000_000, doc: 'Steps of a trial before it can be pruned' },
  interval: {
    type: 'int',
    default: 1,
    low: 1,
    high: 1_000_000_000,
    doc: 'Steps between two looks at a trial, counted from the warmup',
  },
};

/** Plain JSON. */
export interface Interval {
  readonly warmup: number;
  readonly interval: number;
}

export function intervalOf({ warmup, interval }: Options): Interval {
  return { warmup: warmup as number, interval: interval as number };
}

export function crossingsOf({ warmup, interval }: Options): Crossings {
  return { from: warmup as number, every: interval as number, most: MOST_CROSSINGS };
}

/** Whether the newest report is the first at or past a step that is looked at. */
export function isLook({ warmup, interval }: Interval, { reports }: RunningTrial): boolean {
  const { step } = reports.at(-1)!;
  if (step < warmup) return false;
  const before = reports.at(-2)?.step ?? -1;
  return before < Math.floor((step - warmup) / interval) * interval + warmup;
}
