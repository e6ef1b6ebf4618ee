import { expect, it, vi } from 'vitest';
import { random } from '../../samplers/designs/random.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import { createStudySession } from '../../samplers/study-session.ts';
import type { Epoch } from '../../study/ledger/ledger.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import { definitionOf } from '../study/definitions.ts';
import { float, spaceOf } from '../study/ledger/rig.ts';

/** Numbers of the rows whose memos it was shown. */
const shown: number[][] = [];

const reader: Sampler<null> = {
  ...random,
  name: 'reader',
  advance: () => null,
  suggest(_cache, view) {
    shown.push(view.rows.flatMap(({ number, memo }) => (memo ? [number] : [])));
    return { x: Float64Array.of(0.5) };
  },
};

vi.mock('../../samplers/registry.ts', () => ({
  samplerByName: (name: string): Sampler => ({ ...reader, name }),
  resolveOptions: () => ({}),
}));

it("a sampler is shown its own memos alone: no other sampler's, and none of another space", () => {
  const space = spaceOf(1, float('x', 0, 1));
  const epochs: Epoch[] = [
    { seq: 0, space, sampler: { name: 'other', options: {} }, parallel: 1, was: {} },
    { seq: 10, space, sampler: { name: 'reader', options: {} }, parallel: 1, was: {} },
    { seq: 20, space, sampler: { name: 'reader', options: {} }, parallel: 4, was: {} },
    { seq: 30, space: { ...space, version: 2 }, sampler: { name: 'reader', options: {} }, parallel: 4, was: {} },
  ];
  const rows = [5, 15, 25, 35].map((asOf, number): LedgerRow => ({
    number,
    state: 'running',
    origin: 'sampler',
    x: Float64Array.of(0.5),
    space: asOf < 30 ? 1 : 2,
    sampler: 1,
    seed: 0,
    asOf,
    memo: Uint8Array.of(1),
    reports: [],
    attempts: 0,
  }));
  const session = createStudySession(definitionOf({ space }), epochs);
  session.push(rows);
  for (const asOf of [5, 15, 25, 35]) session.ask([{ number: 4, asOf }]);
  expect(shown).toEqual([[0], [1, 2], [1, 2], [3]]);
});
