/** The digits as numbers (see README.md for their origin). */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface Digits {
  /** Rows of PIXELS grey values from 0 to 1, one after the other. */
  readonly images: Float64Array;
  /** The digit of each row, 0 to 9. */
  readonly labels: Uint8Array;
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
