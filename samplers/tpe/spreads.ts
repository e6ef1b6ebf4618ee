/**
 * Kernel widths on one axis: the distance to the farther of the two neighbours [Bergstra 2011, sec. 4], the outermost
 * kernels' to their one neighbour, a lone kernel's to the farther bound; never wider than the axis, never narrower than
 * NARROWEST and a power of 1/(n + 2), from 1, the usual one, to 2, the finest [Watanabe 2023, sec. 3.3.3: magic clipping with
 * exponent 1 or 2].
 *
 * [Bergstra 2011] Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NeurIPS 2011.
 * [Watanabe 2023] Watanabe, "Tree-Structured Parzen Estimator: Understanding Its Algorithm Components and Their Roles
 *   for Better Empirical Performance", arXiv:2304.11127.
 */
import { exp, log } from '../numerics/elementary.ts';
import { NARROWEST } from './axis.ts';

/** Kernels on one axis, sorted by mean; the arrays are longer than `count`. */
export interface Spreads {
  count: number;
  slots: Int32Array;
  means: Float64Array;
  sds: Float64Array;
}

export function emptySpreads(): Spreads {
  return { count: 0, slots: new Int32Array(0), means: new Float64Array(0), sds: new Float64Array(0) };
}

/**
 * The least width of n kernels; 1/(n + 2) is the share of the axis that each would have.
 * @param fineness  the power of the share, 1 to 2
 */
export function narrowestOf(n: number, fineness = 1): number {
  const share = 1 / (n + 2);
  return Math.max(fineness === 1 ? share : exp(fineness * log(share)), NARROWEST);
}

/**
 * Fills `out` with the kernels of those of the first `members` in `order` that have a slot (> 0), in O(members).
 * @param order  members by position on the axis
 * @param units  positions in [0, 1] by member
 * @param narrowest  the least width of the kernels
 */
export function measureSpreads(
  order: Int32Array,
  units: Float64Array,
  slotOf: Int32Array,
  members: number,
  narrowest: number,
  out: Spreads,
): void {
  if (out.slots.length < members) {
    out.slots = new Int32Array(order.length);
    out.means = new Float64Array(order.length);
    out.sds = new Float64Array(order.length);
  }
  const { slots, means, sds } = out;
  let n = 0;
  for (let j = 0; j < members; j++) {
    const member = order[j];
    const slot = slotOf[member];
    if (slot === 0) continue;
    slots[n] = slot;
    means[n++] = units[member];
  }
  out.count = n;
  let before = n === 1 ? Math.max(means[0], 1 - means[0]) : 0;
  for (let j = 0; j < n; j++) {
    const after = j + 1 < n ? means[j + 1] - means[j] : 0;
    sds[j] = clip(before, after, narrowest);
    before = after;
  }
}

/** The width of the kernel at order[at] alone, one of at least two, as measureSpreads would find it. */
export function spreadAt(
  order: Int32Array,
  units: Float64Array,
  slotOf: Int32Array,
  members: number,
  at: number,
  narrowest: number,
): number {
  const mean = units[order[at]];
  const left = neighbour(order, slotOf, members, at, -1);
  const right = neighbour(order, slotOf, members, at, 1);
  return clip(left < 0 ? 0 : mean - units[order[left]], right < 0 ? 0 : units[order[right]] - mean, narrowest);
}

/** Index in `order` of the next member with a slot beside `at`, or -1. */
export function neighbour(order: Int32Array, slotOf: Int32Array, members: number, at: number, step: 1 | -1): number {
  for (let j = at + step; j >= 0 && j < members; j += step) if (slotOf[order[j]] > 0) return j;
  return -1;
}

function clip(before: number, after: number, narrowest: number): number {
  const gap = before > after ? before : after;
  return gap < narrowest ? narrowest : gap > 1 ? 1 : gap;
}
