/**
 * What a closed study handed over to the archive, by the server's own history: as long as that is there, a file that was changed
 * afterwards shows, whatever is in it.
 */
import { createHash } from 'node:crypto';
import { ACTIVITIES, type ArchiveRequest } from '../study/contract.ts';
import type { ArchivedStudy } from '../artifacts/archive.ts';
import { decodeRows } from '../study/ledger/blocks.ts';
import type { Difference } from '../study/ledger/consistency.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import { sameJson } from '../study/wording/json.ts';
import type { Client } from '@temporalio/client';
import { decoded, type StudyRun } from './history.ts';

export interface HandedOver {
  readonly request: ArchiveRequest;
  /** The rows that were not in blocks yet, as one. */
  readonly rows: Uint8Array;
}

/** Events at the end of a history that are looked through. */
const EVENTS = 50;

/** Undefined where the history has no such step, or is gone. */
export async function handedOver(client: Client, { workflowId, runId }: StudyRun): Promise<HandedOver | undefined> {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: EVENTS,
  });
  const step = history?.events?.find(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === ACTIVITIES.archive,
  );
  const scheduled = step?.activityTaskScheduledEventAttributes;
  if (!scheduled?.input?.payloads) return undefined;
  const activityId = scheduled.activityId!;
  const context = {
    type: 'activity',
    namespace: client.options.namespace,
    activityId,
    workflowId,
    isLocal: false,
  } as const;
  const [request, rows] = await decoded(client, context, scheduled.input.payloads);
  return { request: request as ArchiveRequest, rows: rows as Uint8Array };
}

/** Where the archive is not what was handed over; undefined if it is. @param rows those of the archive */
export function archiveDifference(
  { request, rows: bytes }: HandedOver,
  archive: ArchivedStudy,
  rows: readonly LedgerRow[],
): Difference | undefined {
  for (const what of ['definition', 'status', 'edits', 'epochs'] as const)
    if (!sameJson(archive[what], plain(request[what])))
      return { what, recorded: archive[what], expected: request[what] };
  for (const [i, { sha256, first }] of request.blocks.entries()) {
    const recorded = archive.blocks[i]?.sha256;
    if (recorded !== sha256) return { trial: first, what: `block from trial ${first} on`, recorded, expected: sha256 };
  }
  const last = archive.blocks[request.blocks.length];
  if (last?.sha256 === createHash('sha256').update(bytes).digest('hex')) return undefined;
  for (const row of decodeRows(bytes)) {
    const difference = rowDifference(rows[row.number], row);
    if (difference) return difference;
  }
  return rows.length === request.status.asked
    ? undefined
    : { what: 'asked', recorded: rows.length, expected: request.status.asked };
}

function rowDifference(recorded: LedgerRow | undefined, expected: LedgerRow): Difference | undefined {
  const [ours, theirs] = [{ ...recorded }, { ...expected }] as unknown as [Fields, Fields];
  const what = Object.keys({ ...ours, ...theirs }).find((key) => !sameJson(listOf(ours[key]), listOf(theirs[key])));
  if (what === undefined) return undefined;
  return {
    trial: expected.number,
    what: what === 'x' ? 'parameters' : what,
    recorded: listOf(ours[what]),
    expected: listOf(theirs[what]),
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** Bytes and numbers as lists of texts, whose NaNs are equal. */
function listOf(value: unknown): unknown {
  return value instanceof Float64Array || value instanceof Uint8Array
    ? Array.from<unknown>(value as Float64Array).map(String)
    : value;
}

/** As it comes back from a file. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
