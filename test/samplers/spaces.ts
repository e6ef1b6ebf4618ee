/** Spaces for the samplers' tests, from domains by name. */
import { compileSpace, type CompiledSpace } from '../../study/space/dimensions.ts';
import type { Condition, Domain, Forbidden, NumberDomain, ScalarDomain } from '../../study/space/space.ts';
import type { Problem, Row } from '../../samplers/sampler.ts';

export type Entry = Domain | { readonly domain: Domain; readonly when: readonly Condition[] };

export function spaceOf(entries: Readonly<Record<string, Entry>>, forbid: readonly Forbidden[] = []): CompiledSpace {
  const parameters = Object.entries(entries).map(([name, entry]) =>
    'domain' in entry ? { name, ...entry } : { name, domain: entry },
  );
  return compileSpace({ version: 1, parameters, forbid });
}

export function float(low: number, high: number, more: Partial<NumberDomain> = {}): Domain {
  return { kind: 'float', low, high, scale: 'linear', ...more } as Domain;
}

export function int(low: number, high: number, more: Partial<NumberDomain> = {}): ScalarDomain {
  return { kind: 'int', low, high, scale: 'linear', ...more } as ScalarDomain;
}

export function choice(...choices: (string | number | boolean | null)[]): ScalarDomain {
  return { kind: 'choice', choices };
}

export function given(domain: Domain, parameter: string, ...values: (string | number | boolean)[]): Entry {
  return { domain, when: [{ parameter, in: values }] };
}

export function problemOf(space: CompiledSpace, change: Partial<Problem> = {}): Problem {
  return { space, objectives: 1, constraints: 0, parallel: 1, deterministic: false, ...change };
}

export function pending(number: number, x: ArrayLike<number>, more: Partial<Row> = {}): Row {
  return {
    number,
    space: 1,
    origin: 'sampler',
    state: 'pending',
    x: Float64Array.from(x),
    seed: number,
    asOf: 0,
    ...more,
  };
}

export function complete(number: number, x: ArrayLike<number>, closed: number, y = 1): Row {
  return pending(number, x, { state: 'complete', y: Float64Array.of(y), closed });
}

/** Nothing fixed. */
export function free({ dimensions }: CompiledSpace): Float64Array {
  return new Float64Array(dimensions.length).fill(NaN);
}
