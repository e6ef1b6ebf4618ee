/** How far results lie from reference values, and a digest of a function's bits. */
import { createHash } from 'node:crypto';
import { createRng } from '../../../samplers/numerics/philox.ts';

export type Table = readonly (readonly number[])[];

/** The largest error over a table of [...arguments, correctly rounded value], in units of the value's last place. */
export function worstUlp(f: (...args: number[]) => number, table: Table): number {
  return Math.max(
    ...table.map((row) => {
      const expected = row.at(-1)!;
      const got = f(...row.slice(0, -1));
      return Object.is(got, expected) ? 0 : Math.abs(got - expected) / lastPlace(expected);
    }),
  );
}

/** The largest error over a table, absolute below 1 and relative above. */
export function worstError(f: (...args: number[]) => number, table: Table): number {
  return Math.max(
    ...table.map((row) => {
      const expected = row.at(-1)!;
      return Math.abs(f(...row.slice(0, -1)) - expected) / Math.max(1, Math.abs(expected));
    }),
  );
}

/** SHA-256 of the bits of f at 20,000 numbers from low to high. */
export function digest(f: (x: number) => number, low: number, high: number): string {
  const rng = createRng(1, 1);
  const values = Float64Array.from({ length: 20_000 }, (_, i) => f(low + (high - low) * rng.uniform(0, i)));
  return createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex').slice(0, 16);
}

function lastPlace(value: number): number {
  const bits = new Float64Array([Math.abs(value)]);
  const next = new BigInt64Array(bits.buffer);
  const before = bits[0];
  next[0] += 1n;
  return Number.isFinite(bits[0]) ? bits[0] - before : 2 ** 971;
}
