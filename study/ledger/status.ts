/** What a study says of itself: the answers to its queries. */
import type { StudyEdits, StudyStatus, TrialPage, TrialPageRequest } from '../contract.ts';
import { nextToOpen, type Ledger } from './ledger.ts';
import { recordOf } from './row.ts';

/** @param finishedAt milliseconds since 1970, once every trial has ended */
export function statusOf({ definition, state, rows }: Ledger, finishedAt?: number): StudyStatus {
  const { stopped, best } = state;
  const ended = finishedAt !== undefined;
  const states = state.open.map((number) => rows[number - state.firstRow]!.state);
  const going = state.paused ? 'paused' : 'running';
  return {
    study: definition.name,
    status: ended ? (stopped?.status ?? 'complete') : stopped ? 'stopping' : going,
    ...(stopped && { reason: stopped.reason }),
    ...(!stopped && state.exhausted && { reason: `sampler ${definition.sampler.name} has no more points` }),
    counts: { ...state.counts },
    running: states.filter((each) => each === 'running').length,
    waiting: states.filter((each) => each !== 'running').length,
    told: state.told,
    tags: state.tags,
    asked: state.next,
    startedAt: new Date(state.startedAt).toISOString(),
    ...(ended && { finishedAt: new Date(finishedAt).toISOString() }),
    best,
    ...(definition.stop.trials !== undefined && { trials: definition.stop.trials }),
    front: definition.objectives.length > 1 ? state.front : best ? [best] : [],
  };
}

export function editsOf(ledger: Ledger): StudyEdits {
  const { definition, state } = ledger;
  return { definition, epochs: state.epochs, edits: state.edits, next: nextToOpen(ledger) };
}

/** Inline rows of a page, after the references to the blocks that hold the earlier ones. */
export function pageOf({ definition, state, rows }: Ledger, { from, limit }: TrialPageRequest): TrialPage {
  const start = Math.max(0, from - state.firstRow);
  const end = Math.max(0, from + Math.min(limit, MAX_PAGE) - state.firstRow);
  return {
    blocks: state.blocks,
    epochs: state.epochs,
    rows: rows.slice(start, end).map((row) => recordOf(definition, state.epochs, row)),
    total: state.next,
  };
}

/** Rows in one answer: a query's answer is a payload of at most 2 MiB. */
const MAX_PAGE = 100;
