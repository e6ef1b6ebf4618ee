/**
 * How much of a difference between two best values is the luck of the search: each side's trials are drawn with replacement, as many as
 * there are, and the best of each is taken again.
 *
 * The best of n draws from n values is, by its distribution, the value at the place that one uniform number says: no draws are made.
 * No drawn best is better than the observed one, so the interval says how much either side owes to few lucky trials, not what more
 * trials would bring; trials that a sampler chose are no independent draws, and it is the data's chance that it knows nothing of
 * [Bickel 1981, sec. 6: the bootstrap of an extreme]. Where folds or predictions are there, compare those.
 *
 * [Bickel 1981] Bickel and Freedman, "Some Asymptotic Theory for the Bootstrap", Annals of Statistics 9(6), 1196-1217.
 */
import { expm1, log1p } from '../../samplers/numerics/elementary.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import { checkAlpha, checkCount } from './door.ts';

export interface BestValues {
  /** By how much the first side's best is smaller. */
  readonly effect: number;
  /** Percentiles at confidence 1 - alpha. */
  readonly interval: readonly [low: number, high: number];
}

const RESAMPLES = 10_000;

/**
 * @param values  of two sides, finite, smaller is better, at least two each
 * @param seed  whole number, 0 to 2^53 - 1
 * @throws RangeError on fewer values, or an alpha or a seed that cannot be
 */
export function bestValuesBootstrap(
  values: readonly [readonly number[], readonly number[]],
  alpha: number,
  seed: number,
): BestValues {
  checkAlpha(alpha);
  checkCount('seed', seed, 0);
  for (const side of values) checkCount('the number of values', side.length, 2);
  const [ours, theirs] = values.map((side) => Float64Array.from(side).sort()) as [Float64Array, Float64Array];
  const rng = createRng(seed, 0);
  const drawn = Float64Array.from(
    { length: RESAMPLES },
    (_, i) => theirs[bestPlace(theirs.length, rng.uniform(1, i))]! - ours[bestPlace(ours.length, rng.uniform(0, i))]!,
  ).sort();
  const cut = Math.floor((RESAMPLES * alpha) / 2);
  return { effect: theirs[0]! - ours[0]!, interval: [drawn[cut]!, drawn[RESAMPLES - 1 - cut]!] };
}

/** The smallest of n places drawn from n with replacement: it is above i with chance (1 - (i + 1) / n)^n. */
function bestPlace(n: number, u: number): number {
  // 1 - (1 - u)^(1 / n), exact for small ones
  const share = -expm1(log1p(-u) / n);
  return Math.min(n - 1, Math.floor(share * n));
}
