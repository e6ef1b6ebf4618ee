/** What acquisition functions ask of a surrogate. Objectives are minimised, utilities are maximised. */

/** Where a function leaves its derivatives by the posterior's mean and standard deviation. */
export interface Slopes {
  byMean: number;
  bySd: number;
}

/** Posterior means and standard deviations of `count` points. */
export interface Marginals {
  readonly mean: Float64Array;
  /** >= 0 */
  readonly sd: Float64Array;
}

/** The posterior of several points together. */
export interface Joint {
  readonly mean: Float64Array;
  /** count x count by rows, symmetric and positive semidefinite. */
  readonly covariance: Float64Array;
}
