/** The spaces that a sampler is tried on: every kind of parameter, and the edges of each. */
import { compileSpace, type CompiledSpace } from '../../study/space/dimensions.ts';
import type { ChoiceDomain, Domain, Forbidden, Parameter, Scalar } from '../../study/space/space.ts';

export interface NamedSpace {
  readonly name: string;
  readonly space: CompiledSpace;
  /** Trials that a study of it is given: fewer where each costs more. */
  readonly trials: number;
}

/** Fifteen points, of which a forbidden region takes one. */
export function smallSpace(): CompiledSpace {
  return spaceOf(
    {
      kind: choice(['a', 'b']),
      size: { kind: 'int', low: 1, high: 3, scale: 'linear' },
      extra: { kind: 'bool' },
      only: [
        { kind: 'int', low: 0, high: 2, scale: 'linear', step: 2 },
        { kind: ['b'], extra: [true] },
      ],
    },
    [{ kind: { in: ['a'] }, size: { above: 2 }, extra: { in: [true] } }],
  );
}

export function conformanceSpaces(): readonly NamedSpace[] {
  return [
    { name: 'floats and ints on every scale', space: numbers(), trials: 40 },
    { name: 'conditional branches', space: branches(), trials: 40 },
    { name: 'arrays and a permutation', space: sequences(), trials: 30 },
    { name: 'forbidden regions', space: forbidden(), trials: 40 },
    { name: 'priors and weights', space: priors(), trials: 40 },
    { name: 'parameters with one value', space: singles(), trials: 20 },
    { name: 'a million values', space: millions(), trials: 24 },
    { name: 'magnitudes from 1e-300 to 1e300', space: magnitudes(), trials: 40 },
    { name: 'fifteen points', space: smallSpace(), trials: 10 },
    { name: '1,000 dimensions', space: wide(), trials: 14 },
  ];
}

function numbers(): CompiledSpace {
  return spaceOf({
    lr: { kind: 'float', low: 1e-5, high: 0.1, scale: 'log' },
    shift: { kind: 'float', low: -3, high: 5, scale: 'linear' },
    dropout: { kind: 'float', low: 0, high: 0.7, scale: 'linear', step: 0.1 },
    odd: { kind: 'float', low: -1, high: 1, scale: 'linear', step: 0.3 },
    batch: { kind: 'int', low: 8, high: 256, scale: 'log' },
    layers: { kind: 'int', low: -2, high: 9, scale: 'linear' },
    width: { kind: 'int', low: 16, high: 100, scale: 'linear', step: 16 },
    epochs: { kind: 'fixed', value: 20 },
  });
}

function branches(): CompiledSpace {
  return spaceOf({
    optimizer: choice(['adam', 'sgd', 'rmsprop']),
    lr: { kind: 'float', low: 1e-5, high: 0.1, scale: 'log' },
    nesterov: [{ kind: 'bool' }, { optimizer: ['sgd'] }],
    momentum: [{ kind: 'float', low: 0, high: 0.99, scale: 'linear' }, { optimizer: ['sgd', 'rmsprop'] }],
    decay: [{ kind: 'int', low: 1, high: 1000, scale: 'log' }, { nesterov: [true] }],
    depth: { kind: 'int', low: 1, high: 4, scale: 'linear' },
    skip: [choice([1, 2, null]), { depth: [3, 4] }],
  });
}

function sequences(): CompiledSpace {
  return spaceOf({
    units: { kind: 'array', element: { kind: 'int', low: 8, high: 256, scale: 'log' }, length: [0, 5] },
    kinds: { kind: 'array', element: choice(['relu', 'tanh']), length: [2, 2] },
    order: { kind: 'permutation', items: ['a', 'b', 'c', 'd', 'e'] },
  });
}

function forbidden(): CompiledSpace {
  return spaceOf(
    {
      x: { kind: 'float', low: 0, high: 1, scale: 'linear' },
      y: { kind: 'float', low: 0, high: 1, scale: 'linear' },
      kind: choice(['a', 'b', 'c']),
      size: [{ kind: 'int', low: 1, high: 9, scale: 'linear' }, { kind: ['a', 'b'] }],
    },
    [
      { x: { above: 0.5 }, y: { above: 0.25 } },
      { kind: { in: ['a'] }, size: { below: 5 } },
      { kind: { in: ['c'] }, x: { below: 0.1 } },
    ],
  );
}

