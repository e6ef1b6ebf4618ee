/** What a study says of itself: the answers to its queries. */
import type { StudyStatus, TrialPage, TrialPageRequest } from '../contract.ts';
import { compileSpace } from '../dimensions.ts';
import type { Ledger } from './ledger.ts';
import { recordOf } from './row.ts';

/** @param finishedAt milliseconds since 1970, once every trial has ended */
export function statusOf({ definition, state }: Ledger, running: number, finishedAt?: number): StudyStatus {
  const { stopped, best } = state;
  const ended = finishedAt !== undefined;
  return {
    study: definition.name,
    status: ended ? (stopped?.status ?? 'complete') : stopped ? 'stopping' : 'running',
    ...(stopped && { reason: stopped.reason }),
    ...(!stopped && state.exhausted && { reason: `sampler ${definition.sampler.name} has no more points` }),
    counts: { ...state.counts },
    running,
    asked: state.next,
    startedAt: new Date(state.startedAt).toISOString(),
    ...(ended && { finishedAt: new Date(finishedAt).toISOString() }),
    best,
    ...(definition.stop.trials !== undefined && { trials: definition.stop.trials }),
    front: definition.objectives.length > 1 ? state.front : best ? [best] : [],
  };
}

/** Inline rows of a page, after the references to the blocks that hold the earlier ones. */
export function pageOf({ definition, state, rows }: Ledger, { from, limit }: TrialPageRequest): TrialPage {
  const space = compileSpace(definition.space);
  const start = Math.max(0, from - state.firstRow);
  const end = Math.max(0, from + Math.min(limit, MAX_PAGE) - state.firstRow);
  return {
    blocks: state.blocks,
    rows: rows.slice(start, end).map((row) => recordOf(definition, space, row)),
    total: state.next,
  };
}

/** Rows in one answer: a query's answer is a payload of at most 2 MiB. */
const MAX_PAGE = 100;
