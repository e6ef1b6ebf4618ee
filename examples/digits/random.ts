/** Random numbers from a seed: the same in every process. Mulberry32, a 32-bit generator by Tommy Ettinger (2017). */

/** Uniform numbers in [0, 1), of 32 bits each. */
export interface Random {
  (): number;
  /** One number, which all later ones follow from. */
  readonly state: Int32Array;
}

/** @param seed 0 to 2^53 - 1 */
export function createRandom(seed: number): Random {
  const state = Int32Array.of((seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1));
  const next = (): number => {
    const s = (state[0]! + 0x6d2b79f5) | 0;
    state[0] = s;
    let mixed = Math.imul(s ^ (s >>> 15), s | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return Object.assign(next, { state });
}

/** Puts the items into random order, in place (Fisher and Yates). */
export function shuffle(items: Int32Array, random: Random): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const item = items[i]!;
    items[i] = items[j]!;
    items[j] = item;
  }
}
