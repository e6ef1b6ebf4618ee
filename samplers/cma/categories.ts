/**
 * Categories beside the normal distribution: one probability a category, moved along the natural gradient at a rate that adapts to how
 * much of the movement is signal [Akimoto 2019], and kept above a margin so that none dies out: CatCMA with margin [Hamano 2025].
 *
 * [Akimoto 2019] Akimoto, Shirakawa, Yoshinari, Uchida, Saito & Nishida, "Adaptive Stochastic Natural Gradient Method for One-Shot
 *   Neural Architecture Search", ICML 2019, PMLR 97.
 * [Hamano 2024] Hamano, Saito, Nomura, Uchida & Shirakawa, "CatCMA: Stochastic Optimization for Mixed-Category Problems", GECCO 2024,
 *   arXiv:2405.09962.
 * [Hamano 2025] Hamano, Nomura, Saito, Uchida & Shirakawa, "CatCMA with Margin: Stochastic Optimization for Continuous, Integer, and
 *   Categorical Variables", GECCO 2025, arXiv:2504.07884.
 */
import { exp, log } from '../numerics/elementary.ts';

/** A trial's category in each dimension; -1 where that was inactive. */
export type Picks = Int32Array;

/** With this probability no value is chosen for the margin's sake alone, over all dimensions with margin. */
const NO_MARGIN = 0.73;
/** How much of the movement has to be signal. */
const SIGNAL = 1.5;

export class Categories {
  /** One distribution a dimension. */
  readonly probabilities: readonly Float64Array[];
  private readonly least: readonly number[];
  /** The gradient's accumulated direction in Fisher coordinates, one number a free probability. */
  private readonly path: readonly Float64Array[];
  private readonly free: number;
  /** Delta of the paper, and delta, its inverse as of the last update: how far the next one goes, in Fisher coordinates. */
  private trust = 1;
  private step = 1;
  private weight = 0;

  /**
   * @param initial    one distribution a dimension, of two and more categories each, >= 0
   * @param margined   dimensions with margin in all, the ordered ones included
   */
  constructor(initial: readonly Float64Array[], margined: number) {
    const share = 1 - exp(log(NO_MARGIN) / Math.max(margined, 1));
    this.least = initial.map(({ length }) => Math.min(share / (length - 1), 1 / length));
    this.probabilities = initial.map((each, i) => withLeast(each.slice(), this.least[i]));
    this.path = initial.map(({ length }) => new Float64Array(length - 1));
    this.free = this.path.reduce((sum, { length }) => sum + length, 0);
  }

  /** The category below which a share u of dimension i's probability lies. */
  pick(i: number, u: number): number {
    const p = this.probabilities[i];
    let left = u;
    for (let category = 0; category < p.length - 1; category++) {
      left -= p[category];
      if (left < 0) return category;
    }
    return p.length - 1;
  }

  /**
   * @param picks    of the trials that move the distribution, best first
   * @param weights  one each, > 0, which add up to 1
   */
  update(picks: readonly Picks[], weights: ArrayLike<number>): void {
    const gradients = this.probabilities.map((p, i) => gradientOf(p, picks, weights, i));
    const fisher = gradients.map((gradient, i) => inFisher(gradient, this.probabilities[i]));
    const length = Math.sqrt(fisher.reduce((sum, part) => sum + squared(part), 0));
    // nothing was active, or the best say what is so anyway
    if (length < 1e-12) return;
    const rate = this.step / length;
    for (const [i, p] of this.probabilities.entries()) {
      for (let k = 0; k < p.length; k++) p[k] += rate * gradients[i][k];
      withLeast(p, this.least[i]);
    }
    this.adaptTrust(fisher, length);
  }

  private adaptTrust(fisher: readonly Float64Array[], length: number): void {
    this.step = 1 / this.trust;
    // at 1 nothing of what was before is left
    const beta = Math.min(this.step / Math.sqrt(this.free), 1);
    const pace = Math.sqrt(beta * (2 - beta)) / length;
    let signal = 0;
    for (const [i, path] of this.path.entries()) {
      for (let k = 0; k < path.length; k++) path[k] = (1 - beta) * path[k] + pace * fisher[i][k];
      signal += squared(path);
    }
    this.weight = (1 - beta) * (1 - beta) * this.weight + beta * (2 - beta);
    this.trust *= exp(beta * (this.weight - signal / SIGNAL));
  }
}

/** The weighted mean of one-hot vectors less the distribution. */
function gradientOf(p: Float64Array, picks: readonly Picks[], weights: ArrayLike<number>, i: number): Float64Array {
  const gradient = new Float64Array(p.length);
  let taken = 0;
  for (const [rank, pick] of picks.entries()) if (pick[i] >= 0) taken += weights[rank];
  for (let k = 0; k < p.length; k++) gradient[k] = -taken * p[k];
  for (const [rank, pick] of picks.entries()) if (pick[i] >= 0) gradient[pick[i]] += weights[rank];
  return gradient;
}

/** F^(1/2) times the gradient, for the K - 1 first probabilities [Akimoto 2019, appendix B]. */
function inFisher(gradient: Float64Array, p: Float64Array): Float64Array {
  const free = p.length - 1;
  const fisher = new Float64Array(free);
  let sum = 0;
  for (let k = 0; k < free; k++) sum += gradient[k];
  const common = sum / (p[free] + Math.sqrt(p[free]));
  for (let k = 0; k < free; k++) {
    const root = Math.sqrt(p[k]);
    fisher[k] = gradient[k] / root + root * common;
  }
  return fisher;
}

/** Probabilities at least `least` that add up to 1: what is above it shrinks in proportion. @param p  changed */
function withLeast(p: Float64Array, least: number): Float64Array {
  let sum = 0;
  for (let k = 0; k < p.length; k++) sum += p[k] = Math.max(p[k], least);
  const above = sum - least * p.length;
  if (above > 0) for (let k = 0; k < p.length; k++) p[k] -= ((sum - 1) * (p[k] - least)) / above;
  return p;
}

function squared(vector: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i];
  return sum;
}
