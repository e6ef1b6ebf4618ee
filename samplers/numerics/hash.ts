/**
 * A keyed hash of one word: two words of key, three multiplications between shifts, constants by search for the least
 * bias [Wellons 2018]. Not cryptography: it decides which branches of a scrambling are flipped.
 *
 * [Wellons 2018] Wellons, "Prospecting for hash functions", nullprogram.com, constants of `triple32`.
 */
export function hash(x: number, key0: number, key1: number): number {
  let h = (x ^ key0) | 0;
  h = Math.imul(h ^ (h >>> 17), 0xed5ad4bb);
  h = (h ^ (h >>> 11) ^ key1) | 0;
  h = Math.imul(h, 0xac4c1b51);
  h = Math.imul(h ^ (h >>> 15), 0x31848bab);
  return (h ^ (h >>> 14)) >>> 0;
}
