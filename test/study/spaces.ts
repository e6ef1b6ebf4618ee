/** Random spaces and points for property tests. */
import fc from 'fast-check';
import { compileSpace, onStep, type CompiledSpace } from '../../study/space/dimensions.ts';
import { holds } from '../../study/space/point.ts';
import type {
  Condition,
  Domain,
  Parameter,
  ParameterValue,
  Scalar,
  ScalarDomain,
  Space,
} from '../../study/space/space.ts';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const positive = fc.double({ min: 1e-8, max: 1e6, noNaN: true });

const pair = <T extends number>(bound: fc.Arbitrary<T>): fc.Arbitrary<[number, number]> =>
  fc.tuple(bound, bound).map(([a, b]) => [Math.min(a, b) + 0, Math.max(a, b) + 0]);

const linear = (kind: 'float' | 'int', bounds: fc.Arbitrary<[number, number]>): fc.Arbitrary<ScalarDomain> =>
  bounds.map(([low, high]) => ({ kind, low, high, scale: 'linear' as const }));

const log = (kind: 'float' | 'int', bounds: fc.Arbitrary<[number, number]>): fc.Arbitrary<ScalarDomain> =>
  bounds.map(([low, high]) => ({ kind, low, high, scale: 'log' as const }));

/** Steps as people write them (0.1, 0.25, 3) from any start, and a high bound on the grid or past it. */
const stepped: fc.Arbitrary<ScalarDomain> = fc
  .tuple(
    fc.oneof(fc.integer({ min: -100, max: 100 }), fc.double({ min: -100, max: 100, noNaN: true })),
    fc.oneof(fc.constantFrom(0.1, 0.25, 0.3, 1, 7, 1e-3), fc.double({ min: 1e-3, max: 10, noNaN: true })),
    fc.integer({ min: 1, max: 2000 }),
    fc.constantFrom(0, 0, 0.4),
  )
  .map(([low, step, steps, past]) => ({
    kind: 'float' as const,
    low: low + 0,
    high: low + step * (steps + past),
    scale: 'linear' as const,
    step,
  }));

const steppedInt: fc.Arbitrary<ScalarDomain> = fc
  .tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 50, max: 5000 }))
  .map(([low, step, width]) => ({ kind: 'int' as const, low, high: low + width, scale: 'linear' as const, step }));

const scalarValue: fc.Arbitrary<Scalar> = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
  fc.boolean(),
  fc.constant(null),
);
const values = (least: number, most: number): fc.Arbitrary<Scalar[]> =>
  fc.uniqueArray(scalarValue, { minLength: least, maxLength: most });

const choices: fc.Arbitrary<ScalarDomain> = fc
  .tuple(fc.constantFrom('choice' as const, 'ordinal' as const), values(1, 5), fc.boolean())
  .map(([kind, list, weighted]) => ({
    kind,
    choices: list,
    ...(weighted && { weights: list.map((_, i) => i + 1) }),
    ...(weighted && kind === 'choice' && list.length > 1 && { distances: [[0, list.length - 1, 0.5]] }),
  }));

export const scalarDomains: fc.Arbitrary<ScalarDomain> = fc.oneof(
  linear('float', pair(finite)),
  linear('int', pair(fc.integer({ min: -1000, max: 1000 }))),
  linear('int', pair(fc.maxSafeNat())),
  log('float', pair(positive)),
  log('int', pair(fc.integer({ min: 1, max: 100_000 }))),
  stepped,
  steppedInt,
  choices,
  fc.constant({ kind: 'bool' as const }),
);

const domains: fc.Arbitrary<Domain> = fc.oneof(
  { weight: 6, arbitrary: scalarDomains },
  fc.tuple(scalarDomains, pair(fc.integer({ min: 0, max: 4 }))).map(([element, [shortest, longest]]): Domain => ({
    kind: 'array',
    element,
    length: [shortest, Math.max(1, longest)],
  })),
  values(2, 6).map((items): Domain => ({ kind: 'permutation', items })),
  fc
    .jsonValue({ maxDepth: 2 })
    .map((value): Domain => ({ kind: 'fixed', value: JSON.parse(JSON.stringify(value)) as ParameterValue })),
);

/** Spaces of 1 to 6 parameters, some of which exist only under conditions on earlier ones; nothing is forbidden. */
export const spaces: fc.Arbitrary<Space> = fc
  .tuple(fc.array(domains, { minLength: 1, maxLength: 6 }), fc.integer({ min: 0, max: 2 ** 31 - 1 }))
  .map(([list, seed]) => {
    const next = numbers(seed);
    const parameters: Parameter[] = [];
    for (const [i, domain] of list.entries()) {
      const parents = parameters.filter((parent) => conditionOn(parent, next) !== undefined);
      const parent = next() < 0.5 ? parents[Math.floor(next() * parents.length)] : undefined;
      const condition = parent && conditionOn(parent, next);
      parameters.push({ name: `p${i}`, domain, ...(condition && { when: [condition] }) });
    }
    return { version: 1, parameters, forbid: [] };
  });

function conditionOn({ name, domain }: Parameter, next: () => number): Condition | undefined {
  if (domain.kind === 'bool') return { parameter: name, in: [next() < 0.5] };
  if (domain.kind === 'int') return { parameter: name, in: [domain.low] };
  if (domain.kind !== 'choice' && domain.kind !== 'ordinal') return undefined;
  return { parameter: name, in: domain.choices.filter((_, i) => i === 0 || next() < 0.5) };
}

/** A random stream in [0, 1) of a seed. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A point of the space: each active dimension drawn in turn, now and then at one of its bounds. */
export function draw(compiled: CompiledSpace, next: () => number): Float64Array {
  const x = new Float64Array(compiled.dimensions.length).fill(NaN);
  for (const [i, { when, low, high, step, size }] of compiled.dimensions.entries()) {
    if (!holds(when, x)) continue;
    const u = [0, 1 - 2 ** -32][Math.floor(next() * 10)] ?? next();
    x[i] =
      step === 0 ? Math.min(low + u * (high - low), high) : onStep(low, step, Math.min(Math.floor(u * size), size - 1));
  }
  return x;
}

/** Spaces, compiled, with a point of each. */
export const points: fc.Arbitrary<{ readonly compiled: CompiledSpace; readonly x: Float64Array }> = fc
  .tuple(spaces, fc.integer({ min: 0, max: 2 ** 31 - 1 }))
  .map(([space, seed]) => {
    const compiled = compileSpace(space);
    return { compiled, x: draw(compiled, numbers(seed)) };
  });
