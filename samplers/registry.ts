/** The samplers by name, and their options read. */
import { StudyDefinitionError } from '../study/errors.ts';
import { listed, meant } from '../study/syntax/field.ts';
import { show } from '../study/wording/json.ts';
import { grid } from './grid.ts';
import { quasiRandom } from './quasi-random.ts';
import { random } from './random.ts';
import type { Options, OptionSpec, Sampler } from './sampler.ts';
import { tpe } from './tpe/tpe.ts';

const SAMPLERS: readonly Sampler[] = [tpe, random, quasiRandom, grid];

/** In the order a person would try them. */
export function samplerNames(): readonly string[] {
  return SAMPLERS.map(({ name }) => name);
}

/** @throws StudyDefinitionError with the names there are. */
export function samplerByName(name: string): Sampler {
  const sampler = SAMPLERS.find((known) => known.name === name);
  if (sampler) return sampler;
  throw new StudyDefinitionError(
    `sampler: there is no sampler ${show(name)}, expected ${listed(samplerNames())}; ` +
      meant(name, samplerNames(), 'choose one of these'),
  );
}

/**
 * A sampler's options, checked, in the order of its specs, with the defaults for those that are absent.
 * @throws StudyDefinitionError naming the option, the value got and what it can be
 */
export function resolveOptions(sampler: Sampler, raw: Readonly<Record<string, unknown>>): Options {
  const specs = sampler.options;
  for (const [name, value] of Object.entries(raw)) {
    if (!Object.hasOwn(specs, name)) throw new StudyDefinitionError(unknownOption(sampler, name, value));
    const fault = optionFault(specs[name], value);
    if (fault)
      throw new StudyDefinitionError(
        `sampler.${sampler.name}.${name} is ${show(value)}, expected ${fault}; ` +
          `leave it out for ${String(specs[name].default)}`,
      );
  }
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, (raw[name] ?? spec.default) as number | boolean | string]),
  );
}

function unknownOption({ name: sampler, options }: Sampler, name: string, value: unknown): string {
  const names = Object.keys(options);
  const expected = names.length === 0 ? 'none: it has no options' : listed(names);
  return (
    `sampler.${sampler}.${name} (value ${show(value)}) is not an option, expected ${expected}; ` +
    meant(name, names, 'remove it')
  );
}

/** What was expected instead, or undefined if the value is right. */
function optionFault(spec: OptionSpec, value: unknown): string | undefined {
  switch (spec.type) {
    case 'bool':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'enum':
      return typeof value === 'string' && spec.values.includes(value) ? undefined : listed(spec.values);
    case 'int':
    case 'float': {
      const right = typeof value === 'number' && value >= spec.low && value <= spec.high;
      if (right && (spec.type === 'float' || Number.isInteger(value))) return undefined;
      return `a ${spec.type === 'int' ? 'whole ' : ''}number from ${spec.low} to ${spec.high}`;
    }
  }
}
