/**
 * Halton points by index in any number of dimensions, scrambled by random permutations of their digits [Owen 2017]:
 * one independent permutation for each dimension and each digit, leading zeros included.
 *
 * A permutation is computed where it is needed, by the swap-or-not shuffle [Hoang 2012], so nothing is stored and any
 * point comes directly from its index.
 *
 * [Owen 2017] Owen, "A randomized Halton algorithm in R", arXiv:1706.02808.
 * [Hoang 2012] Hoang, Morris and Rogaway, "An enciphering scheme based on a card shuffle", CRYPTO 2012.
 */
import { hash } from './hash.ts';

const ROUNDS = 24;
const primes: number[] = [2, 3];

/** One coordinate of one Halton point, in [0, 1): the index mirrored at the point in the base of the dimension's prime. */
export function halton(index: number, dim: number): number {
  const base = prime(dim);
  let scale = 1;
  let mirrored = 0;
  for (let rest = index; rest > 0; rest = Math.floor(rest / base)) {
    mirrored = mirrored * base + (rest % base);
    scale *= base;
  }
  return mirrored / scale;
}

/**
 * The same coordinate with its digits permuted, in the open interval (0, 1).
 * @param index       0 to 2^32 - 1
 * @param dim         from 0
 * @param key0, key1  32 bits each; a dimension's own
 */
export function scrambledHalton(index: number, dim: number, key0: number, key1: number): number {
  const base = prime(dim);
  let scale = 1;
  let mirrored = 0;
  let rest = index;
  for (let digit = 0; scale < 4294967296; digit++) {
    mirrored = mirrored * base + shuffled(rest % base, base, hash(digit, key0, key1), key1);
    rest = Math.floor(rest / base);
    scale *= base;
  }
  // every further digit is a zero, permuted: together a uniform number of the dimension
  const zeros = (hash(-1, key0, key1) + 0.5) / 4294967296;
  return Math.min((mirrored + zeros) / scale, 0.9999999999999999);
}

/** The prime number of a place, 2 at 0. */
export function prime(place: number): number {
  for (let n = primes[primes.length - 1] + 2; primes.length <= place; n += 2) if (isPrime(n)) primes.push(n);
  return primes[place];
}

function isPrime(odd: number): boolean {
  for (let i = 1; primes[i] * primes[i] <= odd; i++) if (odd % primes[i] === 0) return false;
  return true;
}

/** Where x of 0..size - 1 goes: each round pairs the cards x and k - x and swaps a pair on the toss of a coin. */
function shuffled(x: number, size: number, key0: number, key1: number): number {
  for (let round = 0; round < ROUNDS; round++) {
    const k = Math.floor((hash(round, key0, key1) * size) / 4294967296);
    const partner = k >= x ? k - x : k - x + size;
    const coin = hash(Math.max(x, partner), key0 ^ Math.imul(round + 1, 0x9e3779b9), ~key1);
    if (coin >>> 31) x = partner;
  }
  return x;
}
