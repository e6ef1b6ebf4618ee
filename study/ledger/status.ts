/** What a study says of itself: the answers to its queries. */
import { toBase64 } from '../wording/base64.ts';
import type { StudyEdits, StudyStatus, TrialPage, TrialPageRequest } from '../contract.ts';
import { hasReplicates } from '../trial/replicates.ts';
import { nextToOpen, type Ledger } from './ledger.ts';
import { encodeRows, rowBytes, shapeOf } from './blocks.ts';
import { noiseOf } from './replicated.ts';
import type { LedgerRow } from './row.ts';

/** @param finishedAt milliseconds since 1970, once every trial has ended */
export function statusOf({ definition, state, rows, allowance }: Ledger, finishedAt?: number): StudyStatus {
  const { stopped, best } = state;
  const ended = finishedAt !== undefined;
  const states = state.open.map((number) => rows[number - state.firstRow]!.state);
  const evaluating = state.evaluation && state.evaluation.phase !== 'over';
  const noise = hasReplicates(definition) ? noiseOf(rows) : undefined;
  const going = state.paused || state.frozen ? 'paused' : 'running';
  return {
    study: definition.name,
    status: ended ? (stopped?.status ?? 'complete') : evaluating ? 'evaluating' : stopped ? 'stopping' : going,
    ...(stopped && { reason: stopped.reason }),
    ...(!stopped && state.exhausted && { reason: `sampler ${definition.sampler.name} has no more points` }),
    ...(definition.sampler.chosen !== undefined && {
      sampler: `${definition.sampler.name}, ${definition.sampler.chosen}`,
    }),
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
    ...(noise && { noise }),
    ...(state.evaluation && { evaluation: state.evaluation }),
    ...(!ended && allowance && allowance.waits.length > 0 && { waitingFor: allowance.waits }),
  };
}

export function editsOf(ledger: Ledger): StudyEdits {
  const { definition, state } = ledger;
  return { definition, epochs: state.epochs, edits: state.edits, next: nextToOpen(ledger) };
}

/** Inline rows of a page, after the references to the blocks that hold the earlier ones. */
export function pageOf({ definition, state, rows }: Ledger, { from, limit }: TrialPageRequest): TrialPage {
  const shape = shapeOf(definition);
  const page: LedgerRow[] = [];
  let bytes = 0;
  for (const row of rows.slice(Math.max(0, from - state.firstRow), Math.max(0, from + limit - state.firstRow))) {
    bytes += rowBytes(row, shape);
    if (page.length > 0 && bytes > MAX_PAGE) break;
    page.push(row);
  }
  return { blocks: state.blocks, epochs: state.epochs, rows: toBase64(encodeRows(page, shape)), total: state.next };
}

/** Bytes of rows in one answer, which is a payload of at most 2 MiB. */
const MAX_PAGE = 512 * 1024;
