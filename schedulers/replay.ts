/**
 * One training with parameters that change on the way: the enqueued trials one after another, each for an interval, each going on from
 * the checkpoint of the one before. So a schedule that a population found (study/trial/lineage.ts), or one written by hand, is trained once.
 *
 * Where the enqueued trials leave parameters open, and after the last of them, the sampler suggests. An interval that failed ends it.
 *
 * State: constant. A decision costs O(1).
 */
import type { OptionSpecs } from '../study/options.ts';
import type { HalvingScheduler } from './scheduler.ts';

const OPTIONS: OptionSpecs = {
  intervals: { type: 'int', default: 10, low: 1, high: 100_000, doc: 'how many intervals are trained' },
  interval: {
    type: 'float',
    default: 1,
    low: 1e-6,
    high: 1e9,
    doc: 'how long each of them is, in the budget’s unit (steps, epochs)',
  },
};

interface Replay {
  readonly intervals: number;
  readonly interval: number;
  /** Intervals that have ended well. */
  done: number;
  /** The trial that did the last of them; -1 before the first. */
  last: number;
  /** The interval that runs. */
  flying: boolean;
  /** Of the trial that failed; -1: none has. */
  failed: number;
}

export const replay: HalvingScheduler<Replay> = {
  form: 'halving',
  name: 'replay',
  version: 1,
  options: OPTIONS,
  supports: () => true,
  endsByItself: () => true,
  begin: (_problem, options) => ({
    intervals: options['intervals'] as number,
    interval: options['interval'] as number,
    done: 0,
    last: -1,
    flying: false,
    failed: -1,
  }),

  next(state, number) {
    const { intervals, interval, done, last, flying, failed } = state;
    if (flying) return { do: 'wait' };
    if (failed >= 0) return { do: 'finish', reason: `interval ${done} cannot be trained: trial ${failed} failed` };
    if (done === intervals) return { do: 'finish', reason: `all ${intervals} of its intervals are trained` };
    if (number === undefined) return { do: 'finish', reason: 'no more trials may start' };
    state.flying = true;
    const lineage = last < 0 ? undefined : { parent: last, keeps: false };
    const to = interval * (done + 1);
    return { do: 'start', to, bracket: 0, rung: done, final: true, enqueued: true, ...(lineage && { lineage }) };
  },

  ended(state, number, end) {
    state.flying = false;
    if (end.end !== 'gone') {
      state.done++;
      state.last = number;
    } else if (!end.unmade) state.failed = number;
    return [];
  },

  parents: ({ done, intervals, last }) => (last < 0 || done === intervals ? [] : [last]),
  plan: (options) => {
    const [intervals, interval] = [options['intervals'] as number, options['interval'] as number];
    return [
      { bracket: 0, rungs: Array.from({ length: intervals }, (_, i) => ({ to: interval * (i + 1), trials: 1 })) },
    ];
  },
};
