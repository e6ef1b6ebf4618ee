/** What a bootstrap draws: rows, or whole groups of rows; from all of them, or within strata. */
import { checkLength } from './door.ts';

export type RowKey = string | number;

export interface Units {
  readonly rows: number;
  /** Row indices, unit by unit. */
  readonly members: Int32Array;
  /** Unit u has members[starts[u]] up to before members[starts[u + 1]]. */
  readonly starts: Int32Array;
  /** Units by stratum; each at least two, unless there is only one unit. */
  readonly strata: readonly Int32Array[];
}

/**
 * Puts n rows together.
 *
 * A group lies in the stratum that most of its rows are in (of several, the one that occurs first), so with both the strata's
 * shares are kept as well as whole groups can. Strata of one unit are drawn from together, and one alone with the largest
 * stratum: by itself it would be the same in every sample, as if it had no chance in it.
 * @param strata  the stratum of each row, such as its class; absent: one
 * @param groups  the group of each row; absent: each row is one
 */
export function unitsOf(n: number, strata?: readonly RowKey[], groups?: readonly RowKey[]): Units {
  if (strata) checkLength('strata', strata, n);
  if (groups) checkLength('groups', groups, n);
  const units = gather(Array.from({ length: n }, (_, i) => groups?.[i] ?? i));
  const starts = new Int32Array(units.length + 1);
  units.forEach((unit, u) => (starts[u + 1] = starts[u]! + unit.length));
  const byStratum = gather(units.map((unit) => (strata ? commonest(unit.map((i) => strata[i]!)) : 0)));
  return { rows: n, members: Int32Array.from(units.flat()), starts, strata: joinSingles(byStratum) };
}

/** Positions of each key, by its first one. */
function gather(keys: readonly RowKey[]): number[][] {
  const positions = new Map<RowKey, number[]>();
  for (const [i, key] of keys.entries()) {
    const list = positions.get(key);
    if (list) list.push(i);
    else positions.set(key, [i]);
  }
  return [...positions.values()];
}

function commonest(keys: readonly RowKey[]): RowKey {
  const counts = new Map<RowKey, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  let best = keys[0]!;
  for (const [key, count] of counts) if (count > counts.get(best)!) best = key;
  return best;
}

function joinSingles(strata: readonly (readonly number[])[]): Int32Array[] {
  const large = strata.filter((units) => units.length > 1).sort((a, b) => b.length - a.length || a[0]! - b[0]!);
  const single = strata.filter((units) => units.length === 1).flat();
  const joined = single.length === 1 && large[0] ? [[...large[0], ...single], ...large.slice(1)] : [...large, single];
  return joined.filter((units) => units.length > 0).map((units) => Int32Array.from(units));
}

/** Adds `times` to the count of each row of a unit. */
export function addUnit({ members, starts }: Units, unit: number, times: number, counts: Int32Array): void {
  for (let i = starts[unit]!; i < starts[unit + 1]!; i++) counts[members[i]!]! += times;
}
