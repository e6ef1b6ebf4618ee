/**
 * GP-Hedge: several acquisition functions each nominate a point, one of which is tried; whose nominees the model comes to
 * think well of is chosen more often [Hoffman 2011].
 *
 * Nominees that were not tried are in no row, so each trial's memo carries them, and the gains that they were chosen by. The
 * next trial adds what its own model makes of them. So gains follow from the memo of the trial before and the view, whatever
 * a cache holds.
 *
 * A memo has 512 bytes, of which a sampler may want some for itself. Nominees are kept as numbers in [0, 1], in 16 bits each,
 * or 8; in spaces too wide even for that only the gains and the choice are kept, and only the nominee tried earns, what it
 * earns divided by the chance that it had: unbiased, but noisier [Auer 2002].
 *
 * [Hoffman 2011] Hoffman, Brochu and de Freitas, "Portfolio Allocation for Bayesian Optimization", UAI 2011,
 *   arXiv:1009.5419.
 * [Auer 2002] Auer et al., "The Nonstochastic Multiarmed Bandit Problem", SIAM J. Computing 32(1), 48-77.
 */
import { exp } from '../numerics/elementary.ts';

export interface Hedge {
  /** One an acquisition function. */
  readonly gains: Float64Array;
  /** Which one's nominee was tried. */
  readonly chosen: number;
  /** In [0, 1]^d, NaN where inactive, one an acquisition function; undefined where they found no room. */
  readonly nominees: readonly Float64Array[] | undefined;
}

/** bytes a number: 2, 1, or 0 for none; version, arms, chosen, bytes a number, then gains. */
const VERSION = 1;
const HEAD = 4;

/** The chance of each acquisition function: a softmax of the gains [Hoffman 2011, algorithm 1]. @param eta  > 0 */
export function chances(gains: Float64Array, eta: number): Float64Array {
  let most = -Infinity;
  for (const gain of gains) most = Math.max(most, gain);
  let sum = 0;
  const shares = gains.map((gain) => exp(eta * (gain - most)));
  for (const share of shares) sum += share;
  return shares.map((share) => share / sum);
}

/** Which acquisition function is used. @param u  in (0, 1) */
export function choose(gains: Float64Array, eta: number, u: number): number {
  const shares = chances(gains, eta);
  let below = 0;
  for (let arm = 0; arm < shares.length - 1; arm++) if (u < (below += shares[arm])) return arm;
  return shares.length - 1;
}

/**
 * The gains after one more trial: each nominee earns its reward by the model of now.
 * @param last    of the trial before; undefined for the first one
 * @param arms    how many acquisition functions there are
 * @param reward  the negated posterior mean of a point, of values standardised to mean 0 and deviation 1
 * @param tried   the point that trial took, in [0, 1]^d
 */
export function earned(
  last: Hedge | undefined,
  arms: number,
  eta: number,
  reward: (unit: Float64Array) => number,
  tried: Float64Array,
): Float64Array {
  if (last?.gains.length !== arms) return new Float64Array(arms);
  const gains = last.gains.slice();
  if (last.nominees) last.nominees.forEach((nominee, arm) => (gains[arm] += reward(nominee)));
  else gains[last.chosen] += reward(tried) / Math.max(chances(last.gains, eta)[last.chosen], 1e-3);
  return gains;
}

/** @param room  bytes that there are, at most 512; at least 4 + 8 arms */
export function encodeHedge({ gains, chosen, nominees }: Hedge, room: number): Uint8Array {
  const numbers = nominees ? nominees.length * nominees[0].length : 0;
  const each = [2, 1].find((bytes) => nominees && HEAD + 8 * gains.length + bytes * numbers <= room) ?? 0;
  const memo = new Uint8Array(HEAD + 8 * gains.length + each * numbers);
  const view = new DataView(memo.buffer);
  memo.set([VERSION, gains.length, chosen, each]);
  gains.forEach((gain, arm) => view.setFloat64(HEAD + 8 * arm, gain, true));
  if (each === 0) return memo;
  let at = HEAD + 8 * gains.length;
  // the largest code stands for an inactive dimension
  const top = (each === 2 ? 65536 : 256) - 2;
  for (const nominee of nominees!) {
    for (const u of nominee) {
      const code = Number.isNaN(u) ? top + 1 : Math.round(u * top);
      if (each === 2) view.setUint16(at, code, true);
      else view.setUint8(at, code);
      at += each;
    }
  }
  return memo;
}

/** What encodeHedge wrote; undefined for a memo of another kind, version or number of dimensions. */
export function decodeHedge(memo: Uint8Array, dimensions: number): Hedge | undefined {
  const [version, arms, chosen, each] = memo;
  if (version !== VERSION || !(chosen < arms) || memo.length !== HEAD + 8 * arms + each * arms * dimensions)
    return undefined;
  const view = new DataView(memo.buffer, memo.byteOffset, memo.byteLength);
  const gains = Float64Array.from({ length: arms }, (_, arm) => view.getFloat64(HEAD + 8 * arm, true));
  if (each === 0) return { gains, chosen, nominees: undefined };
  const top = (each === 2 ? 65536 : 256) - 2;
  let at = HEAD + 8 * arms;
  const nominees = Array.from({ length: arms }, () =>
    Float64Array.from({ length: dimensions }, () => {
      const code = each === 2 ? view.getUint16(at, true) : view.getUint8(at);
      at += each;
      return code > top ? NaN : code / top;
    }),
  );
  return { gains, chosen, nominees };
}
