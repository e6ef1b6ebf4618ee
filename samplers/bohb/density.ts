/**
 * A density of points by kernels on all dimensions together [Falkner 2018, section 4.1], with statsmodels' bandwidths by the normal
 * reference rule: h = 1.06 sd n^(-1 / (4 + d)).
 *
 * Numbers have Gaussian kernels, which score without the bounds and are drawn from within them. A category is equal or different
 * [Aitchison 1976]: 1 - h, or h / (k - 1), where k are all of its choices (statsmodels: those in the data, so that others have no
 * density). As its sd counts sqrt((1 - sum of squared shares) / 2): that of 0 and 1 where there are two, and whatever the order where
 * there are more.
 *
 * [Falkner 2018] Falkner et al., "BOHB: Robust and Efficient Hyperparameter Optimization at Scale", ICML 2018.
 * [Aitchison 1976] Aitchison & Aitken, "Multivariate Binary Discrimination by the Kernel Method", Biometrika 63.
 */
import { exp, log } from '../numerics/elementary.ts';
import { quantile } from '../numerics/unit-normal.ts';

/** A dimension of the vectors: how many categories, or 0 for a number in [0, 1]. A category lies in the middle of its cell. */
export type Kind = number;

const LOG_SQRT_TWO_PI = 0.9189385332046728;

export class Density {
  readonly bandwidths: Float64Array;
  private readonly data: readonly Float64Array[];
  private readonly kinds: readonly Kind[];
  /** Of a category: the log of its kernel's values for equal and for different. */
  private readonly equal: Float64Array;
  private readonly different: Float64Array;
  private readonly logConstant: number;

  /**
   * @param data  vectors without gaps, at least one, of at least one dimension; not to be changed
   * @param minBandwidth  > 0
   */
  constructor(data: readonly Float64Array[], kinds: readonly Kind[], minBandwidth: number) {
    this.data = data;
    this.kinds = kinds;
    const shrink = 1.06 * exp(-log(data.length) / (4 + kinds.length));
    this.bandwidths = Float64Array.from(kinds, (kind, j) => {
      const spread = kind === 0 ? deviationOf(data, j) : unlikenessOf(data, j, kind);
      // from (k - 1) / k on all categories are alike
      return Math.min(Math.max(shrink * spread, minBandwidth), kind === 0 ? Infinity : (kind - 1) / kind);
    });
    this.equal = this.bandwidths.map((h, j) => (kinds[j] === 0 ? 0 : log(1 - h)));
    this.different = this.bandwidths.map((h, j) => (kinds[j] === 0 ? 0 : log(h / (kinds[j] - 1))));
    this.logConstant = -log(data.length);
    for (const [j, kind] of kinds.entries())
      if (kind === 0) this.logConstant -= LOG_SQRT_TWO_PI + log(this.bandwidths[j]);
  }

  /** Log density of a vector without gaps; a mass where dimensions are categories. O(data x dimensions). */
  logAt(vector: Float64Array): number {
    const { kinds, bandwidths, equal, different } = this;
    const terms = new Float64Array(this.data.length);
    let most = -Infinity;
    for (let i = 0; i < terms.length; i++) {
      const datum = this.data[i];
      let sum = 0;
      for (let j = 0; j < kinds.length; j++) {
        const apart = vector[j] - datum[j];
        if (kinds[j] === 0) {
          const z = apart / bandwidths[j];
          sum -= 0.5 * z * z;
        } else sum += apart === 0 ? equal[j] : different[j];
      }
      terms[i] = sum;
      if (sum > most) most = sum;
    }
    let total = 0;
    for (let i = 0; i < terms.length; i++) total += exp(terms[i] - most);
    return most + log(total) + this.logConstant;
  }

  /**
   * A vector near one of the data.
   * @param factor  by which the kernels of numbers are wider than for scoring
   * @param u  numbers in (0, 1) by counter, from 0 to twice the dimensions
   */
  draw(factor: number, u: (i: number) => number): Float64Array {
    const datum = this.data[Math.floor(u(0) * this.data.length)];
    return datum.map((at, j) => {
      const kind = this.kinds[j];
      const h = this.bandwidths[j];
      const share = u(1 + 2 * j);
      if (kind === 0) return quantile(at, factor * h, share);
      return share < 1 - h ? at : (Math.floor(u(2 + 2 * j) * kind) + 0.5) / kind;
    });
  }
}

function deviationOf(data: readonly Float64Array[], j: number): number {
  let mean = 0;
  for (const vector of data) mean += vector[j];
  mean /= data.length;
  let sum = 0;
  for (const vector of data) sum += (vector[j] - mean) * (vector[j] - mean);
  return Math.sqrt(sum / data.length);
}

function unlikenessOf(data: readonly Float64Array[], j: number, kind: number): number {
  const counts = new Map<number, number>();
  for (const vector of data) {
    const category = Math.floor(vector[j] * kind);
    counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  let alike = 0;
  for (const count of counts.values()) alike += (count / data.length) * (count / data.length);
  return Math.sqrt(Math.max(0, 1 - alike) / 2);
}
