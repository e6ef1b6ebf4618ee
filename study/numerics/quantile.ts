/**
 * The value that a share of some numbers does not exceed, on the line between two of them [Hyndman 1996, type 7, as most software has it].
 *
 * [Hyndman 1996] Hyndman and Fan, "Sample quantiles in statistical packages", Am. Stat. 50(4), 361-365.
 *
 * @param sorted  ascending, at least one
 * @param share   0 to 1
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const first = Math.floor(place);
  const rest = place - first;
  const below = sorted[first]!;
  const above = sorted[Math.min(first + 1, sorted.length - 1)]!;
  // the distance between the largest numbers is no finite one
  return rest === 0 || below === above ? below : (1 - rest) * below + rest * above;
}
