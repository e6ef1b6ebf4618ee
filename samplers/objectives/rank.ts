/** How good rows are beside each other: complete before pruned before infeasible. */
import type { Row } from '../sampler.ts';

/** What rows are sorted by, the first difference deciding; the smaller the better. */
export type Rank = readonly [tier: number, progress: number, value: number, number: number];

/** Whether a row's result says how good it is; failed rows only say where not to go. */
export function isRanked(row: Row): boolean {
  return row.state === 'complete' || row.state === 'pruned' || row.state === 'infeasible';
}

/**
 * The rank of a ranked row: complete ones by value, pruned ones by how far they came and then by value, infeasible ones by their total
 * violation; last by number.
 */
export function rankOf(row: Row): Rank {
  const value = row.y?.[0] ?? Infinity;
  if (row.state === 'complete') return [0, 0, value, row.number];
  if (row.state === 'pruned') return [1, 0 - (row.step ?? 0), value, row.number];
  return [2, 0, violationOf(row), row.number];
}

export function isBefore(a: Rank, b: Rank): boolean {
  const i = a.findIndex((part, k) => part !== b[k]);
  return i >= 0 && a[i] < b[i];
}

/** By tier, progress and value: equals are equal whatever their numbers. */
export function compareRanks(a: Rank, b: Rank): number {
  const i = [0, 1, 2].find((part) => a[part] !== b[part]);
  return i === undefined ? 0 : a[i] < b[i] ? -1 : 1;
}

/** The total of what its constraints are missed by; Infinity where that is not known. */
export function violationOf(row: Row): number {
  if (!row.c) return Infinity;
  return row.c.reduce((sum, c) => sum + Math.max(c, 0), 0);
}
