/** All trials of a study that hands its ledger over: those in blocks, and after them the rows that are in none. */
import { readBlocks } from '../artifacts/archive.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import type { BlockRef } from '../study/contract.ts';
import { decodeRows } from '../study/ledger/blocks.ts';
import type { Epoch } from '../study/ledger/ledger.ts';
import { recordOf } from '../study/ledger/row.ts';
import type { StudyDefinition } from '../study/study.ts';
import type { TrialRecord } from '../study/trial/trial.ts';

interface HandedOver {
  readonly definition: StudyDefinition;
  readonly blocks: readonly BlockRef[];
  readonly epochs: readonly Epoch[];
}

export async function allRecords(
  store: ArtifactStore,
  { definition, blocks, epochs }: HandedOver,
  bytes: Uint8Array,
): Promise<TrialRecord[]> {
  const trials: TrialRecord[] = [];
  for await (const rows of readBlocks(store, blocks))
    trials.push(...rows.map((row) => recordOf(definition, epochs, row)));
  trials.push(...decodeRows(bytes).map((row) => recordOf(definition, epochs, row)));
  return trials;
}
