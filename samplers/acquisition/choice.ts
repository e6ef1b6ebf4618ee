/** The option `acquisition`, what belongs to it, and the functions of mean and spread that it stands for. */
import { log } from '../numerics/elementary.ts';
import type { Options, OptionSpec, Rng } from '../sampler.ts';
import { logPromise, regretKappa } from './confidence-bound.ts';
import { logExpectedImprovement } from './expected-improvement.ts';
import { maxValueEntropy, minimumDraws } from './max-value-entropy.ts';
import type { Marginals } from './posterior.ts';
import { logProbabilityOfImprovement } from './probability-of-improvement.ts';
import { decayed } from './schedules.ts';
import type { Worth } from './terms.ts';

/** To be spread into a sampler's own options. */
export const ACQUISITION_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  acquisition: {
    type: 'enum',
    default: 'logEI',
    values: ['logEI', 'pi', 'ucb', 'mes', 'nei', 'thompson', 'hedge', 'eipc'],
    doc:
      'What makes a point worth trying: expected improvement (logEI, under noise nei, per cost eipc), probability of ' +
      'improvement (pi), confidence bound (ucb), information on the minimum (mes), a draw (thompson), or a portfolio (hedge)',
  },
  xi: {
    type: 'float',
    default: 0,
    low: 0,
    high: 10,
    doc: 'logEI, pi, eipc: by how much to improve, in standard deviations of the results; pi needs 0.1 or more to explore',
  },
  kappa: { type: 'float', default: 2.576, low: 0, high: 1000, doc: 'ucb: standard deviations below the mean' },
  kappaSchedule: {
    type: 'enum',
    default: 'constant',
    values: ['constant', 'theory'],
    doc: 'ucb: kappa as it is, or growing slowly so that regret is bounded with probability 1 - delta',
  },
  delta: {
    type: 'float',
    default: 0.1,
    low: 1e-9,
    high: 0.999,
    doc: 'ucb by theory: probability that the bound fails',
  },
  explorationDecay: { type: 'float', default: 1, low: 0.01, high: 1, doc: 'Factor on kappa and xi a suggestion' },
  explorationDelay: { type: 'int', default: 0, low: 0, high: 1_000_000, doc: 'Suggestions before the first decay' },
  draws: {
    type: 'int',
    default: 32,
    low: 1,
    high: 1024,
    doc: 'nei: fantasies of the true values; mes: a quarter as many minima',
  },
  hedgeEta: { type: 'float', default: 1, low: 1e-3, high: 1000, doc: 'hedge: how fast gains decide' },
  costExponent: {
    type: 'float',
    default: 1,
    low: 0,
    high: 1,
    doc: 'eipc: power of the cost that improvement is divided by; cools to 0 as costBudget is spent',
  },
  costBudget: { type: 'float', default: 0, low: 0, high: 1e300, doc: 'eipc: sum of costs to cool over; 0: no cooling' },
};

/** Where a study stands. */
export interface Standing {
  /** The value to improve on, in the model's units: the lowest posterior mean of (feasible) points tried. */
  readonly best: number;
  /** Suggestions made with a model before this one. */
  readonly step: number;
  /** Of the space. */
  readonly dimensions: number;
  /** Points of the space, Infinity if continuous. */
  readonly size: number;
}

/**
 * The worth that an acquisition function gives to mean and spread: logarithms all of them, to which those of probabilities
 * of being feasible can be added.
 * @param name       logEI, pi, ucb or mes
 * @param somewhere  posterior at points all over the space, asked by mes
 * @param purpose    mes takes the counters (purpose, 0..draws - 1)
 */
export function worthOf(
  name: string,
  options: Options,
  { best, step, dimensions, size }: Standing,
  somewhere: () => Marginals,
  rng: Rng,
  purpose: number,
): Worth {
  const xi = marginOf(options, step);
  if (name === 'pi') return (mean, sd, slopes) => logProbabilityOfImprovement(mean, sd, best, xi, slopes);
  if (name === 'ucb') {
    const theory = options['kappaSchedule'] === 'theory';
    const start = theory
      ? regretKappa(step + 1, dimensions, size, Number(options['delta']), 0.2)
      : Number(options['kappa']);
    const kappa = fallen(start, options, step);
    return (mean, sd, slopes) => logPromise(mean, sd, kappa, best, slopes);
  }
  if (name === 'mes') {
    const count = Math.max(1, Number(options['draws']) >> 2);
    // one draw from each of as many equal shares of the distribution
    const uniforms = Array.from({ length: count }, (_, k) => (k + rng.uniform(purpose, k)) / count);
    const minima = minimumDraws(somewhere(), best, uniforms);
    return (mean, sd, slopes) => {
      const value = maxValueEntropy(mean, sd, minima, slopes);
      if (slopes && value > 0) [slopes.byMean, slopes.bySd] = [slopes.byMean / value, slopes.bySd / value];
      return log(value);
    };
  }
  return (mean, sd, slopes) => logExpectedImprovement(mean, sd, best, xi, slopes);
}

/** By how much a point is to improve, after `step` suggestions with a model. */
function marginOf(options: Options, step: number): number {
  return fallen(Number(options['xi']), options, step);
}

function fallen(start: number, options: Options, step: number): number {
  return decayed(start, Number(options['explorationDecay']), Number(options['explorationDelay']), step);
}
