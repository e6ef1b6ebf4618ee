/**
 * How far another study's trials say something about this one: trials imported into a study are prior data of another data set, and may
 * mislead.
 *
 * Only their order counts, since the other study's values have another scale: they become normal scores of their ranks [Salinas 2020].
 * A small forest learns these scores, and the trust in them is how well it orders the study's own trials: Spearman's rank correlation
 * between its predictions and the own results, together with a prior one that weighs as much as `PRIOR_ROWS` own rows. The trust is 0
 * where that is `LEAST` or less, so where the two disagree, and 1 from `FULL` on. [Wistuba 2016] weighs studies by such agreement, too.
 * Imported rows are taken as of one source: rows do not say of which.
 *
 * Everything here is a function of the rows, in the order they closed.
 *
 * [Salinas 2020] Salinas, Shen and Perrone, "A Quantile-based Approach for Hyperparameter Transfer Learning", ICML 2020.
 * [Wistuba 2016] Wistuba, Schilling and Schmidt-Thieme, "Two-Stage Transfer Surrogate Model for Automatic Hyperparameter Optimization",
 *   ECML PKDD 2016.
 */
import type { CompiledSpace } from '../study/dimensions.ts';
import { normalQuantile } from './numerics/normal.ts';
import { compareRanks, rankOf, type Rank } from './rank.ts';
import type { Row } from './sampler.ts';
import { Draws } from './trees/draws.ts';
import { featureReader, featuresOf, type Features } from './trees/features.ts';
import { growForest, predict, type Forest, type ForestSettings } from './trees/forest.ts';
import { Table } from './trees/table.ts';

/** Agreement before there are own rows, and how many own rows it weighs as much as. */
const PRIOR = 0.5;
const PRIOR_ROWS = 3;
/** Agreement at which trust begins, and from which on it is full. */
const LEAST = 0.1;
const FULL = 0.8;
/** The first own rows are the most varied; later ones lie where the results are good, and say little of the order. */
const MOST_OWN = 100;
/** The newest imported rows that the forest learns. */
const MOST_IMPORTED = 500;
const FOREST: ForestSettings = {
  trees: 16,
  random: true,
  features: 1,
  leaf: 2,
  depth: 20,
  bootstrap: false,
  doubt: 0,
};
/** Key of the trees' random numbers: the same for all studies, so that the trust is a function of the rows. */
const KEY = 0x7472616e;

interface Result {
  readonly x: Float64Array;
  readonly rank: Rank;
}

export class Transfer {
  private readonly features: Features;
  private readonly imported: Result[] = [];
  private readonly own: Result[] = [];
  private known: { readonly imported: number; readonly own: number; readonly trust: number } | undefined;
  private forest: { readonly grown: Forest; readonly of: number } | undefined;

  constructor(space: CompiledSpace) {
    this.features = featuresOf(space);
  }

  /** Takes in a row with a result, in the order they closed. */
  add(row: Row): void {
    const isImported = row.origin === 'imported';
    if (isImported || this.own.length < MOST_OWN)
      (isImported ? this.imported : this.own).push({ x: row.x.slice(), rank: rankOf(row) });
  }

  /** From 0, the imported rows say nothing, to 1, they are as good as own ones; 0 without such rows. */
  trust(): number {
    const [imported, own] = [this.imported.length, this.own.length];
    if (imported === 0) return 0;
    if (this.known?.imported !== imported || this.known.own !== own)
      this.known = { imported, own, trust: trustIn(this.agreement(), own) };
    return this.known.trust;
  }

  private agreement(): number {
    if (this.own.length < 2) return 0;
    const forest = this.forestOf();
    const featuresAt = featureReader(this.features);
    const predicted = this.own.map(({ x }) => predict(forest, featuresAt(x)).mean);
    return rankCorrelation(
      midRanks(this.own.length, (i, j) => compareRanks(this.own[i].rank, this.own[j].rank)),
      midRanks(this.own.length, (i, j) => predicted[i] - predicted[j]),
    );
  }

  private forestOf(): Forest {
    const count = this.imported.length;
    if (this.forest?.of !== count) {
      const newest = this.imported.slice(-MOST_IMPORTED);
      const table = new Table(this.features);
      table.append(newest.map(({ x }) => x));
      const targets = normalScores(newest.map(({ rank }) => rank));
      this.forest = { grown: growForest(table, targets, FOREST, (tree) => new Draws(tree, KEY)), of: count };
    }
    return this.forest.grown;
  }
}

/** The trust in imported rows whose order agrees so with that of `own` rows, in [0, 1]. */
export function trustIn(agreement: number, own: number): number {
  const shrunk = (PRIOR * PRIOR_ROWS + agreement * own) / (PRIOR_ROWS + own);
  return Math.min(Math.max((shrunk - LEAST) / (FULL - LEAST), 0), 1);
}

/** Normal quantiles of the rows' ranks, (rank - 1/2) / n; equals have the same. */
export function normalScores(ranks: readonly Rank[]): Float64Array {
  const n = ranks.length;
  return midRanks(n, (i, j) => compareRanks(ranks[i], ranks[j])).map((rank) => normalQuantile((rank + 0.5) / n));
}

/** Ranks 0 to n - 1 of n things; equals have the mean of theirs. */
export function midRanks(n: number, compare: (i: number, j: number) => number): Float64Array {
  const order = Array.from({ length: n }, (_, i) => i).sort(compare);
  const ranks = new Float64Array(n);
  for (let first = 0, end = 0; first < n; first = end) {
    while (end < n && compare(order[first], order[end]) === 0) end++;
    for (let k = first; k < end; k++) ranks[order[k]] = 0.5 * (first + end - 1);
  }
  return ranks;
}

/** Correlation of two lists of midranks, so Spearman's rho; 0 where one of them is constant. */
export function rankCorrelation(a: Float64Array, b: Float64Array): number {
  const middle = 0.5 * (a.length - 1);
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    both += (a[i] - middle) * (b[i] - middle);
    first += (a[i] - middle) * (a[i] - middle);
    second += (b[i] - middle) * (b[i] - middle);
  }
  return first > 0 && second > 0 ? both / Math.sqrt(first * second) : 0;
}
