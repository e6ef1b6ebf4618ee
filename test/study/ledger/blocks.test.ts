import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BLOCK_VERSION,
  blockLength,
  decodeRows,
  encodeRows,
  fnv1a,
  rowBytes,
  type RowShape,
} from '../../../study/ledger/blocks.ts';
import { fromBase64, toBase64 } from '../../../study/wording/base64.ts';
import type { LedgerRow } from '../../../study/ledger/row.ts';

const shape: RowShape = { objectives: 2, constraints: 1 };
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const numbers = (n: number) => fc.array(number, { minLength: n, maxLength: n });
const optional = <T>(key: string, value: fc.Arbitrary<T>) =>
  fc.option(
    value.map((v) => ({ [key]: v })),
    { nil: {} },
  );

const plainRow: fc.Arbitrary<LedgerRow> = fc
  .tuple(
    fc.record({
      number: fc.nat(),
      state: fc.constantFrom('waiting', 'running', 'paused', 'complete', 'pruned', 'failed', 'infeasible'),
      origin: fc.constantFrom('sampler', 'fallback', 'enqueued', 'told', 'imported'),
      x: numbers(3).map((x) => Float64Array.from(x)),
      space: fc.nat(65535),
      sampler: fc.nat(65535),
      seed: fc.nat(2 ** 31),
      asOf: fc.nat(),
      attempts: fc.nat(65535),
      reports: fc.array(fc.tuple(number, number), { maxLength: 5 }),
    }),
    optional('closed', fc.nat()),
    optional('cost', number),
    optional('startedAt', fc.nat()),
    optional('finishedAt', fc.nat()),
    optional('values', numbers(2)),
    optional('constraints', numbers(1)),
    optional('memo', fc.uint8Array({ minLength: 1, maxLength: 20 })),
    optional(
      'notes',
      fc.record({ reason: fc.string({ unit: 'grapheme' }), attributes: fc.dictionary(fc.string(), fc.integer()) }),
    ),
  )
  .map((parts) => Object.assign({}, ...parts) as LedgerRow);

const rung = fc.record({ to: number.map(plainZero), bracket: fc.nat(9), rung: fc.nat(9) });
/** What schedulers know crosses as JSON, which has no -0. */
const training = fc.record({
  rung,
  target: rung.map((to) => ({ ...to, final: false })),
  segments: fc.array(
    fc.tuple(rung, numbers(2), fc.nat()).map(([to, values, seq]) => ({ ...to, values: values.map(plainZero), seq })),
    { minLength: 1, maxLength: 3 },
  ),
});
const arbitraryRow: fc.Arbitrary<LedgerRow> = fc
  .tuple(plainRow, fc.option(training, { nil: {} }))
  .map(([row, more]) => ({ ...row, ...more }));

function plainZero(value: number): number {
  return value + 0;
}

/** The bytes of rows without training as an earlier version wrote them. */
function asWrittenBy(version: 1 | 2, rows: readonly LedgerRow[]): Uint8Array {
  const now = [...encodeRows(rows, shape)];
  const sizes = rows.map(({ notes, memo, reports }) => {
    const text = notes ? Buffer.byteLength(JSON.stringify(notes)) : 0;
    return 12 + reports.length * 16 + (memo?.length ?? 0) + text;
  });
  let at = now.length - 4 - sizes.reduce((sum, size) => sum + size + 4, 0);
  for (const size of sizes) now.splice((at += size), 4);
  if (version === 1) now.splice(20 + rows.length * 8, rows.length * 2);
  now[3] = version;
  const bytes = Uint8Array.from(now);
  new DataView(bytes.buffer).setUint32(bytes.length - 4, fnv1a(bytes.subarray(0, bytes.length - 4)), true);
  return bytes;
}

