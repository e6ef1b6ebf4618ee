/**
 * What a trial carries beside its parameters: the generation that it was drawn for, that generation's population, and the key of its
 * random numbers, from which its coordinates are drawn again (what rounding to a grid, and inactive parameters, would lose). 20 bytes.
 */

export interface Memo {
  /** Says which options it was drawn under: others drew from other distributions. */
  readonly options: number;
  /** Counts on over restarts; UNTAGGED where the point is none of the distribution's. */
  readonly generation: number;
  readonly lambda: number;
  /** Whole number, 0 to 2^52 - 1. */
  readonly key: number;
}

export const UNTAGGED = 0xffffffff;

const BYTES = 20;

export function encodeMemo({ options, generation, lambda, key }: Memo): Uint8Array {
  const view = new DataView(new ArrayBuffer(BYTES));
  const words = [options, generation, lambda, Math.floor(key / 4294967296), key >>> 0];
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word, true);
  return new Uint8Array(view.buffer);
}

/** @returns undefined where it is none of this sampler's */
export function decodeMemo(memo: Uint8Array | undefined): Memo | undefined {
  if (memo?.length !== BYTES) return undefined;
  const word = (at: number): number =>
    (memo[at] | (memo[at + 1] << 8) | (memo[at + 2] << 16) | (memo[at + 3] << 24)) >>> 0;
  return { options: word(0), generation: word(4), lambda: word(8), key: word(12) * 4294967296 + word(16) };
}
