/**
 * Asks the sampler activity for the next trials: by delta, one ask in flight a study, carrying all free slots.
 *
 * A delta holds the rows that changed since the last ask, on top of what the worker's cache holds under label `have`. A cache
 * that is cold, or of another timeline, answers with a typed failure and the same slots are asked again with everything. A slot's
 * asOf was fixed before, so an ask that is repeated later, with more rows, gives the same suggestions (I2, I3).
 */
import { ActivityFailure, ApplicationFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { encodeRows, fnv1a, type RowShape } from '../study/ledger/blocks.ts';
import {
  ACTIVITIES,
  FAILURES,
  STUDY_QUEUE,
  type AskSlot,
  type SuggestAnswer,
  type TuningActivities,
} from '../study/contract.ts';
import { compileSpace } from '../study/dimensions.ts';
import type { Ledger } from '../study/ledger/ledger.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import type { StudyDefinition } from '../study/study.ts';

export interface Asker {
  ask(slots: readonly AskSlot[]): Promise<SuggestAnswer>;
  /** A row that the cache does not hold as it is now. */
  changed(row: LedgerRow): void;
  isUnsent(number: number): boolean;
  /** What crosses continue-as-new. */
  carry(): { label: string; changed: number[] };
}

export function createAsker(
  ledger: Ledger,
  heartbeatMs: number,
  carried?: { label: string; changed: readonly LedgerRow[] },
): Asker {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const suggest = studyActivity('suggest', heartbeatMs);
  const shape = shapeOf(ledger.definition);
  const unsent = new Map<number, LedgerRow>((carried?.changed ?? []).map((row) => [row.number, row]));
  let have = carried?.label || undefined;

  return {
    changed: (row) => void unsent.set(row.number, row),
    isUnsent: (number) => unsent.has(number),
    carry: () => ({ label: have ?? '', changed: [...unsent.keys()] }),

    async ask(slots) {
      const delta = encodeRows([...unsent.values()].sort(byNumber), shape, false);
      unsent.clear();
      const label = labelAfter(have, delta);
      const request = { study: workflowId, firstRunId: firstExecutionRunId, label, asks: slots };
      const full = (): Promise<SuggestAnswer> => {
        const { definition, state, rows } = ledger;
        return suggest({ ...request, full: { definition, blocks: state.blocks } }, encodeRows(rows, shape, false));
      };
      const answer =
        have === undefined
          ? await full()
          : await suggest({ ...request, have }, delta).catch((error) => {
              if (isCold(error)) return full();
              throw error;
            });
      have = label;
      return answer;
    },
  };
}

/** One of the activities that run beside the workflow, tried until it succeeds. */
export function studyActivity<Name extends keyof TuningActivities>(
  name: Name,
  heartbeatMs: number,
): TuningActivities[Name] {
  const activities = proxyActivities<Record<string, TuningActivities[Name]>>({
    taskQueue: STUDY_QUEUE,
    heartbeatTimeout: heartbeatMs,
    startToCloseTimeout: '10 minutes',
    retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: '10 seconds' },
  });
  return activities[ACTIVITIES[name]]! as TuningActivities[Name];
}

export function shapeOf(definition: StudyDefinition): RowShape {
  return {
    dimensions: compileSpace(definition.space).dimensions.length,
    objectives: definition.objectives.length,
    constraints: definition.constraints.length,
  };
}

/** Chained over all rows ever sent: equal labels mean equal rows. */
function labelAfter(have: string | undefined, delta: Uint8Array): string {
  const [count = '0', high = '811c9dc5', low = '9e3779b9'] = have?.split('.') ?? [];
  const hash = (part: string): string => fnv1a(delta, parseInt(part, 16)).toString(16);
  return [Number(count) + 1, hash(high), hash(low)].join('.');
}

function isCold(error: unknown): boolean {
  return (
    error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.type === FAILURES.cold
  );
}

function byNumber(a: LedgerRow, b: LedgerRow): number {
  return a.number - b.number;
}