describe('ledger blocks', () => {
  it('give back the rows that went in, bit for bit', () => {
    fc.assert(
      fc.property(fc.array(arbitraryRow, { maxLength: 8 }), (rows) => {
        // JSON has no __proto__ key of its own and no -0: both are out of the notes' contract
        const plain = rows.map((row) => (row.notes ? { ...row, notes: JSON.parse(JSON.stringify(row.notes)) } : row));
        expect(decodeRows(encodeRows(plain, shape))).toEqual(plain);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('keep inactive dimensions, signed zeros and the smallest numbers', () => {
    const x = Float64Array.of(NaN, -0, 5e-324);
    const row: LedgerRow = {
      number: 0,
      state: 'complete',
      origin: 'sampler',
      x,
      space: 1,
      sampler: 1,
      seed: 1,
      asOf: 0,
      attempts: 1,
      reports: [],
    };
    const [back] = decodeRows(encodeRows([row], shape));
    expect(new Uint8Array(back.x.buffer)).toEqual(new Uint8Array(x.buffer));
  });

  it('weigh what rowBytes says', () => {
    fc.assert(
      fc.property(fc.array(arbitraryRow, { minLength: 1, maxLength: 8 }), (rows) => {
        const weight = rows.reduce((sum, row) => sum + rowBytes(row, shape), 0);
        expect(encodeRows(rows, shape).length).toBe(weight + 24);
      }),
      { seed: 2 },
    );
  });

  it('leave notes out for samplers, but for the source of imported trials', () => {
    const [row] = fc.sample(arbitraryRow, { seed: 3, numRuns: 1 });
    const notesOf = (origin: LedgerRow['origin'], from?: string) => {
      const notes = { reason: 'secret', ...(from !== undefined && { from }) };
      return decodeRows(encodeRows([{ ...row, origin, notes }], shape, false))[0].notes;
    };
    expect(notesOf('sampler', 'trial 3')).toBeUndefined();
    expect(notesOf('imported')).toBeUndefined();
    expect(notesOf('imported', 'trial 3')).toBeUndefined();
    expect(notesOf('imported', 'digits trial 3')).toEqual({ from: 'digits' });
  });

  it.each([1, 2] as const)('of version %i are read as they were written', (version) => {
    fc.assert(
      fc.property(fc.array(plainRow, { maxLength: 5 }), (rows) => {
        expect(decodeRows(asWrittenBy(version, rows))).toEqual(decodeRows(encodeRows(rows, shape)));
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it('hold rows of spaces that differ in size', () => {
    const row = (number: number, x: number[]): LedgerRow => ({
      number,
      state: 'running',
      origin: 'sampler',
      x: Float64Array.from(x),
      space: x.length,
      sampler: 1,
      seed: 0,
      asOf: 0,
      reports: [],
      attempts: 0,
    });
    const rows = [row(0, [1, NaN]), row(1, []), row(2, [1, 2, 3])];
    expect(decodeRows(encodeRows(rows, shape)).map(({ x }) => [...x])).toEqual([[1, NaN], [], [1, 2, 3]]);
  });

  it('refuse a newer version in words', () => {
    const bytes = encodeRows([], shape);
    bytes[3] = BLOCK_VERSION + 1;
    expect(() => decodeRows(bytes)).toThrow(
      'ledger block of version 4, this program reads up to 3: use the durable-tune that wrote it, or a newer one',
    );
  });

  it('refuse any changed byte', () => {
    const [row] = fc.sample(arbitraryRow, { seed: 4, numRuns: 1 });
    const bytes = encodeRows([row], shape);
    for (let i = 0; i < bytes.length; i++) {
      const damaged = bytes.slice();
      damaged[i] ^= 1;
      expect(() => decodeRows(damaged), `byte ${i}`).toThrow(/ledger block/);
    }
    expect(() => decodeRows(bytes.subarray(0, 10))).toThrow(
      "not a ledger block: 10 bytes that do not start with 'DTL'",
    );
  });

  it('use the published FNV-1a', () => {
    expect(fnv1a(new TextEncoder().encode('foobar'))).toBe(0xbf9cf968);
  });
});

describe('base64', () => {
  it('agrees with the platform both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(toBase64(bytes)).toBe(text);
        expect(fromBase64(text)).toEqual(bytes);
      }),
      { seed: 5 },
    );
  });
});

describe('the rows that leave as one block', () => {
  const rowOf = (index: number, reports = 0): LedgerRow => ({
    number: index,
    state: 'complete',
    origin: 'sampler',
    x: Float64Array.of(0),
    space: 1,
    sampler: 1,
    seed: 0,
    asOf: index,
    reports: Array.from({ length: reports }, (_, step) => [step, 0] as const),
    attempts: 1,
  });
  const rows = (count: number, reports = 0): LedgerRow[] => Array.from({ length: count }, (_, i) => rowOf(i, reports));

  it('are at most a thousand, up to the first that may not leave', () => {
    expect(blockLength(rows(1500), shape, () => true)).toBe(1000);
    expect(blockLength(rows(1500), shape, ({ number: index }) => index < 7)).toBe(7);
    expect(blockLength(rows(3), shape, () => false)).toBe(0);
    expect(blockLength([], shape, () => true)).toBe(0);
  });

  it('weigh at most a mebibyte, but a row that weighs more leaves alone', () => {
    const heavy = rows(3, 30_000);
    expect(rowBytes(heavy[0], shape) * 2).toBeLessThan(1024 * 1024);
    expect(blockLength(heavy, shape, () => true)).toBe(2);
    expect(blockLength([rowOf(0, 70_000), rowOf(1)], shape, () => true)).toBe(1);
  });
});
