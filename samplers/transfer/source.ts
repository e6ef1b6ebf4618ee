/**
 * One study that trials were imported from, and how far it can be trusted here.
 *
 * Only the order of its trials counts, since its values have another scale: they become normal scores of their ranks [Salinas 2020]. A model
 * learns these scores, and the trust in the source is how well it orders the study's own trials: Spearman's rank correlation
 * between its predictions and the own results, together with a prior one that weighs as much as `PRIOR_ROWS` own rows. The trust is 0
 * where that is `LEAST` or less, so where the two disagree, and 1 from `FULL` on. [Wistuba 2016] weighs studies by such agreement, too.
 *
 * [Salinas 2020] Salinas, Shen and Perrone, "A Quantile-based Approach for Hyperparameter Transfer Learning", ICML 2020.
 * [Wistuba 2016] Wistuba, Schilling and Schmidt-Thieme, "Two-Stage Transfer Surrogate Model for Automatic Hyperparameter Optimization",
 *   ECML PKDD 2016.
 */
import { compareRanks, type Rank } from '../objectives/rank.ts';
import { midRanks, normalScores, rankCorrelation } from './ranks.ts';

/** What a model makes of a source's trials: a function of these alone. */
export interface Learnt {
  /** The normal score expected at a point, the lower the better. */
  scoreAt(x: Float64Array): number;
}

/** Learns scores at points of the space, at least one. */
export type Learn<M extends Learnt> = (points: readonly Float64Array[], scores: Float64Array) => M;

export interface Result {
  readonly number: number;
  readonly x: Float64Array;
  readonly rank: Rank;
}

/** Agreement before there are own rows, and how many own rows it weighs as much as. */
const PRIOR = 0.5;
const PRIOR_ROWS = 3;
/** Agreement at which trust begins, and from which on it is full. */
const LEAST = 0.1;
const FULL = 0.8;
/** The newest rows that the model learns. */
const MOST_ROWS = 500;

export class Source<M extends Learnt> {
  /** In the order they closed. */
  readonly results: Result[] = [];
  private readonly learn: Learn<M>;
  private learnt: { readonly model: M; readonly of: number } | undefined;
  /** What the model expects of own rows, the first ones first. */
  private expected: number[] = [];

  constructor(learn: Learn<M>) {
    this.learn = learn;
  }

  get model(): M {
    const of = this.results.length;
    if (this.learnt?.of !== of) {
      const newest = this.results.slice(-MOST_ROWS);
      const model = this.learn(
        newest.map(({ x }) => x),
        normalScores(newest.map(({ rank }) => rank)),
      );
      this.learnt = { model, of };
      this.expected = [];
    }
    return this.learnt.model;
  }

  /** From 0, it says nothing about these own rows, to 1, it is as good as they are. */
  trust(own: readonly Result[]): number {
    if (own.length < 2) return trustIn(0, own.length);
    const { model, expected } = this;
    for (let i = expected.length; i < own.length; i++) expected.push(model.scoreAt(own[i].x));
    const agreement = rankCorrelation(
      midRanks(own.length, (i, j) => compareRanks(own[i].rank, own[j].rank)),
      midRanks(own.length, (i, j) => this.expected[i] - this.expected[j]),
    );
    return trustIn(agreement, own.length);
  }
}

/** The trust in rows whose order agrees so with that of `own` rows, in [0, 1]. */
export function trustIn(agreement: number, own: number): number {
  const shrunk = (PRIOR * PRIOR_ROWS + agreement * own) / (PRIOR_ROWS + own);
  return Math.min(Math.max((shrunk - LEAST) / (FULL - LEAST), 0), 1);
}
