/**
 * Asks the sampler activity for the next trials: by delta, one ask in flight a study, carrying all free slots.
 *
 * A delta holds the rows that changed since the last ask, on top of what the worker's cache holds under label `have`. A cache
 * that is cold, or of another timeline, answers with a typed failure and the same slots are asked again with everything. A slot's
 * asOf was fixed before, so an ask that is repeated later, with more rows, gives the same suggestions (I2, I3).
 */
import { ActivityFailure, ApplicationFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ParameterSlot } from '../study/trial/by-run.ts';
import { encodeRows, fnv1a, shapeOf } from '../study/ledger/blocks.ts';
import { ACTIVITIES, FAILURES, type SuggestAnswer, type TuningActivities } from '../study/contract.ts';
import { askSlot, type Ledger, type Slot } from '../study/ledger/ledger.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import { askSummary, parameterSummary } from '../study/visibility.ts';

export interface Asker {
  /** @param parameters  what trials ask for while they run; together with the slots at least one */
  ask(slots: readonly Slot[], parameters: readonly ParameterSlot[], mayWait: boolean): Promise<SuggestAnswer>;
  /** A row that the cache does not hold as it is now. */
  changed(row: LedgerRow): void;
  isUnsent(number: number): boolean;
  /** What crosses continue-as-new. */
  carry(): { label: string; changed: number[]; epochs: number };
}

export function createAsker(
  ledger: Ledger,
  heartbeatMs: number,
  carried?: { label: string; changed: readonly LedgerRow[]; epochs: number },
): Asker {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const shape = shapeOf(ledger.definition);
  const unsent = new Map<number, LedgerRow>((carried?.changed ?? []).map((row) => [row.number, row]));
  let have = carried?.label || undefined;
  /** Epochs that the cache has. */
  let epochs = carried?.epochs ?? 0;

  return {
    changed: (row) => void unsent.set(row.number, row),
    isUnsent: (number) => unsent.has(number),
    carry: () => ({ label: have ?? '', changed: [...unsent.keys()], epochs }),

    async ask(slots, parameters, mayWait) {
      const delta = encodeRows([...unsent.values()].sort(byNumber), shape, false);
      unsent.clear();
      const { state } = ledger;
      const begun = state.epochs.slice(epochs);
      epochs = state.epochs.length;
      const label = labelAfter(have, delta, epochs);
      const asks = slots.map(askSlot);
      const summary = slots.length > 0 ? askSummary(slots.map(({ number }) => number)) : parameterSummary(parameters);
      const suggest = studyActivity('suggest', heartbeatMs, summary);
      const request = {
        study: workflowId,
        firstRunId: firstExecutionRunId,
        label,
        asks,
        ...(parameters.length > 0 && { parameters }),
        ...(mayWait && { mayWait: true as const }),
      };
      const full = (): Promise<SuggestAnswer> => {
        const { definition, rows } = ledger;
        return suggest(
          { ...request, epochs: state.epochs.slice(), full: { definition, blocks: state.blocks } },
          encodeRows(rows, shape, false),
        );
      };
      const answer =
        have === undefined
          ? await full()
          : await suggest({ ...request, have, ...(begun.length > 0 && { epochs: begun }) }, delta).catch((error) => {
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
  summary?: string,
): TuningActivities[Name] {
  const activities = proxyActivities<Record<string, TuningActivities[Name]>>({
    // where the workflow runs, in a user's own worker too
    taskQueue: workflowInfo().taskQueue,
    ...(summary !== undefined && { summary }),
    heartbeatTimeout: heartbeatMs,
    startToCloseTimeout: '10 minutes',
    retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: '10 seconds' },
  });
  return activities[ACTIVITIES[name]]! as TuningActivities[Name];
}

/** Chained over all rows and epochs ever sent: equal labels mean equal rows. */
function labelAfter(have: string | undefined, delta: Uint8Array, epochs: number): string {
  const [count = '0', high = '811c9dc5', low = '9e3779b9'] = have?.split('.') ?? [];
  const hash = (part: string): string => fnv1a(delta, parseInt(part, 16)).toString(16);
  return [Number(count) + 1, hash(high), hash(low), epochs].join('.');
}

function isCold(error: unknown): boolean {
  return (
    error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.type === FAILURES.cold
  );
}

function byNumber(a: LedgerRow, b: LedgerRow): number {
  return a.number - b.number;
}
