/**
 * `sampler: auto`, the default: a sampler chosen by rule, once, when the study is defined. The definition names the
 * chosen one, with its options and in words why, so that whatever reads it later need not know the rule.
 *
 * The first line that holds, rule 3; n is stop.trials, of a model class its part of them; d counts what is free and not fixed:
 *
 * | study                                                                                        | sampler                         |
 * | -------------------------------------------------------------------------------------------- | ------------------------------- |
 * | trials ask for parameters while they run                                                    | tpe                             |
 * | a population                                                                                 | pbt                             |
 * | the scheduler dehb                                                                           | dehb, with its min, max and eta |
 * | asha, hyperband or successive-halving, one objective                                         | bohb                            |
 * | another scheduler, but replicates                                                            | tpe                             |
 * | deterministic, one model, at most n points, and no other rule could stop it                  | grid                            |
 * | several objectives: n <= 100, d <= 20, at most 8 in flight                                   | gp                              |
 * | several objectives: n > 1,000                                                                | nsga-ii                         |
 * | several objectives otherwise                                                                 | tpe                             |
 * | floats alone, none of them conditional, no constraint: d >= 10, n >= 100 d                   | cma-es                          |
 * | n unknown or above 300, or more than 8 in flight                                             | tpe                             |
 * | a permutation, or floats alone, none of them conditional, 3 <= d <= 10: n <= 100             | gp                              |
 * | a permutation otherwise                                                                      | tpe                             |
 * | most conditional, by a `when` of theirs on another parameter than the model class            | tpe                             |
 * | otherwise                                                                                    | forest                          |
 *
 * Measured (bench/results.md): up to 100 evaluations forest has the least mean regret, gp in five and ten continuous dimensions, not in
 * two; tpe where a choice decides which parameters there are; it costs least and learns most from many trials; a model of the lowest
 * budgets misleads it under halving. The bounds are judgement.
 */
import { compileSpace, type Dimension, type Slot } from './space/dimensions.ts';
import { classSpace, MODEL, type ModelClass } from './models.ts';
import { REPLICATES } from './trial/replicates.ts';
import { objectivesSeen } from './scalarize.ts';
import { isPopulation } from './scheduling.ts';
import type { StopRules, StudyDefinition } from './study.ts';

type SamplerSpec = StudyDefinition['sampler'];

/** What of a study the rule looks at. */
export type Choosable = Pick<
  StudyDefinition,
  | 'space'
  | 'defineByRun'
  | 'models'
  | 'objectives'
  | 'constraints'
  | 'scalarize'
  | 'scheduler'
  | 'stop'
  | 'parallel'
  | 'deterministic'
  | 'fixed'
  | 'bandit'
>;

export const AUTO = 'auto';
/** Recorded with the choice; it grows with every change that changes a choice. */
const RULE = 3;

/** What a grid holds (samplers/designs/grid.ts). */
const MOST_POINTS = 10_000_000;
const MOST_PARALLEL = 8;
const MOST_GP = 100;
const LEAST_GP_DIMENSIONS = 3;
const MOST_GP_DIMENSIONS = 10;
const MOST_GP_DIMENSIONS_OF_FRONTS = 20;
const MOST_FOREST = 300;
const MOST_TPE_OF_FRONTS = 1000;
const LEAST_CMA_DIMENSIONS = 10;
const CMA_TRIALS_A_DIMENSION = 100;

const MODELLED = ['asha', 'hyperband', 'successive-halving'];

/** `sampler`, or where it is `auto` the one that the rule chooses for this study. */
export function settledSampler(study: Choosable, sampler: SamplerSpec): SamplerSpec {
  if (sampler.name !== AUTO) return sampler;
  const { why, options = {}, name } = choose(study);
  return { name, options, chosen: `${AUTO} ${RULE}: ${why}` };
}

/** The classes of a study, each `auto` of theirs chosen for the class's own space and its part of the trials. */
export function settledModels(study: Choosable, models: readonly ModelClass[]): readonly ModelClass[] {
  const compiled = compileSpace(study.space);
  return models.map((each) => {
    if (!each.sampler) return each;
    const { space } = classSpace(compiled, each.name).space;
    const stop = { ...study.stop, ...trialsOf(each, models, study) };
    return { ...each, sampler: settledSampler({ ...study, space, stop }, each.sampler) };
  });
}

/** How many trials a class has at most, where the study says how many it has. */
function trialsOf(
  { weight }: ModelClass,
  models: readonly ModelClass[],
  { stop: { trials }, bandit }: Choosable,
): Pick<StopRules, 'trials'> {
  if (trials === undefined) return {};
  const sum = models.reduce((total, each) => total + each.weight, 0);
  // of a bandit the weights are what each class has at least
  return { trials: bandit ? trials - (sum - weight) : Math.ceil((trials * weight) / sum) };
}

