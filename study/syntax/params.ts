/** How a trial's parameters are written: values by dotted name that they can have, each by itself and together. */
import type { CompiledSpace, Slot } from '../space/dimensions.ts';
import { StudyDefinitionError } from '../errors.ts';
import { describeDomain, encode, forbiddenAt, scalarAt } from '../space/point.ts';
import type { Params, ParameterValue, ScalarDomain } from '../space/space.ts';
import { show } from '../wording/json.ts';
import { listed, meant, wrong, type Field, type Fields } from './field.ts';

/** Some of a trial's parameters; what decides whether one exists must be given too. @param advice what to do with a value that is wrong */
export function readParams(field: Field, given: Fields, compiled: CompiledSpace, advice: string): Params | undefined {
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
