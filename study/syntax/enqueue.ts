/** How trials to be tried first are written: [{ lr: 0.001, optimizer: adam, baseline: true }]; what is missing is sampled. */
import { compileSpace, type CompiledSpace, type Slot } from '../dimensions.ts';
import { StudyDefinitionError } from '../errors.ts';
import { listed, meant, missing, readEntries, readFlag, readList, wrong, type Field, type Fields } from './field.ts';
import { show } from '../wording/json.ts';
import { describeDomain, encode, forbiddenAt, holds, scalarAt } from '../point.ts';
import type { Params, ParameterValue, ScalarDomain, Space } from '../space.ts';
import type { EnqueuedTrial } from '../study.ts';

/** Parameter values by dotted name, and whether they are the baseline that tuning is compared with. */
export type EnqueueSyntax = { readonly baseline?: boolean; readonly [parameter: string]: ParameterValue | undefined };

const EXAMPLE = 'write enqueue: [{ lr: 0.001, baseline: true }], say';

/** The trials; `space` is undefined where it has faults, and then nothing is checked against it. */
export function readEnqueue(field: Field, space: Space | undefined): readonly EnqueuedTrial[] {
  const compiled = space && compileSpace(space);
  const trials = (readList(field, 'a list of parameter values', EXAMPLE) ?? []).map((trial) =>
    readTrial(trial, compiled),
  );
  const baselines = trials.flatMap((trial, i) => (trial?.baseline ? [`[${i}]`] : []));
  if (baselines.length > 1)
    field.faults.push(
      `${field.path} marks ${baselines.length} trials as baseline (${baselines.join(', ')}), expected at most one; unmark the others`,
    );
  return trials.filter((trial) => trial !== undefined);
}

/** A trial that is the baseline and has a value of every parameter that exists beside the others; `space` as above. */
export function readBaseline(field: Field, space: Space | undefined): EnqueuedTrial | undefined {
  const entries = readEntries(field, 'parameter values by name', 'write baseline: { lr: 0.01 }, say');
  if (!entries || !space) return undefined;
  const compiled = compileSpace(space);
  const params = readParams(field, entries, compiled, 'change it');
  if (!params) return undefined;
  const x = encode(compiled, params);
  const absent = compiled.slots.filter(
    ({ parameter: { name, domain }, when }) => domain.kind !== 'fixed' && !entries.has(name) && holds(when, x),
  );
  for (const { parameter } of absent)
    missing(field, parameter.name, describeDomain(parameter.domain), 'give it too: nothing of a baseline is sampled');
  return absent.length > 0 ? undefined : { params, baseline: true };
}

function readTrial(field: Field, compiled: CompiledSpace | undefined): EnqueuedTrial | undefined {
  const entries = readEntries(field, 'parameter values by name', EXAMPLE);
  const mark = entries?.get('baseline');
  const baseline = mark ? readFlag(mark, 'write baseline: true, or leave it out') : false;
  const given = new Map([...(entries ?? [])].filter(([name]) => name !== 'baseline'));
  if (entries && given.size === 0) return wrong(field, 'at least one parameter', 'name a value, or remove it');
  if (!entries || baseline === undefined || !compiled) return undefined;
  const params = readParams(field, given, compiled, 'change it, or leave it out and it is sampled');
  return params && { params, baseline };
}

/** Values that parameters can have, together too. */
function readParams(field: Field, given: Fields, compiled: CompiledSpace, advice: string): Params | undefined {
  const before = field.faults.length;
  for (const [name, value] of given) checkValue(name, value, compiled, advice);
  if (field.faults.length > before) return undefined;
  const params = Object.fromEntries([...given].map(([name, { value }]) => [name, value])) as Params;
  const x = encode(compiled, params);
  for (const [name, value] of given) checkCondition(compiled.slotOf.get(name)!, value, compiled, x);
  const region = forbiddenAt(compiled, x);
  if (region >= 0)
    wrong(
      field,
      'a point that is not forbidden',
      `forbid[${region}] covers it: ${show(compiled.space.forbid[region])}`,
    );
  return field.faults.length > before ? undefined : params;
}

function checkValue(name: string, field: Field, compiled: CompiledSpace, advice: string): void {
  const { path, value, faults } = field;
  const slot = compiled.slotOf.get(name);
  if (!slot) {
    const names = [...compiled.slotOf.keys()];
    faults.push(
      `${path} (value ${show(value)}) is no parameter, expected ${listed(names)}; ${meant(name, names, 'remove it')}`,
    );
    return;
  }
  try {
    encode(compiled, { [name]: value as ParameterValue });
  } catch (error) {
    if (!(error instanceof StudyDefinitionError)) throw error;
    wrong(field, describeDomain(slot.parameter.domain), advice);
  }
}

/** What decides whether a given parameter exists must be given too, and so that it exists. */
function checkCondition({ when }: Slot, field: Field, compiled: CompiledSpace, x: Float64Array): void {
  const { path, value, faults } = field;
  for (const { dim, in: indices } of when) {
    if (indices.includes(x[dim]!)) continue;
    const { name } = compiled.dimensions[dim]!;
    // only parameters with one value can be conditions
    const domain = compiled.slotOf.get(name)!.parameter.domain as ScalarDomain;
    const values = indices.map((index) => show(scalarAt(domain, index)));
    faults.push(
      `${path} (value ${show(value)}) exists only where ${name} is ${listed(values)}, ` +
        (Number.isNaN(x[dim]!)
          ? `expected ${name} beside it; give it too`
          : `but ${name} is not; leave one of the two out`),
    );
    return;
  }
}
