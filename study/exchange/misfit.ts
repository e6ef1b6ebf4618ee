/** Why a trial does not fit a space, one parameter at a time. */
import type { CompiledSpace, Slot } from '../space/dimensions.ts';
import { describeDomain, scalarAt } from '../space/point.ts';
import { listed, meant } from '../syntax/field.ts';
import { show } from '../wording/json.ts';
import type { ParameterValue, ScalarDomain } from '../space/space.ts';

export interface Misfit {
  /** 'lr = 0.5 is above 0.1' */
  readonly words: string;
  /** The same without what is this trial's own, for counting: 'lr is above 0.1'. */
  readonly reason: string;
}

export function misfit(name: string, value: ParameterValue, why: string): Misfit {
  return { words: `${name} = ${show(value)} ${why}`, reason: `${name} ${why}` };
}

export function plainMisfit(words: string): Misfit {
  return { words, reason: words };
}

export function unknownName(name: string, value: ParameterValue, { slotOf }: CompiledSpace): Misfit {
  const advice = meant(name, slotOf.keys(), 'rename it or drop it');
  return misfit(name, value, `is no parameter of the space (${advice})`);
}

/** What is wrong with a value that the parameter's domain does not hold. */
export function outside({ parameter: { name, domain } }: Slot, value: ParameterValue): Misfit {
  if ((domain.kind === 'float' || domain.kind === 'int') && typeof value === 'number') {
    if (value > domain.high) return misfit(name, value, `is above ${domain.high}`);
    if (value < domain.low) return misfit(name, value, `is below ${domain.low}`);
    if (domain.kind === 'int' && !Number.isInteger(value)) return misfit(name, value, 'is not a whole number');
    return misfit(name, value, `is not on the grid from ${domain.low} in steps of ${domain.step}`);
  }
  return misfit(name, value, `is not ${describeDomain(domain)}`);
}

/** A value given for a parameter that does not exist where its parents are what they are. */
export function inactive({ parameter: { name }, when }: Slot, value: ParameterValue, compiled: CompiledSpace): Misfit {
  const conditions = when.map(({ dim, in: indices }) => {
    const parent = compiled.dimensions[dim]!.name;
    // only parameters with one value can be conditions
    const domain = compiled.slotOf.get(parent)!.parameter.domain as ScalarDomain;
    return `${parent} is ${listed(indices.map((index) => show(scalarAt(domain, index))))}`;
  });
  return misfit(name, value, `exists only where ${conditions.join(' and ')} (drop it, and it is forgotten elsewhere)`);
}

export function absent({ parameter: { name, domain } }: Slot): Misfit {
  return plainMisfit(`${name} is missing (${describeDomain(domain)}; assume a value)`);
}
