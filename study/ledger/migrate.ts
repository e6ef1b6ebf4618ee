/**
 * What crossed continue-as-new, as an earlier version of this package wrote it, brought up to this one. A study that a newer version
 * carried on is refused: its step fails in words, and is repeated until a worker of that version takes it.
 *
 * Version 1 (0.1): one space and sampler for life, `opened` held positions alone, rows were asked for by number from `enqueue`.
 */
import type { CarriedStudy } from '../contract.ts';
import { StudyDefinitionError } from '../errors.ts';
import type { StudyDefinition } from '../study.ts';
import { emptyState } from './begin.ts';
import type { LedgerState } from './ledger.ts';
import { STATE_VERSION } from './ledger.ts';
import type { StopVerdict } from './stopping.ts';

type Common = 'seq' | 'next' | 'firstRow' | 'blocks' | 'counts' | 'committed' | 'best' | 'front' | 'sinceBest' | 'cost';

interface StateV1 extends Pick<LedgerState, Common | 'exhausted' | 'startedAt'> {
  readonly version?: undefined;
  readonly opened: readonly number[];
  readonly edits: readonly {
    readonly seq: number;
    readonly at: number;
    readonly request: { readonly requestId: string; readonly now: boolean; readonly why?: string };
  }[];
  readonly stopped: StopVerdict | null;
}

/** @throws StudyDefinitionError on a version this program does not know */
export function migrate(definition: StudyDefinition, carried: CarriedStudy): CarriedStudy {
  const state = carried.ledger as LedgerState | StateV1;
  if (state.version === undefined) return { ...carried, ledger: fromV1(definition, state), epochs: 0 };
  if (state.version === STATE_VERSION) return carried;
  throw new StudyDefinitionError(
    `study '${definition.name}' was carried on by a newer durable-tune (its ledger has version ${String(state.version)}, this program ` +
      `reads up to ${STATE_VERSION}): start a worker of that version, or a newer one`,
  );
}

function fromV1(definition: StudyDefinition, { opened, edits, ...state }: StateV1): LedgerState {
  const first = state.next;
  return {
    ...emptyState(definition, state.startedAt),
    ...state,
    version: STATE_VERSION,
    opened: opened.map((asOf, i) => {
      const queued = definition.enqueue[first + i];
      return { number: first + i, asOf, ...(queued && { queued }) };
    }),
    queue: definition.enqueue.slice(first + opened.length),
    edits: edits.map(({ seq, at, request: { requestId, now, why } }) => ({
      requestId,
      ...(why !== undefined && { why }),
      edit: { kind: 'stop', now },
      time: at,
      seq,
    })),
  };
}
