/**
 * Seeded order: a shuffle is a function of its seed alone, the same on every machine, and further seeds are derived from
 * one by what they are used for, so that no two shuffles of a study have anything in common.
 */
import { philox } from '../../samplers/numerics/philox.ts';
import { checkSeed } from './checks.ts';

/** The counter's last word: no trial and no sampler of the same seed draws these numbers. */
const SPLITS = 3;

/** The counter's third word: what the numbers are for. */
const USES = { shuffle: 0, repeat: 1, inner: 2, 'hold-out': 3, tune: 4, test: 5 } as const;

export type SeedUse = Exclude<keyof typeof USES, 'shuffle'>;

const block = new Uint32Array(4);

/**
 * The numbers 0 to count - 1, shuffled by Fisher and Yates; in their order where there is no seed.
 * @param seed  whole number, 0 to 2^53 - 1
 */
export function shuffled(count: number, seed: number | undefined): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  if (seed === undefined) return order;
  checkSeed(seed);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((bits(seed, 'shuffle', i) / 9007199254740992) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/**
 * Another seed for one use of this one, whole, 0 to 2^53 - 1.
 * @param index  which of that use, 0 to 2^32 - 1
 */
export function derivedSeed(seed: number, use: SeedUse, index = 0): number {
  checkSeed(seed);
  return bits(seed, use, index);
}

/** 53 random bits as a whole number. */
function bits(seed: number, use: keyof typeof USES, index: number): number {
  philox(index, 0, USES[use], SPLITS, seed >>> 0, Math.floor(seed / 4294967296), block);
  return (block[0]! >>> 5) * 67108864 + (block[1]! >>> 6);
}
