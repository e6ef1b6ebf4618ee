/**
 * Did you mean …?
 * The distance is the optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, one each.
 * A beginning of at least two letters counts as well: 'max' for 'maximize'.
 */

/** The candidate that `word` is most likely meant to be, or undefined if none is near; case does not count, ties go to the first. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const typed = word.toLowerCase();
  let best: string | undefined;
  let beginning: string | undefined;
  // a third of the letters may be wrong, but never all of them
  let limit = Math.min(Math.max(1, Math.floor(word.length / 3)), word.length - 1) + 1;
  for (const candidate of candidates) {
    if (typed.length > 1 && candidate.toLowerCase().startsWith(typed)) beginning ??= candidate;
    const distance = alignment(typed, candidate.toLowerCase(), limit);
    if (distance >= limit) continue;
    best = candidate;
    limit = distance;
  }
  return best ?? beginning;
}

/** The distance of two words, or `limit` where it is not below that. */
function alignment(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = above[j - 1]! + Number(a[i - 1] !== b[j - 1]);
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, substituted);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, above] = [above, row];
  }
  return Math.min(above[b.length]!, limit);
}
