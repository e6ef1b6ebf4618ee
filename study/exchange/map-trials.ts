/**
 * Trials of elsewhere onto a study's space. A trial fits if every parameter that exists for it has a value of ours and nothing is left
 * over; what does not fit is reported, never bent.
 */
import { readDivided, suggestedParams, type Suggested } from '../trial/by-run.ts';
import { compileSpace, type CompiledSpace, type Slot } from '../space/dimensions.ts';
import { StudyDefinitionError } from '../errors.ts';
import { decode, encode, forbiddenAt, holds } from '../space/point.ts';
import { show } from '../wording/json.ts';
import type { ParameterValue, Params } from '../space/space.ts';
import type { StudyDefinition } from '../study.ts';
import { checkMapping, type TrialMapping } from './mapping.ts';
import { renamed, type ForeignTrial } from './foreign-trial.ts';
import { absent, inactive, misfit, outside, plainMisfit, unknownName, type Misfit } from './misfit.ts';

/** A trial whose parameters are ours. */
export interface MappedTrial extends ForeignTrial {
  /** One number a dimension, NaN where inactive. */
  readonly x: Float64Array;
  /** What is not in the space; of a study whose trials ask for parameters. */
  readonly suggested?: readonly Suggested[];
}

export interface LeftTrial {
  readonly trial: ForeignTrial;
  /** 'lr = 0.5 is above 0.1; momentum is missing (…)' */
  readonly why: string;
  readonly misfits: readonly Misfit[];
}

export interface MappedTrials {
  readonly mapped: readonly MappedTrial[];
  readonly left: readonly LeftTrial[];
}

/** @throws StudyDefinitionError if the mapping names what exists on neither side, or assumes what cannot be */
export function mapTrials(
  trials: readonly ForeignTrial[],
  definition: StudyDefinition,
  mapping: TrialMapping = {},
): MappedTrials {
  const compiled = compileSpace(definition.space);
  checkMapping(trials, compiled, mapping, definition.defineByRun);
  const mapped: MappedTrial[] = [];
  const left: LeftTrial[] = [];
  for (const trial of trials) {
    const fit = fitTrial(trial, definition, compiled, mapping);
    if ('x' in fit) mapped.push(fit);
    else left.push({ trial, why: fit.map(({ words }) => words).join('; '), misfits: fit });
  }
  return { mapped, left };
}

function fitTrial(
  trial: ForeignTrial,
  definition: StudyDefinition,
  compiled: CompiledSpace,
  mapping: TrialMapping,
): MappedTrial | readonly Misfit[] {
  const misfits: Misfit[] = [];
  const given = ourNames(trial.params, compiled, mapping, misfits);
  const x = pointOf(given, compiled, mapping, misfits);
  const asked = definition.defineByRun ? readDivided(definition, Object.fromEntries(given)) : undefined;
  if (asked && 'fault' in asked) misfits.push(plainMisfit(asked.fault));
  const suggested = asked && 'suggested' in asked ? asked.suggested : [];
  if (!asked)
    for (const [name, value] of given) if (!compiled.slotOf.has(name)) misfits.push(unknownName(name, value, compiled));
  misfits.push(...resultMisfits(trial, definition));
  const region = misfits.length === 0 ? forbiddenAt(compiled, x) : -1;
  if (region >= 0)
    misfits.push(plainMisfit(`forbidden region ${region + 1} covers it: ${show(compiled.space.forbid[region])}`));
  if (misfits.length > 0) return misfits;
  const params = { ...decode(compiled, x), ...suggestedParams(suggested) };
  return { ...trial, params, x, ...(suggested.length > 0 && { suggested }) };
}

/** What a trial gives, by our names, without what has no place and is to be forgotten. */
function ourNames(
  params: Params,
  { slotOf }: CompiledSpace,
  { rename = {}, assume = {}, drop = [] }: TrialMapping,
  misfits: Misfit[],
): Map<string, ParameterValue> {
  const given = new Map<string, ParameterValue>();
  for (const [foreign, value] of Object.entries(params)) {
    const name = renamed(rename, foreign);
    if (drop.includes(foreign) && (!slotOf.has(name) || Object.hasOwn(assume, name))) continue;
    if (given.has(name)) misfits.push(misfit(name, value, 'is given twice, under two names'));
    given.set(name, value);
  }
  return given;
}

/** The point as far as the values fit, parents first: what a parameter's parents are decides whether it may be given, or must be. */
function pointOf(
  given: ReadonlyMap<string, ParameterValue>,
  compiled: CompiledSpace,
  { rename = {}, assume = {}, drop = [] }: TrialMapping,
  misfits: Misfit[],
): Float64Array {
  const x = new Float64Array(compiled.dimensions.length).fill(NaN);
  const forgettable = new Set(drop.map((foreign) => renamed(rename, foreign)));
  for (const slot of compiled.slots) {
    const { name, domain } = slot.parameter;
    const value = given.get(name);
    if (!holds(slot.when, x)) {
      // after a misfit it may be the parent's fault
      if (value !== undefined && misfits.length === 0 && !forgettable.has(name))
        misfits.push(inactive(slot, value, compiled));
      continue;
    }
    const worth = value === undefined && Object.hasOwn(assume, name) ? assume[name] : value;
    if (worth === undefined) {
      if (domain.kind !== 'fixed') misfits.push(absent(slot));
    } else if (!put(x, slot, worth, compiled)) misfits.push(outside(slot, worth));
  }
  return x;
}

/** Writes a value into the point, unless its parameter cannot have it. */
function put(x: Float64Array, { parameter, dims }: Slot, value: ParameterValue, compiled: CompiledSpace): boolean {
  try {
    const alone = encode(compiled, { [parameter.name]: value });
    for (const dim of dims) x[dim] = alone[dim]!;
    return true;
  } catch (error) {
    if (error instanceof StudyDefinitionError) return false;
    throw error;
  }
}

/** A complete trial without its results says nothing; one without its constraints would pass for feasible. */
function resultMisfits({ state, values, constraints }: ForeignTrial, definition: StudyDefinition): Misfit[] {
  if (state !== 'complete') return [];
  const missing = (given: readonly number[] | undefined, list: readonly { readonly name: string }[]): Misfit[] => {
    if ((given?.length ?? 0) === list.length) return [];
    const names = list.map(({ name }) => name).join(', ');
    return [plainMisfit(`it is complete with ${given?.length ?? 0} numbers for ${names}, expected ${list.length}`)];
  };
  const { objectives, constraints: limits } = definition;
  return [...missing(values, objectives), ...(limits.length > 0 ? missing(constraints, limits) : [])];
}
