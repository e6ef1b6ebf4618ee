/** The digits as numbers (see README.md for their origin), and the ways they are divided. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createRandom, shuffle, type Random } from './random.ts';

export interface Digits {
  /** Rows of PIXELS grey values from 0 to 1, one after the other. */
  readonly images: Float64Array;
  /** The digit of each row, 0 to 9. */
  readonly labels: Uint8Array;
}

/** Two lists of row numbers without a common one. */
export interface Split {
  readonly train: Int32Array;
  readonly held: Int32Array;
}

export const PIXELS = 64;
export const CLASSES = 10;

/** All 1,797 rows. */
export function loadDigits(): Digits {
  const text = gunzipSync(readFileSync(new URL('digits.csv.gz', import.meta.url))).toString('latin1');
  const lines = text.trimEnd().split('\n');
  const images = new Float64Array(lines.length * PIXELS);
  const labels = new Uint8Array(lines.length);
  for (const [row, line] of lines.entries()) {
    const numbers = line.split(',');
    for (let pixel = 0; pixel < PIXELS; pixel++) images[row * PIXELS + pixel] = Number(numbers[pixel]) / 16;
    labels[row] = Number(numbers[PIXELS]);
  }
  return { images, labels };
}

/** Holds out about `share` (0 to 1) of the rows, the same share of each digit; the same seed gives the same rows. */
export function holdOut({ labels }: Digits, share: number, seed: number): Split {
  const held = byDigit(labels, labels.keys(), createRandom(seed)).flatMap((rows) =>
    rows.slice(0, Math.round(rows.length * share)),
  );
  return without(labels.keys(), held);
}

/** Divides the rows into k parts with the same share of each digit: k splits, in each of which another part is held out. */
export function kFold({ labels }: Digits, rows: Int32Array, k: number, seed: number): Split[] {
  // one digit's rows follow the last one's, dealt out in turn: sizes differ by one at most
  const dealt = byDigit(labels, rows, createRandom(seed)).flat();
  return Array.from({ length: k }, (_, fold) =>
    without(
      rows,
      dealt.filter((_row, i) => i % k === fold),
    ),
  );
}

function byDigit(labels: Uint8Array, rows: Iterable<number>, random: Random): number[][] {
  const all = [...rows];
  return Array.from({ length: CLASSES }, (_, digit) => {
    const ofDigit = Int32Array.from(all.filter((row) => labels[row] === digit));
    shuffle(ofDigit, random);
    return [...ofDigit];
  });
}

function without(rows: Iterable<number>, held: readonly number[]): Split {
  const out = new Set(held);
  return {
    train: Int32Array.from([...rows].filter((row) => !out.has(row))),
    held: Int32Array.from(held).sort(),
  };
}
