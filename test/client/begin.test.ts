import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBlocks } from '../../artifacts/archive.ts';
import { fileStore } from '../../artifacts/store.ts';
import { beginFrom } from '../../client/begin.ts';
import { beginWith } from '../../study/ledger/begin.ts';
import { decodeRows } from '../../study/ledger/blocks.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import { definitionOf } from '../study/definitions.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dtune-begin-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const definition = definitionOf();
const imported = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    x: [i / count, 1],
    state: 'complete' as const,
    values: [i],
    from: `trial ${i}`,
  }));

async function begun(count: number, first = false) {
  const champion = { params: { x: 0.5, y: 1 }, baseline: false, seed: 9 };
  const { carried, rows } = beginWith(definition, { imported: imported(count), ...(first && { first: champion }) }, 5);
  const all = decodeRows(rows);
  return { all, begin: await beginFrom(root, definition, { state: carried.ledger, rows: all }) };
}

describe('what a study begins with', () => {
  it('rides along where it is small', async () => {
    const { all, begin } = await begun(100);
    expect(begin.carried.ledger).toMatchObject({ blocks: [], firstRow: 0, next: 100, told: 100 });
    expect(decodeRows(begin.rows)).toEqual(all);
  });

  it('goes to the artifact store where it is large, the oldest rows first', async () => {
    const { all, begin } = await begun(9000);
    const { blocks, firstRow } = begin.carried.ledger;
    expect(blocks.map(({ first, rows }) => [first, rows])).toEqual(blocks.map((_, i) => [i * 1000, 1000]));
    expect(firstRow).toBe(blocks.length * 1000);
    expect(begin.rows.length).toBeLessThanOrEqual(512 * 1024);
    const stored: LedgerRow[] = [];
    for await (const rows of readBlocks(fileStore(root), blocks)) stored.push(...rows);
    expect([...stored, ...decodeRows(begin.rows)]).toEqual(all);
  });

  it('is refused in words where it is too large behind a trial that is open', async () => {
    await expect(begun(20_000, true)).rejects.toThrow(
      /^the study would begin with \d+ bytes of trials behind one that has not ended, expected at most 1500000; keep fewer$/,
    );
  });
});
