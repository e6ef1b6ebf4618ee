/**
 * The random numbers of one tree: a counter hashed under two words of key. A tree takes hundreds of thousands of them, and
 * a hash is ten times cheaper than a Philox block; the keys come from Rng, so that all of them are still the trial's own.
 */
import { hash } from '../numerics/hash.ts';
import type { Rng } from '../sampler.ts';

export class Draws {
  private readonly key0: number;
  private readonly key1: number;
  private counter = 0;

  /** @param key0, key1  32 bits each; streams that share key1 may share numbers */
  constructor(key0: number, key1: number) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /** 32 random bits as a whole number, 0 to 2^32 - 1. */
  bits(): number {
    return hash(this.counter++, this.key0, this.key1);
  }

  /** In the open interval (0, 1), 32 bits. */
  unit(): number {
    return (this.bits() + 0.5) * 2.3283064365386963e-10;
  }

  /** A whole number from 0 to below - 1; `below` up to 2^31. */
  index(below: number): number {
    return Math.floor(this.unit() * below);
  }
}

/** Stream `i` of the numbers of one purpose. */
export function drawsOf(rng: Rng, purpose: number, i: number): Draws {
  return new Draws(word(rng, purpose, 2 * i), word(rng, purpose, 2 * i + 1));
}

function word(rng: Rng, purpose: number, i: number): number {
  return Math.floor(rng.uniform(purpose, i) * 4294967296);
}
