/**
 * ASHA's stopping form, as Optuna's SuccessiveHalvingPruner and Ray's AsyncHyperBandScheduler have it: no trial pauses, so none needs a
 * checkpoint, but one that was stopped never comes back. Scheduler `asha` is the form of the paper, which pauses and promotes.
 *
 * Ours differs from Optuna's: there is no minimum that is found out under way, and `max` is what trials are trained to, where none is
 * stopped any more; and a rung's last 1,000 trials are compared. stopping-rungs.ts has rule and state.
 */
import { ladderFault, ladderOf, LADDER_OPTIONS } from '../ladder.ts';
import type { Pruner } from '../scheduler.ts';
import { forget, judge, note, openRungs, type StoppingRungs } from './stopping-rungs.ts';

/** Known of a rung. */
const TRIALS = 1000;

export const ashaStopping: Pruner<StoppingRungs> = {
  form: 'pruner',
  name: 'asha-stopping',
  version: 1,
  options: {
    ...LADDER_OPTIONS,
    earlyStoppingRate: { type: 'int', default: 0, low: 0, high: 60, doc: 'How many of the lowest rungs are left out' },
  },
  supports(_problem, options) {
    const fault = ladderFault(options);
    if (fault !== undefined) return fault;
    const rungs = ladderOf(options).slice(0, -1);
    if ((options['earlyStoppingRate'] as number) < rungs.length) return true;
    return `earlyStoppingRate is ${options['earlyStoppingRate']}, but there are ${rungs.length} rungs below max (${rungs.join(', ')}), and nothing would ever be pruned; lower it, or min`;
  },
  crossings: (options) => ({ at: ladderOf(options).slice(options['earlyStoppingRate'] as number, -1) }),
  begin: (problem, options) =>
    openRungs(
      ladderOf(options).slice(options['earlyStoppingRate'] as number, -1),
      options['eta'] as number,
      TRIALS,
      problem,
    ),
  reported: note,
  ended: (state, { number }) => forget(state, number),
  verdict: judge,
};
