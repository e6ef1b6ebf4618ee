/** Options as data, of samplers and schedulers: each documents, checks and fills in itself. */
import { StudyDefinitionError } from './errors.ts';
import { listed, meant } from './syntax/field.ts';
import { show } from './wording/json.ts';

export type OptionSpec = { readonly doc: string } & (
  | { readonly type: 'int' | 'float'; readonly default: number; readonly low: number; readonly high: number }
  | { readonly type: 'bool'; readonly default: boolean }
  | { readonly type: 'text'; readonly default: string }
  | { readonly type: 'enum'; readonly default: string; readonly values: readonly string[] }
);

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;
export type Options = Readonly<Record<string, number | boolean | string>>;

/**
 * Options, checked, in the order of their specs, with the defaults for those that are absent.
 *
 * @param path of whom they are, as 'sampler.tpe'
 * @throws StudyDefinitionError naming the option, the value got and what it can be
 */
export function readOptions(path: string, specs: OptionSpecs, raw: Readonly<Record<string, unknown>>): Options {
  for (const [name, value] of Object.entries(raw)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (!spec) throw new StudyDefinitionError(unknownOption(path, specs, name, value));
    const fault = optionFault(spec, value);
    if (fault !== undefined)
      throw new StudyDefinitionError(
        `${path}.${name} is ${show(value)}, expected ${fault}; leave it out for ${String(spec.default)}`,
      );
  }
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, (raw[name] ?? spec.default) as number | boolean | string]),
  );
}

function unknownOption(path: string, specs: OptionSpecs, name: string, value: unknown): string {
  const names = Object.keys(specs);
  const expected = names.length === 0 ? 'none: it has no options' : listed(names);
  return (
    `${path}.${name} (value ${show(value)}) is not an option, expected ${expected}; ` + meant(name, names, 'remove it')
  );
}

/** What was expected instead, or undefined if the value is right. */
function optionFault(spec: OptionSpec, value: unknown): string | undefined {
  switch (spec.type) {
    case 'bool':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'text':
      return typeof value === 'string' && value !== '' ? undefined : 'text';
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
