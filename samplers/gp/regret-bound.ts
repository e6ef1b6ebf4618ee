/**
 * An upper bound on the regret of stopping now: how much better than the best trial any point of the space may still be.
 *
 * A Gaussian process of the good trials bounds the function from both sides with high probability, mean -+ kappa sd with
 * kappa^2 = 2 ln(d n^2 pi^2 / (6 delta)) / 5, delta = 0.1 [Makarova 2022, sec. 3; the fifth is that of Srinivas 2010, sec. 6]. The
 * best trial is at most the least upper bound of the good ones, and no point is below the least lower bound over the space: the
 * regret is at most the difference [Makarova 2022, eq. 4].
 *
 * As in Optuna's terminator the good trials are the better half, at least twenty: the rest would only teach the model how bad the
 * bad ones are. The bound is as good as the model: a function that is smooth wherever it was looked at may fall elsewhere.
 *
 * [Makarova 2022] Makarova et al., "Automatic Termination for Hyperparameter Optimization", AutoML-Conf 2022, PMLR 188.
 * [Srinivas 2010] Srinivas et al., "Gaussian Process Optimization in the Bandit Setting: No Regret and Experimental
 *   Design", ICML 2010, arXiv:0912.3995.
 */
import { confidenceBound } from '../acquisition/confidence-bound.ts';
import { Ground } from '../acquisition/ground.ts';
import { maximise } from '../acquisition/maximise.ts';
import { slopeOf, utilityOf, type Term } from '../acquisition/terms.ts';
import { SamplerFallbackError } from '../../study/errors.ts';
import { fixedFor } from '../fixed-values.ts';
import { log } from '../numerics/elementary.ts';
import { createRng } from '../numerics/philox.ts';
import type { Problem, Row } from '../sampler.ts';
import { fit } from './fit.ts';
import { layoutOf } from './layout.ts';
import { hyperparametersOf } from './likelihood.ts';
import { modelOf, scalesOf } from './model.ts';
import { scaleOf, standardised } from './outputs.ts';
import { Posterior } from './posterior.ts';
import { Trials } from './trials.ts';

/** Complete trials that it takes to say anything. */
export const LEAST_JUDGED = 20;
/** Of the better half at most so many: a fit takes their number's cube. */
const MOST_GOOD = 100;
const LEAST_NOISE = 1e-6;
const DELTA = 0.1;
/** ln(pi^2 / 6). */
const LOG_PI_SQUARED_BY_6 = 0.4977003024707453;
/** Best trials whose neighbourhoods are searched. */
const BEST = 5;
const STREAM = 0xd0000000;

/**
 * @param rows  of the problem's space; those that are complete count
 * @param seed  of the study; @param asOf position of the log that the rows are as of: they name the search's random numbers
 * @returns in the unit of the (first) objective, >= 0; undefined below LEAST_JUDGED complete trials, where all good ones are equal,
 * or where no model can be made of them
 */
export function regretBound(rows: readonly Row[], problem: Problem, seed: number, asOf: number): number | undefined {
  const { space } = problem;
  const dimensions = space.dimensions.length;
  const complete = rows.filter(({ state, y, x }) => state === 'complete' && y && x.length === dimensions);
  if (complete.length < LEAST_JUDGED) return undefined;
  complete.sort((a, b) => a.y![0] - b.y![0] || a.number - b.number);
  const good = complete.slice(0, Math.min(MOST_GOOD, Math.max(LEAST_JUDGED, Math.ceil(complete.length / 2))));
  const measured = Float64Array.from(good, ({ y }) => y![0]);
  const { values } = standardised(measured);
  const layout = layoutOf(space, false);
  if (layout.columns === 0 || values.every((value) => value === 0)) return undefined;
  const trials = new Trials(layout);
  for (const row of good) trials.add(row);
  try {
    const posterior = new Posterior(
      layout,
      hyperparametersOf(layout, fit(layout, trials.columns, values, LEAST_NOISE).logs),
    );
    posterior.append(trials.columns, 0, good.length);
    posterior.observe(values);
    const free = space.dimensions.filter(({ size }) => size > 1).length;
    const kappa = Math.sqrt(0.4 * (log(free) + 2 * log(good.length) + LOG_PI_SQUARED_BY_6 - log(DELTA)));
    const ground = new Ground(space, fixedFor(problem));
    const model = modelOf(posterior, dimensions);
    const units = good.map(({ x }) => ground.unitsOf(x).slice());
    const { mean, sd } = model.predict(Float64Array.from(units.flatMap((unit) => [...unit])), good.length);
    const [upper, lower] = [1, -1].map((side) =>
      mean.reduce((least, m, i) => Math.min(least, m + side * kappa * sd[i]), Infinity),
    );
    const terms: Term[] = [{ model, worth: (m, s, slopes) => confidenceBound(m, s, kappa, slopes) }];
    const found = maximise(
      ground,
      utilityOf(terms),
      slopeOf(terms),
      scalesOf(posterior, dimensions).map((scale) => Math.min(scale, 1)),
      units.slice(0, BEST),
      createRng(seed, asOf),
      STREAM,
    );
    const lowest = Math.min(lower, found ? -found.value : Infinity);
    return (upper - lowest) / scaleOf(measured);
  } catch (error) {
    if (error instanceof SamplerFallbackError) return undefined;
    throw error;
  }
}
