/** What acquisition functions ask of a surrogate. Objectives are minimised, utilities are maximised. */

/** Where a function leaves its derivatives by the posterior's mean and standard deviation. */
export interface Slopes {
  byMean: number;
  bySd: number;
}

/** Posterior means and standard deviations of several points. */
export interface Marginals {
  readonly mean: Float64Array;
  /** >= 0 */
  readonly sd: Float64Array;
}

/** The posterior of several points together. */
export interface Joint {
  readonly mean: Float64Array;
  /** Points x points by rows, symmetric and positive semidefinite. */
  readonly covariance: Float64Array;
}

/** A surrogate with its data, rows in flight included, by points in coordinates of [0, 1], NaN where inactive (Ground). */
export interface Model {
  /** Of the noise-free values of `count` points by rows. */
  predict(units: Float64Array, count: number): Marginals;
  /**
   * The same of one point, with the derivatives by its coordinates; those of categories are not read. Absent where there
   * are none: trees.
   */
  slopes?(unit: Float64Array, byMean: Float64Array, bySd: Float64Array): { readonly mean: number; readonly sd: number };
  /** What gives the posterior covariances of points with these `count` ones. Absent where points are taken as independent. */
  covarianceWith?(others: Float64Array, count: number): Covariances;
}

/** Posterior covariances with points that stay the same, the others. */
export interface Covariances {
  /** Of `count` points with all others, by rows of the former. */
  of(units: Float64Array, count: number): Float64Array;
  /** Adds to `out` the derivatives, by one point's coordinates, of the sum over the others of rate times covariance. */
  addSlopes?(unit: Float64Array, rates: Float64Array, out: Float64Array): void;
}