function priors(): CompiledSpace {
  return spaceOf({
    normal: { kind: 'float', low: 0, high: 1, scale: 'linear', prior: { normal: { mean: 0.9, sd: 0.1 } } },
    away: { kind: 'float', low: 0, high: 1, scale: 'linear', prior: { normal: { mean: 50, sd: 0.5 } } },
    lognormal: { kind: 'float', low: 1e-6, high: 1, scale: 'log', prior: { lognormal: { mean: -7, sd: 2 } } },
    beta: { kind: 'float', low: -1, high: 1, scale: 'linear', prior: { beta: { alpha: 2, beta: 5 } } },
    count: { kind: 'int', low: 1, high: 100, scale: 'log', prior: { beta: { alpha: 0.5, beta: 0.5 } } },
    whole: { kind: 'int', low: 0, high: 20, scale: 'linear', prior: { normal: { mean: 3, sd: 2 } } },
    pick: { kind: 'choice', choices: ['rare', 'often', 'never'], weights: [1, 1e6, 1e-300] },
    grade: { kind: 'ordinal', choices: ['s', 'm', 'l'], weights: [3, 2, 1] },
  });
}

function singles(): CompiledSpace {
  return spaceOf({
    float: { kind: 'float', low: 0.3, high: 0.3, scale: 'linear' },
    log: { kind: 'float', low: 1e-9, high: 1e-9, scale: 'log' },
    int: { kind: 'int', low: 7, high: 7, scale: 'linear' },
    step: { kind: 'float', low: 1, high: 1.5, scale: 'linear', step: 1 },
    choice: choice(['only']),
    free: { kind: 'float', low: 0, high: 1, scale: 'linear' },
  });
}

function millions(): CompiledSpace {
  return spaceOf({
    int: { kind: 'int', low: 0, high: 999_999, scale: 'linear' },
    log: { kind: 'int', low: 1, high: 1_000_000, scale: 'log' },
    step: { kind: 'float', low: 0, high: 1, scale: 'linear', step: 1e-6 },
    choice: choice(Array.from({ length: 1_000_000 }, (_, i) => i)),
  });
}

function magnitudes(): CompiledSpace {
  return spaceOf({
    all: { kind: 'float', low: 1e-300, high: 1e300, scale: 'log' },
    tiny: { kind: 'float', low: 1e-300, high: 3e-300, scale: 'linear' },
    huge: { kind: 'float', low: -1e300, high: 1e300, scale: 'linear' },
    widest: { kind: 'float', low: -1.7976931348623157e308, high: 1.7976931348623157e308, scale: 'linear' },
    narrow: { kind: 'float', low: 1, high: 1.0000000000000004, scale: 'linear' },
    whole: { kind: 'int', low: -9007199254740991, high: 9007199254740991, scale: 'linear' },
  });
}

function wide(): CompiledSpace {
  const float: Domain = { kind: 'float', low: 0, high: 1, scale: 'linear' };
  const log: Domain = { kind: 'int', low: 1, high: 100, scale: 'log' };
  const domains = Array.from({ length: 1000 }, (_, i) => [
    `p${i}`,
    i % 3 === 0 ? log : i % 3 === 1 ? float : choice(['a', 'b']),
  ]);
  return spaceOf(Object.fromEntries(domains) as Record<string, Domain>);
}

function choice(choices: readonly Scalar[]): ChoiceDomain {
  return { kind: 'choice', choices };
}

/** A space of parameters by name: a domain, or a domain and what its condition asks of others. */
function spaceOf(
  domains: Readonly<Record<string, Domain | readonly [Domain, Readonly<Record<string, readonly Scalar[]>>]>>,
  forbid: readonly Forbidden[] = [],
): CompiledSpace {
  const parameters = Object.entries(domains).map(([name, entry]): Parameter => {
    if (!isConditional(entry)) return { name, domain: entry };
    return {
      name,
      domain: entry[0],
      when: Object.entries(entry[1]).map(([parameter, values]) => ({ parameter, in: values })),
    };
  });
  return compileSpace({ version: 1, parameters, forbid });
}

function isConditional<T>(entry: Domain | readonly [Domain, T]): entry is readonly [Domain, T] {
  return Array.isArray(entry);
}
