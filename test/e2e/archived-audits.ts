/** The audit of every study that a test's home holds when the test ends: no study of the test suite may show a difference. */
import { archivedNames, readArchive, readBlocks } from '../../artifacts/archive.ts';
import { artifactsOf, fileStore } from '../../artifacts/store.ts';
import { audit } from '../../samplers/audit.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import { BUILT_IN } from '../../samplers/registry.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';

/** @throws Error naming the study and its first difference. @returns how many suggestions were made again */
export async function auditHome(home: string, samplers: readonly Sampler[] = BUILT_IN): Promise<number> {
  const store = fileStore(artifactsOf(home));
  let made = 0;
  for (const name of await archivedNames(store)) {
    const archive = await readArchive(store, name);
    if (!archive) continue;
    const { definition, edits, epochs, status } = archive;
    const rows: LedgerRow[] = [];
    for await (const block of readBlocks(store, archive.blocks)) rows.push(...block);
    const log = { edits, epochs, startedAt: Date.parse(status.startedAt) };
    const { difference, recomputed, skipped } = audit({ definition, rows, log, status }, samplers);
    if (difference || Object.keys(skipped).length > 0)
      throw new Error(`the audit of study '${name}': ${JSON.stringify({ difference, skipped })}`);
    made += recomputed;
  }
  return made;
}
