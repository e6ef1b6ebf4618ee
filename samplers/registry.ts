/** The samplers by name, and their options read. */
import { StudyDefinitionError } from '../study/errors.ts';
import { listed, meant } from '../study/syntax/field.ts';
import { isRecord, show } from '../study/wording/json.ts';
import { boosting } from './boosting/boosting.ts';
import { forest } from './forest/forest.ts';
import { gp } from './gp/gp.ts';
import { grid } from './grid.ts';
import { quasiRandom } from './quasi-random.ts';
import { random } from './random.ts';
import type { Options, OptionSpec, Sampler } from './sampler.ts';
import { adaptiveTpe } from './tpe/adaptive-tpe.ts';
import { tpe } from './tpe/tpe.ts';

/** In the order a person would try them. */
export const BUILT_IN: readonly Sampler[] = [tpe, adaptiveTpe, gp, forest, boosting, random, quasiRandom, grid];

/** The names of samplers, the built-in ones by default. */
export function samplerNames(samplers: readonly Sampler[] = BUILT_IN): readonly string[] {
  return samplers.map(({ name }) => name);
}

/**
 * The built-in samplers and a worker's own.
 * @throws StudyDefinitionError naming both where two have one name, or where one cannot be a sampler
 */
export function withOwnSamplers(own: readonly Sampler[]): readonly Sampler[] {
  const places = new Map(samplerNames().map((name) => [name, 'the built-in one']));
  for (const [i, sampler] of own.entries()) {
    const place = `samplers[${i}]`;
    const fault = samplerFault(sampler);
    if (fault) throw new StudyDefinitionError(`${place} ${fault}; samplers/sampler.ts says what a sampler is`);
    const { name } = sampler;
    const other = places.get(name);
    if (other)
      throw new StudyDefinitionError(`two samplers are named ${show(name)}: ${other} and ${place}; rename yours`);
    places.set(name, place);
  }
  return [...BUILT_IN, ...own];
}

/** @throws StudyDefinitionError with the names there are. */
export function samplerByName(name: string, samplers: readonly Sampler[] = BUILT_IN): Sampler {
  const sampler = samplers.find((known) => known.name === name);
  if (sampler) return sampler;
  const names = samplerNames(samplers);
  throw new StudyDefinitionError(
    `sampler: there is no sampler ${show(name)}, expected ${listed(names)}; ` +
      meant(name, names, 'choose one of these'),
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

/** What keeps a value from being a sampler, since JavaScript may hand in anything; the suite of './testing' checks the laws. */
function samplerFault(sampler: Partial<Sampler> = {}): string | undefined {
  const { name, version, options } = sampler;
  if (typeof name !== 'string' || name === '') return `has the name ${show(name)}, expected text`;
  if (!Number.isInteger(version)) return `'${name}' has version ${show(version)}, expected a whole number`;
  if (!isRecord(options)) return `'${name}' has options ${show(options)}, expected option specs by name, or {}`;
  if (sampler.heavy !== undefined && typeof sampler.heavy !== 'function')
    return `'${name}' has heavy ${show(sampler.heavy)}, expected a function of trials and problem; leave it out`;
  if (sampler.module !== undefined && typeof sampler.module !== 'string')
    return `'${name}' has module ${show(sampler.module)}, expected import.meta.url of its module; leave it out`;
  const missing = (['supports', 'advance', 'suggest'] as const).filter((call) => typeof sampler[call] !== 'function');
  return missing.length > 0 ? `'${name}' lacks ${missing.join(' and ')}, expected functions` : undefined;
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
