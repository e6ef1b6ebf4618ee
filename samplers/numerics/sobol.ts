/**
 * Sobol points by index in up to 1,111 dimensions, and Owen's nested uniform scrambling of them.
 *
 * Scrambled, every point is uniform in the unit cube and the first 2^m points keep their net structure: each dimension
 * has exactly one in each cell of width 2^-m. Whether a bit is flipped depends on all higher bits, through a hash of
 * their place in the binary tree, so nothing is stored and any point comes directly from its index.
 *
 * [Joe 2008] Joe and Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM J. Sci. Comput.
 *   30(5), 2635-2654.
 * [Owen 1995] Owen, "Randomly permuted (t, m, s)-nets and (t, s)-sequences", Monte Carlo and Quasi-Monte Carlo Methods
 *   in Scientific Computing, LNS 106, 299-317.
 */
import { fromBase64 } from '../../study/wording/base64.ts';
import { hash } from './hash.ts';
import { DIRECTIONS, SOBOL_DIMENSIONS } from './sobol-directions.ts';

let directions: Uint32Array | undefined;

/**
 * One coordinate of one Sobol point, in units of 2^-32: 0 for index 0.
 * @param index  0 to 2^32 - 1; points come in the order of the Gray code, as in [Joe 2008]
 * @param dim    0 to SOBOL_DIMENSIONS - 1
 */
export function sobol(index: number, dim: number): number {
  directions ??= directionNumbers();
  let bits = 0;
  let gray = (index ^ (index >>> 1)) >>> 0;
  for (let i = dim * 32; gray !== 0; i++, gray >>>= 1) if (gray & 1) bits ^= directions[i];
  return bits >>> 0;
}

/**
 * The same coordinate after nested uniform scrambling [Owen 1995], in the open interval (0, 1).
 * @param key0, key1  32 bits each; a dimension's own
 */
export function scrambledSobol(index: number, dim: number, key0: number, key1: number): number {
  const bits = sobol(index, dim);
  let flips = 0;
  // the bit at depth k hangs below the node 2^k + the k bits above it
  for (let k = 0; k < 32; k++) {
    const node = k === 0 ? 1 : ((1 << k) | (bits >>> (32 - k))) >>> 0;
    flips = (flips << 1) | (hash(node, key0, key1) >>> 31);
  }
  const rest = hash(bits, key1, ~key0) >>> 12;
  return (((bits ^ flips) >>> 0) * 1048576 + rest + 0.5) * 2.220446049250313e-16;
}

/** 32 direction numbers a dimension, the recurrence of [Joe 2008, eq. 3] carried on from the initial ones. */
function directionNumbers(): Uint32Array {
  const numbers = new Uint32Array(32 * SOBOL_DIMENSIONS);
  for (let i = 0; i < 32; i++) numbers[i] = 1 << (31 - i);
  const bytes = fromBase64(DIRECTIONS);
  let at = 0;
  const take = (count: number): number => {
    let value = 0;
    for (const end = at + count; at < end; at++) value = (value << 1) | ((bytes[at >> 3] >> (7 - (at & 7))) & 1);
    return value;
  };
  for (let first = 32; first < numbers.length; first += 32) {
    const polynomial = take(13) * 2 + 1;
    const degree = 31 - Math.clz32(polynomial);
    for (let i = 0; i < degree; i++) numbers[first + i] = (take(i) * 2 + 1) << (31 - i);
    for (let i = first + degree; i < first + 32; i++) {
      let v = numbers[i - degree] ^ (numbers[i - degree] >>> degree);
      for (let k = 1; k < degree; k++) if ((polynomial >> (degree - k)) & 1) v ^= numbers[i - k];
      numbers[i] = v;
    }
  }
  return numbers;
}
