/**
 * What other studies expect of this one as the mean of its Gaussian process, which then models what is left [Golovin 2017, sec. 3.3.2].
 *
 * A source's scores (../transfer/source.ts) are learnt by a Gaussian process of their own, and its posterior mean is what it expects.
 * Sources together are taken by their weights, and put on the scale of the own results (../transfer/scale.ts).
 *
 * [Golovin 2017] Golovin et al., "Google Vizier: A Service for Black-Box Optimization", KDD 2017.
 */
import { scaleOf } from '../transfer/scale.ts';
import type { Learn, Learnt } from '../transfer/source.ts';
import { Transfer, type Voice } from '../transfer/transfer.ts';
import { fit } from './fit.ts';
import { writeColumns, type Layout } from './layout.ts';
import { hyperparametersOf } from './likelihood.ts';
import { Posterior, type MeanFunction } from './posterior.ts';
import { chosen } from './schedule.ts';
import type { MeanOf } from './surrogate.ts';

/** Trials of a source that its Gaussian process is given: the best ones among them. */
const MOST_LEARNT = 150;

export interface LearntProcess extends Learnt {
  readonly posterior: Posterior;
}

/** Mean functions by how many own trials judge the sources: the same one until something changes. */
export class PriorMeans {
  readonly transfer: Transfer<LearntProcess>;
  private known: { readonly imported: number; readonly own: number; readonly meanOf: MeanOf | undefined } | undefined;

  /** @param leastNoise  variance, in (0, 1] */
  constructor(layout: Layout, leastNoise: number) {
    this.transfer = new Transfer(processLearner(layout, leastNoise));
  }

  /** As the first `own` trials with results say; undefined where no source is trusted. */
  of(own: number): MeanOf | undefined {
    const { imported } = this.transfer;
    if (this.known?.imported !== imported || this.known.own !== own) {
      const voices = this.transfer.voices(own);
      const meanOf: MeanOf = (columns, count) => priorMean(voices, columns, count);
      this.known = { imported, own, meanOf: voices.length > 0 ? meanOf : undefined };
    }
    return this.known.meanOf;
  }
}

function processLearner(layout: Layout, leastNoise: number): Learn<LearntProcess> {
  return (points, scores) => {
    const places = chosen([...scores], MOST_LEARNT);
    const columns = new Float64Array(places.length * layout.columns);
    for (const [k, i] of places.entries()) writeColumns(layout, points[i], columns, k * layout.columns);
    const y = Float64Array.from(places, (i) => scores[i]);
    const posterior = new Posterior(layout, hyperparametersOf(layout, fit(layout, columns, y, leastNoise).logs));
    posterior.append(columns, 0, places.length);
    posterior.observe(y);
    const at = new Float64Array(layout.columns);
    return {
      posterior,
      scoreAt(x) {
        writeColumns(layout, x, at, 0);
        return posterior.means(at, 1)[0];
      },
    };
  };
}

/**
 * @param voices  at least one
 * @param own     the `count` own points that the process is fitted to, by rows (layout.ts)
 */
function priorMean(voices: readonly Voice<LearntProcess>[], own: Float64Array, count: number): MeanFunction {
  const expected = (columns: Float64Array, n: number): Float64Array => {
    const sums = new Float64Array(n);
    for (const { model, weight } of voices) {
      const means = model.posterior.means(columns, n);
      for (let i = 0; i < n; i++) sums[i] += weight * means[i];
    }
    return sums;
  };
  const { middle, scale } = scaleOf(expected(own, count), voices);
  return {
    at: (columns, n) => expected(columns, n).map((value) => scale * (value - middle)),
    addSlopes(point, slopes) {
      for (const { model, weight } of voices) model.posterior.addMeanSlopes(point, scale * weight, slopes);
    },
  };
}
