import { describe, it } from 'vitest';
import { conformanceCases } from '../../samplers/conformance.ts';
import { samplerByName, samplerNames } from '../../samplers/registry.ts';

const variants: readonly [name: string, options: Readonly<Record<string, unknown>>][] = [
  ...samplerNames().map((name): [string, Record<string, unknown>] => [name, {}]),
  ['quasi-random', { sequence: 'halton' }],
  ['grid', { points: 3 }],
];

describe.each(variants)('%s %j', (name, options) => {
  for (const each of conformanceCases(samplerByName(name), options)) it(each.title, () => each.run());
});
