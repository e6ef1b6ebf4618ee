/** How a pool is shared out among the studies that want slots of it. */

export interface Share {
  /** Slots a trial of the study takes. */
  readonly each: number;
  readonly wants: number;
  /** Slots kept for it now. */
  readonly kept: number;
  /** When it began to wait, if it has none, else when it got its first; in any unit that grows. */
  readonly since: number;
}

/**
 * Slots for each study, in the order given; their sum is at most `capacity`.
 *
 * In rounds, each gives every study that wants more the slots of one trial. In the first one those who have none come first, who has
 * waited longest before the others, and then those who got theirs last: so where there are too few slots for all, the one who
 * has had them longest goes without, and everybody gets a turn. Later rounds favour who has more, to move as little as possible.
 */
export function fairShares(shares: readonly Share[], capacity: number): number[] {
  const given = shares.map(() => 0);
  let left = capacity;
  for (let round = 1; ; round++) {
    const before = left;
    for (const i of inOrder(shares, round === 1 ? byTurn : byKept)) {
      const { each, wants } = shares[i]!;
      if (given[i]! + each > wants || each > left) continue;
      given[i]! += each;
      left -= each;
    }
    if (left === before) return given;
  }
}

function inOrder(shares: readonly Share[], compare: (a: Share, b: Share) => number): number[] {
  return shares.map((_, i) => i).sort((i, j) => compare(shares[i]!, shares[j]!) || i - j);
}

function byTurn(a: Share, b: Share): number {
  if ((a.kept === 0) !== (b.kept === 0)) return a.kept === 0 ? -1 : 1;
  return a.kept === 0 ? a.since - b.since : b.since - a.since;
}

function byKept(a: Share, b: Share): number {
  return b.kept - a.kept || a.since - b.since;
}
