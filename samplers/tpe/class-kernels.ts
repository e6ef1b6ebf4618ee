/**
 * The kernels of one axis with few values. Many rows share a value, so kernels fall into classes, and a candidate is
 * scored once a class instead of once a row. Class 0 is the prior; slot 0 belongs to it.
 */
import type { Candidates } from './candidates.ts';
import type { Columns } from './observations.ts';

export interface ClassKernels {
  /** Position of this axis among the mixture's. */
  readonly position: number;
  /** Class of each slot. */
  readonly classOf: Int32Array;
  /** Sets the kernels of the members that have a slot (slotOf[member] > 0), `kernels` in number, as fine as spreads.ts has it. */
  fit(columns: Columns, slotOf: Int32Array, kernels: number, fineness: number): void;
  /** Log probability of each candidate's value under each class, at [class * candidates + candidate]. */
  table(candidates: Candidates): Float64Array;
  /** Log probability of a value under one slot's kernel. */
  logKernel(slot: number, value: number): number;
  /** A value drawn from one slot's kernel, by a number u in (0, 1). */
  draw(slot: number, u: number): number;
}

/** An array of classes for slots below `slots`: `old` if it is long enough. */
export function longEnough(old: Int32Array, slots: number): Int32Array {
  if (slots <= old.length) return old;
  const longer = new Int32Array(Math.max(slots, 2 * old.length));
  longer.set(old);
  return longer;
}
