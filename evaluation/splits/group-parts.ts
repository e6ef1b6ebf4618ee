/**
 * Whole groups in parts of given shares, with every class spread alike: what the stratified splits by groups share.
 * The greedy rule of scikit-learn's StratifiedGroupKFold, for parts that need not be of one size: each group goes where
 * the parts are then filled the most evenly, by the mean over classes of the standard deviation over parts. Groups with
 * the largest shares of the classes come first, which leaves the small ones to even things out.
 */
import { largestFirst } from './group.ts';
import type { Partition } from './partition.ts';

/** Two spreads that differ by less are equal: rounding leaves about 1e-8 where there is none. */
const CLOSE = 1e-6;

/**
 * The part of each group. No part is empty.
 *
 * @param groups   at least as many as parts
 * @param classes  of the same rows; one class alone: only sizes count
 * @param shares   what part of the rows each part is to have, > 0, sum 1
 * @param seed     absent: no chance
 */
export function groupParts(
  groups: Partition,
  classes: Partition,
  shares: readonly number[],
  seed: number | undefined,
): Int32Array {
  const [parts, kinds] = [shares.length, classes.counts.length];
  const table = classTable(groups, classes);
  // how full each part is with each class: 1 is its share
  const filled = new Float64Array(parts * kinds);
  const rows = new Float64Array(parts);
  const sum = new Float64Array(kinds);
  const squares = new Float64Array(kinds);
  const partOf = new Int32Array(groups.counts.length);

  const adds = (group: number, part: number, kind: number): number =>
    table[group * kinds + kind]! / (classes.counts[kind]! * shares[part]!);
  const spreadWith = (group: number, part: number): number => {
    let spread = 0;
    for (let kind = 0; kind < kinds; kind++) {
      const more = adds(group, part, kind);
      const mean = (sum[kind]! + more) / parts;
      const square = (squares[kind]! + more * (2 * filled[part * kinds + kind]! + more)) / parts;
      spread += Math.sqrt(Math.max(square - mean * mean, 0));
    }
    return spread / kinds;
  };

  let left = groups.counts.length;
  for (const group of largestFirst(weights(table, classes), seed)) {
    const empty = rows.filter((count) => count === 0).length;
    let [best, least] = [-1, Infinity];
    for (let part = 0; part < parts; part++) {
      // the last groups are for parts that have none
      if (left === empty && rows[part]! > 0) continue;
      const spread = spreadWith(group, part);
      const emptier = best < 0 || rows[part]! / shares[part]! < rows[best]! / shares[best]!;
      if (spread > least + CLOSE || (spread >= least - CLOSE && !emptier)) continue;
      [best, least] = [part, spread];
    }
    for (let kind = 0; kind < kinds; kind++) {
      const more = adds(group, best, kind);
      sum[kind]! += more;
      squares[kind]! += more * (2 * filled[best * kinds + kind]! + more);
      filled[best * kinds + kind]! += more;
    }
    rows[best]! += groups.counts[group]!;
    partOf[group] = best;
    left--;
  }
  return partOf;
}

/** Rows of each group and class, at [group * classes + class]. */
function classTable(groups: Partition, classes: Partition): Float64Array {
  const kinds = classes.counts.length;
  const table = new Float64Array(groups.counts.length * kinds);
  groups.codeOf.forEach((group, row) => table[group * kinds + classes.codeOf[row]!]!++);
  return table;
}

/** How much it matters where each group goes: the squared length of its shares of the classes. */
function weights(table: Float64Array, { counts }: Partition): Float64Array {
  const kinds = counts.length;
  const weight = new Float64Array(table.length / kinds);
  table.forEach((rows, at) => {
    const share = rows / counts[at % kinds]!;
    weight[Math.floor(at / kinds)]! += share * share;
  });
  return weight;
}
