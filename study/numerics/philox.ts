/**
 * Random numbers by counter: Philox4x32 with ten rounds [Salmon 2011], a keyed scrambling of a 128-bit counter. Any
 * number of any stream can be asked for at any time, in any order, on any machine; nothing is ever advanced.
 *
 * [Salmon 2011] Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC'11, doi:10.1145/2063384.2063405.
 */

// looked up once: each look-up of a global costs a workflow a microsecond
const { imul } = Math;

/** What the counter's last word tells apart. */
export const STREAM = { trial: 0, seed: 1, study: 2, scheduler: 3, parameter: 4 } as const;

/**
 * What a scheduler draws in its turn `turn` for `item`: in the open interval (0, 1).
 * @param studySeed  whole number, 0 to 2^53 - 1
 */
export function schedulerUniform(studySeed: number, turn: number, item: number): number {
  const words = new Uint32Array(4);
  philox(item, turn, 0, STREAM.scheduler, studySeed >>> 0, Math.floor(studySeed / 4294967296), words);
  return openUnit(words[0]!, words[1]!);
}

/** Philox4x32-10 of a counter of four words and a key of two, into `out` (four words, the first one first). */
export function philox(
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
  out: Uint32Array,
): void {
  let c0 = counter0 | 0;
  let c1 = counter1 | 0;
  let c2 = counter2 | 0;
  let c3 = counter3 | 0;
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(0xd251, 0x1f53, c0);
    const high1 = highProduct(0xcd9e, 0x8d57, c2);
    const low0 = imul(0xd2511f53, c0);
    c0 = high1 ^ c1 ^ k0;
    c1 = imul(0xcd9e8d57, c2);
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** Upper 32 bits of the product of (a1 2^16 + a0) and b, from products of 16 bits each. */
function highProduct(a1: number, a0: number, b: number): number {
  const b1 = b >>> 16;
  const b0 = b & 0xffff;
  const middle = imul(a1, b0) + (imul(a0, b0) >>> 16);
  const carried = (middle & 0xffff) + imul(a0, b1);
  return (imul(a1, b1) + (middle >>> 16) + (carried >>> 16)) | 0;
}

/** 52 random bits in the middle of their cells: a multiple of 2^-53, never 0, never 1. */
export function openUnit(word0: number, word1: number): number {
  return ((word0 >>> 6) * 67108864 + (word1 >>> 6) + 0.5) * 2.220446049250313e-16;
}
