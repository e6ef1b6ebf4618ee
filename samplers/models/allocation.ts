/** Which model class a trial is for: a pure rule over how many trials each class has had. */

/**
 * The class that is furthest behind its part, of those that are open; the first of equals.
 *
 * With n trials to be divided by weights w of sum W, class i is behind by w_i n / W - s_i, s_i being what it has started. One that has
 * its w_i is never chosen while n <= W: it is behind by none, and all together by one. So W trials are divided exactly, whatever
 * failed in between, was in flight, or was asked for in particular below its part.
 */
export function furthestBehind(
  weights: readonly number[],
  started: readonly number[],
  open: readonly boolean[],
): number | undefined {
  let [all, sum] = [1, 0];
  for (let i = 0; i < weights.length; i++) {
    if (!open[i]) continue;
    all += started[i];
    sum += weights[i];
  }
  let chosen: number | undefined;
  let most = -Infinity;
  for (let i = 0; i < weights.length; i++) {
    const behind = weights[i] * all - started[i] * sum;
    if (!open[i] || behind <= most) continue;
    most = behind;
    chosen = i;
  }
  return chosen;
}
