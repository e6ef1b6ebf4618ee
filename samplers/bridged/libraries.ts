/** The libraries there is a bridge to: their options, and what they can be asked. */
import type { OptionSpec } from '../../study/options.ts';
import { listed } from '../../study/syntax/field.ts';
import type { Options, Problem } from '../sampler.ts';

export interface LibraryTraits {
  readonly name: string;
  /** As a package index knows it. */
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly conditions: boolean;
  /** Which settings serve several objectives, or constraints; in words who does, where none. */
  readonly objectives: (options: Options) => boolean;
  readonly constraints: (options: Options) => boolean;
  /** Whether a suggestion follows from rows and a seed alone. */
  readonly stateless: (options: Options) => boolean;
  /** What of the library's own arguments the bridge gives it. */
  readonly reserved: readonly string[];
}

const common = (replayed: number): Readonly<Record<string, OptionSpec>> => ({
  exact: {
    doc: 'replay: every trial is asked for again where a process starts afresh; reseed: a seed for each trial, all others told',
    type: 'enum',
    default: 'replay',
    values: ['replay', 'reseed'],
  },
  replayed: {
    doc: 'trials that are suggested by replay, which bounds what a fresh start costs; later ones are suggested by reseed',
    type: 'int',
    default: replayed,
    low: 1,
    high: 1_000_000,
  },
  timeout: {
    doc: 'seconds without a word after which the process is ended and the ask tried again',
    type: 'int',
    default: 300,
    low: 1,
    high: 86_400,
  },
  python: {
    doc: 'the interpreter that has the library: a name on PATH, or an absolute path',
    type: 'text',
    default: 'python3',
  },
});

/** Those of Optuna whose suggestion follows from trials and generator alone; the same list as in python/durable_tune/bridge. */
const STATELESS = ['TPESampler', 'GPSampler', 'RandomSampler'];
const CONSTRAINED = ['TPESampler', 'GPSampler', 'NSGAIISampler', 'NSGAIIISampler'];
const never = (): boolean => false;

export const LIBRARIES: readonly LibraryTraits[] = [
  {
    name: 'optuna',
    options: {
      sampler: {
        doc: "Optuna's sampler",
        type: 'enum',
        default: 'TPESampler',
        values: [
          'TPESampler',
          'GPSampler',
          'CmaEsSampler',
          'NSGAIISampler',
          'NSGAIIISampler',
          'QMCSampler',
          'RandomSampler',
        ],
      },
      ...common(1_000),
    },
    conditions: true,
    objectives: ({ sampler }) => sampler !== 'CmaEsSampler',
    constraints: ({ sampler }) => CONSTRAINED.includes(String(sampler)),
    stateless: ({ sampler }) => STATELESS.includes(String(sampler)),
    reserved: ['seed', 'constraints_func'],
  },
  {
    name: 'hyperopt',
    options: {
      algo: { doc: "Hyperopt's algorithm", type: 'enum', default: 'tpe', values: ['tpe', 'atpe', 'anneal', 'rand'] },
      // atpe alone is asked for again
      ...common(1_000_000),
    },
    conditions: true,
    objectives: never,
    constraints: never,
    stateless: () => true,
    reserved: ['seed', 'verbose'],
  },
  {
    name: 'skopt',
    options: common(100),
    conditions: false,
    objectives: never,
    constraints: never,
    stateless: () => true,
    reserved: ['random_state', 'dimensions', 'n_jobs'],
  },
  {
    name: 'bayes_opt',
    options: {
      acquisition: {
        doc: 'acquisition function',
        type: 'enum',
        default: 'UpperConfidenceBound',
        values: ['UpperConfidenceBound', 'ExpectedImprovement', 'ProbabilityOfImprovement'],
      },
      init_points: { doc: 'random points before the first model', type: 'int', default: 5, low: 0, high: 10_000 },
      ...common(100),
    },
    conditions: false,
    objectives: never,
    constraints: never,
    // how far its exploration has decayed is told by no row
    stateless: (options) => options['options.exploration_decay'] === undefined,
    reserved: ['random_state'],
  },
];

/** True, or in words why not. */
export function libraryServes(traits: LibraryTraits, problem: Problem, options: Options): true | string {
  const { space, objectives, constraints, deterministic } = problem;
  const { name } = traits;
  const conditional = space.dimensions.find(({ when }) => when.length > 0);
  const believed = space.dimensions.find(({ prior, weights, distances }) => prior || weights || distances);
  const mine = traits.reserved.find((argument) => options[`options.${argument}`] !== undefined);
  if (mine !== undefined)
    return `options.${mine} is the study's own affair: leave it out; seed: 7 of the study is what all random numbers come from`;
  if (space.space.forbid.length > 0) return 'it knows no forbidden regions; leave forbid out, or use tpe';
  if (deterministic)
    return 'it may suggest a point twice, which deterministic: true rules out; leave that out, or use tpe';
  if (conditional && !traits.conditions)
    return `it knows no conditions, and ${conditional.name} has one (when); use optuna or hyperopt, or tpe`;
  if (believed)
    return `it knows no priors, weights or distances, and ${believed.name} has some; leave them out, or use tpe`;
  if (space.dimensions.every(({ size }) => size === 1)) return 'nothing is to be tuned: every parameter has one value';
  if (objectives > 1 && !traits.objectives(options))
    return `it takes one objective, and there are ${objectives}; ${name === 'optuna' ? 'use its TPESampler or NSGAIISampler' : 'use optuna'}, or nsga-ii, or scalarize`;
  if (constraints > 0 && !traits.constraints(options))
    return `it knows no constraints; ${name === 'optuna' ? `use its ${listed(CONSTRAINED)}` : 'use optuna'}, or tpe`;
  if (options['exact'] === 'reseed' && !traits.stateless(options))
    return 'it keeps more than rows tell, which no seed brings back; use exact: replay';
  return true;
}
