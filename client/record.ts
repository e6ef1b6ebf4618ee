/** A study with everything that was recorded of it: what forks, continuations, audits and comparisons are made from. */
import type { StudyStatus } from '../study/contract.ts';
import type { StudyLog } from '../study/ledger/rewind.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import type { StudyDefinition } from '../study/study.ts';
import type { StudyHandle } from './study-handle.ts';

export interface RecordedStudy {
  /** As it was started. */
  readonly definition: StudyDefinition;
  readonly log: StudyLog;
  /** In number order; of an open study those there were when this began. */
  readonly rows: readonly LedgerRow[];
  readonly status: StudyStatus;
  readonly isOpen: boolean;
}

/** @throws StudyDefinitionError if there is no study of this name */
export async function recordedStudy<P>(study: StudyHandle<P>): Promise<RecordedStudy> {
  const { kind, definition } = await study.found();
  const isOpen = kind === 'open';
  const rows = await study.ledgerRows();
  // an open study goes on while its pages are read: at a second look every closing that these rows saw is there
  const complete = isOpen ? (await study.ledgerRows()).slice(0, rows.length) : rows;
  const [{ edits, epochs }, status] = [await study.edits(), await study.status()];
  return {
    definition,
    rows: complete,
    log: { edits, epochs, startedAt: Date.parse(status.startedAt) },
    status,
    isOpen,
  };
}