interface Choice {
  readonly name: string;
  readonly options?: SamplerSpec['options'];
  readonly why: string;
}

function choose(study: Choosable): Choice {
  const { scheduler, stop, parallel, constraints } = study;
  if (study.defineByRun) return { name: 'tpe', why: 'trials ask for parameters while they run' };
  const objectives = objectivesSeen(study);
  const scheduled = scheduler && scheduler.name !== REPLICATES ? scheduledChoice(scheduler, objectives) : undefined;
  if (scheduled) return scheduled;

  const dimensions = freeDimensions(study);
  const n = stop.trials ?? Infinity;
  const points = dimensions.reduce((product, { size }) => product * size, 1);
  const isWhole = points <= Math.min(n, MOST_POINTS) && endsByCount(stop);
  if (study.deterministic && !study.models && isWhole && !scheduler)
    return { name: 'grid', why: `the ${points} points of the space fit into ${n} trials` };
  if (objectives > 1) return frontChoice(objectives, dimensions.length, n, parallel);

  const d = dimensions.length;
  const isContinuous = dimensions.every(({ size, when }) => size === Infinity && when.length === 0);
  if (
    isContinuous &&
    constraints.length === 0 &&
    d >= LEAST_CMA_DIMENSIONS &&
    n >= CMA_TRIALS_A_DIMENSION * d &&
    n < Infinity
  )
    return { name: 'cma-es', why: `${d} continuous parameters and ${n} trials` };
  if (n === Infinity) return { name: 'tpe', why: 'the number of trials is open' };
  if (n > MOST_FOREST) return { name: 'tpe', why: `${n} trials are many` };
  if (parallel > MOST_PARALLEL) return { name: 'tpe', why: `${parallel} trials in flight are many` };
  if (hasPermutation(study)) return { name: n <= MOST_GP ? 'gp' : 'tpe', why: `a permutation and ${n} trials` };
  if (isContinuous && d >= LEAST_GP_DIMENSIONS && d <= MOST_GP_DIMENSIONS && n <= MOST_GP)
    return { name: 'gp', why: `${d} continuous parameters and ${n} trials` };
  const conditional = freeSlots(study).flatMap((slot) => (isConditional(study, slot) ? slot.dims : [])).length;
  if (2 * conditional > d) return { name: 'tpe', why: `${conditional} of ${d} parameters are conditional` };
  return { name: 'forest', why: `${n} trials, of any kind of parameters` };
}

function scheduledChoice({ name, options }: NonNullable<Choosable['scheduler']>, objectives: number): Choice {
  if (isPopulation({ name, options })) return { name: 'pbt', why: 'members of a population explore' };
  if (name === 'dehb') return { name: 'dehb', options: ladderOf(options), why: 'the scheduler dehb' };
  if (objectives === 1 && MODELLED.includes(name))
    return { name: 'bohb', why: `one objective and budgets of the scheduler ${name}` };
  return { name: 'tpe', why: `the scheduler ${name}${objectives > 1 ? ` and ${objectives} objectives` : ''}` };
}

/** The budgets of the scheduler, which the sampler has to know, too. */
function ladderOf(options: SamplerSpec['options']): SamplerSpec['options'] {
  return Object.fromEntries(Object.entries(options).filter(([key]) => ['min', 'max', 'eta'].includes(key)));
}

function frontChoice(objectives: number, d: number, n: number, parallel: number): Choice {
  const why = `${objectives} objectives and ${n === Infinity ? 'an open number of' : n} trials`;
  if (n <= MOST_GP && d <= MOST_GP_DIMENSIONS_OF_FRONTS && parallel <= MOST_PARALLEL) return { name: 'gp', why };
  return { name: n > MOST_TPE_OF_FRONTS && n < Infinity ? 'nsga-ii' : 'tpe', why };
}

/** Whether its order of points does not matter: nothing ends it early. */
function endsByCount(stop: StopRules): boolean {
  return Object.keys(stop).every((rule) => rule === 'trials' || rule === 'maxFailures');
}

function freeDimensions(study: Choosable): readonly Dimension[] {
  const { dimensions } = compileSpace(study.space);
  return freeSlots(study).flatMap(({ dims }) => dims.map((dim) => dimensions[dim]!));
}

function freeSlots({ space, fixed = {} }: Choosable): readonly Slot[] {
  return compileSpace(space).slots.filter(({ parameter }) => !Object.hasOwn(fixed, parameter.name));
}

/** By its own conditions, but that on the class: each class's sampler has a space of its own. An array's elements are not. */
function isConditional({ models }: Choosable, { parameter: { when = [] } }: Slot): boolean {
  return when.some(({ parameter }) => !models || parameter !== MODEL);
}

function hasPermutation({ space, fixed = {} }: Choosable): boolean {
  return space.parameters.some(({ name, domain }) => domain.kind === 'permutation' && !Object.hasOwn(fixed, name));
}
