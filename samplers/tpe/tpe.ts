/**
 * TPE, the tree-structured Parzen estimator [Bergstra 2011], in the joint form [Falkner 2018] and with the choices that
 * [Watanabe 2023] found best: for any space, one objective or several.
 *
 * The space falls into groups of dimensions that are active together (groups.ts). After `startup` closed trials, whatever
 * became of them, a point is settled group by group, parents first: in each active group the best of `candidates` draws
 * from the density of the good rows is taken (contrast.ts); estimator.ts says which rows are good. A candidate in a
 * forbidden region is none; if all are, everything is drawn again, ten times, and then the point is a random one of those
 * allowed. In a finite space a candidate that an earlier trial had is taken only if all of them are such.
 *
 * Kernels of ten good rows are usually no narrower than a twelfth of the range, which keeps looking around but settles no
 * digits; fine ones (spreads.ts), which [Watanabe 2023] finds best where there is one optimum, get stuck where there are several.
 * So each trial draws how fine its kernels are, evenly between the two. Parameters with conditions have the usual ones, and so do
 * all where most have conditions: a branch whose digits are settled early fills the good rows, and the others are not looked at
 * again.
 *
 * Of several objectives the good rows are those of the first fronts, weighed by what they add to the hypervolume (fronts-split.ts)
 * [Ozaki 2022]. They lie along a set, not around a point: joint kernels keep to it, kernels of each parameter by itself spread along
 * it. Each trial draws one of the two: mean normalised regret after 100 trials, less that of Optuna's TPE, was -0.13 on ZDT1 and
 * DTLZ2 and -0.15 on six bi-objective functions of COCO; always jointly +0.03 and -0.22, each by itself -0.17 and -0.05.
 *
 * With `transfer` imported trials are other studies', which may mislead: of one objective each study's order counts as far as the own trials
 * agree with it (../transfer, imported.ts). Before `startup` own trials have closed, a trial is the model's as likely as they are trusted,
 * else a random one, which shows whether they deserve it. On fifteen pairs of tables of trainings (bench/transfer.ts) the mean normalised
 * regret after 25 trials was 0.77 of that without them, and 1.09 of it where their values were negated.
 *
 * Choices have no order, so their kernels know only equal and different; an `ordinal` parameter has the order its choices
 * are listed in, and its kernels reach to neighbours. Priors and weights of the space are the prior kernel.
 *
 * [Bergstra 2011] Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NeurIPS 2011.
 * [Falkner 2018] Falkner et al., "BOHB: Robust and Efficient Hyperparameter Optimization at Scale", ICML 2018.
 * [Ozaki 2022] Ozaki et al., "Multiobjective Tree-Structured Parzen Estimator", Journal of Artificial Intelligence Research 73.
 * [Watanabe 2023] Watanabe, "Tree-Structured Parzen Estimator: Understanding Its Algorithm Components and Their Roles
 *   for Better Empirical Performance", arXiv:2304.11127.
 */
import { parameterAlone } from '../parameter-alone.ts';
import type { Ask, Options, OptionSpec, Problem, Rng, Sampler, Suggestion, View } from '../sampler.ts';
import { TRANSFER, usesTransfer } from '../transfer/option.ts';
import { advanceTpe, isJointTurn, mixedFineness, suggestTpe, type Settings, type TpeCache } from './estimator.ts';

const STARTUP: OptionSpec = {
  type: 'int',
  default: 10,
  low: 0,
  high: 1_000_000,
  doc: 'Trials drawn at random before the model is used',
};
const CANDIDATES: OptionSpec = {
  type: 'int',
  default: 24,
  low: 1,
  high: 10_000,
  doc: 'Points drawn and compared for a suggestion',
};
const PENDING: OptionSpec = {
  type: 'enum',
  default: 'bad',
  values: ['bad', 'ignored'],
  doc: 'Trials in flight: bad ones, so that they spread out, or ignored until they end',
};

/** Options of every TPE. */
export const COMMON: { readonly startup: OptionSpec; readonly candidates: OptionSpec; readonly pending: OptionSpec } = {
  startup: STARTUP,
  candidates: CANDIDATES,
  pending: PENDING,
};

export const tpe: Sampler<TpeCache> = {
  name: 'tpe',
  version: 3,
  options: {
    ...COMMON,
    multivariate: {
      type: 'bool',
      default: true,
      doc: 'Parameters are modelled together, of several objectives in every other trial; false: each by itself',
    },
    groups: {
      type: 'bool',
      default: true,
      doc: 'Parameters under the same condition too; false: together only those that are always active',
    },
    goodShare: {
      type: 'float',
      default: 0.1,
      low: 0.01,
      high: 0.5,
      doc: 'Share of the trials that count as good (gamma), rounded up to a whole trial; of one objective 25 at most',
    },
    priorWeight: {
      type: 'float',
      default: 1,
      low: 0.01,
      high: 100,
      doc: 'Weight of the prior, beside the 1 of a trial',
    },
    transfer: TRANSFER,
    fine: {
      type: 'enum',
      default: 'mixed',
      values: ['never', 'mixed', 'always'],
      doc: 'Narrow kernels, for more digits of an optimum: never, anew for each trial between usual and narrow, or always',
    },
  },

  // measured: 10 ms at about a hundred thousand numbers, with three objectives at 1,500 trials
  heavy: (rows, { space, objectives }) => rows * space.dimensions.length > 100_000 || (objectives > 1 && rows > 1500),

  supports: () => true,

  advance(cache: TpeCache | undefined, view: View, problem: Problem, options: Options): TpeCache {
    return advanceTpe(cache, view, problem, usesTransfer(problem, options));
  },

  suggest(
    cache: TpeCache,
    view: View,
    ask: Ask,
    rng: Rng,
    problem: Problem,
    options: Options,
  ): Suggestion | 'exhausted' {
    return suggestTpe(cache, view, ask, rng, problem, settingsOf(options, problem, rng));
  },

  parameter: (ask, ...rest) => parameterAlone(tpe, ask, ...rest),
};

function settingsOf(options: Options, { space, objectives }: Problem, rng: Rng): Settings {
  const jointly = options['multivariate'] === true && (objectives === 1 || isJointTurn(rng));
  return {
    startup: Number(options['startup']),
    candidates: Number(options['candidates']),
    pending: options['pending'] === 'ignored' ? 'ignored' : 'bad',
    joint: !jointly ? 'none' : options['groups'] === true ? 'groups' : 'root',
    goodShare: Number(options['goodShare']),
    priorWeight: Number(options['priorWeight']),
    fineness: options['fine'] === 'always' ? 2 : options['fine'] === 'mixed' ? mixedFineness(space, rng) : 1,
  };
}
