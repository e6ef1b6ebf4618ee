/** When a study ends by itself: pure predicates over what has been recorded. */
import type { BestTrial, StudyCounts } from '../contract.ts';
import type { Objective, StopRules } from '../study.ts';

/** Why a study stopped: `complete` reached its end, `stopped` was told to, `failed` could not go on. */
export interface StopVerdict {
  readonly status: 'complete' | 'stopped' | 'failed';
  readonly reason: string;
}

export interface Progress {
  readonly counts: StudyCounts;
  /** Trials complete, pruned or infeasible. */
  readonly counted: number;
  readonly best: BestTrial | null;
  /** Counted trials since the best one. */
  readonly sinceBest: number;
  readonly cost: number;
}

/** The first rule that holds, or null. Time is not here: it comes from a timer. */
export function stopVerdict(stop: StopRules, objective: Objective, progress: Progress): StopVerdict | null {
  const { counts, counted, best, sinceBest, cost } = progress;
  if (counts.failed >= stop.maxFailures)
    return { status: 'failed', reason: `${counts.failed} trials failed, stop.maxFailures is ${stop.maxFailures}` };
  const complete = (reason: string): StopVerdict => ({ status: 'complete', reason });
  if (best && stop.target !== undefined && reaches(best, stop.target, objective))
    return complete(
      `trial ${best.number} reached the target ${stop.target} with ${best.scalar ?? best.values[objective.name]}`,
    );
  if (stop.trials !== undefined && counted >= stop.trials) return complete(`all ${stop.trials} trials are done`);
  if (stop.patience !== undefined && best && sinceBest >= stop.patience)
    return complete(`no better value in ${sinceBest} trials (patience)`);
  if (stop.cost !== undefined && cost >= stop.cost) return complete(`cost ${cost} reached the limit of ${stop.cost}`);
  return null;
}

/** The verdict that a bound on the regret leads to, or null. */
export function regretVerdict({ regret }: StopRules, bound: number | undefined): StopVerdict | null {
  if (regret === undefined || bound === undefined || bound > regret) return null;
  const most = Number(bound.toPrecision(3));
  return {
    status: 'complete',
    reason: `no point is believed to be better than the best trial by more than ${most} (stop.regret is ${regret})`,
  };
}

function reaches({ scalar, values }: BestTrial, target: number, { name, goal }: Objective): boolean {
  if (scalar !== undefined) return scalar <= target;
  const value = values[name]!;
  return goal === 'maximize' ? value >= target : value <= target;
}
