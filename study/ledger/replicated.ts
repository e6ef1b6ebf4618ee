/** The best trial of a study whose trials run several times: it may change with every run. */
import type { BestTrial } from '../contract.ts';
import { bestReplicated, replicateNoise, type ReplicateNoise } from '../trial/replicates.ts';
import type { StudyDefinition } from '../study.ts';
import type { Epoch, Ledger } from './ledger.ts';
import { bestTrialOf, type LedgerRow } from './row.ts';

/** Takes the best of all trials anew. O(rows) */
export function takeReplicated({ definition, state, rows }: Ledger): void {
  const best = bestOf(definition, state.epochs, rows);
  if (best?.number !== state.best?.number) state.sinceBest = 0;
  state.best = best ?? null;
}

/** The best trial as it stands, open ones included. @param rows  in number order */
export function bestOf(
  definition: StudyDefinition,
  epochs: readonly Epoch[],
  rows: readonly LedgerRow[],
): BestTrial | undefined {
  const sign = definition.objectives[0]!.goal === 'maximize' ? -1 : 1;
  const trials = rows
    .filter((row) => row.values !== undefined && row.notes?.replicates && row.state !== 'infeasible')
    .map((row) => ({ number: row.number, row, replicates: row.notes!.replicates!.map((value) => sign * value) }));
  const best = bestReplicated(trials);
  if (!best) return undefined;
  const { row, replicates } = best;
  const noise = noiseOf(rows);
  return {
    ...bestTrialOf(definition, epochs, row),
    replicates: replicates.length,
    ...(noise && { standardError: noise.standardDeviation / Math.sqrt(replicates.length) }),
  };
}

/** Of all trials that have run more than once, whatever became of them. */
export function noiseOf(rows: readonly LedgerRow[]): ReplicateNoise | undefined {
  return replicateNoise(rows.flatMap(({ notes }) => (notes?.replicates ? [notes.replicates] : [])));
}
