import { describe, expect, it } from 'vitest';
import { jointDependence, partialDependence } from '../../analysis/partial-dependence.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import type { Parameter, Params } from '../../study/space/space.ts';
import { messageOf } from '../study/studies.ts';
import { studyOf } from './trials.ts';

const PARAMETERS: readonly Parameter[] = [
  { name: 'x', domain: { kind: 'float', low: 0.01, high: 100, scale: 'log' } },
  { name: 'kind', domain: { kind: 'choice', choices: ['a', 'b'] } },
  { name: 'n', domain: { kind: 'int', low: 1, high: 5, scale: 'linear' }, when: [{ parameter: 'kind', in: ['a'] }] },
  { name: 'm', domain: { kind: 'float', low: 0, high: 1, scale: 'linear' }, when: [{ parameter: 'kind', in: ['b'] }] },
  { name: 'one', domain: { kind: 'choice', choices: ['only'] } },
];
const rng = createRng(9, 0);
const lossOf = ({ x, kind, n = 0 }: Params): number =>
  100 + Math.log10(x as number) + (kind === 'a' ? 3 * (n as number) : 0);
const study = studyOf(
  PARAMETERS,
  Array.from({ length: 400 }, (_, i): [Params, number] => {
    const u = (dim: number): number => rng.uniform(dim, i);
    const params = {
      x: 0.01 * Math.exp(u(0) * Math.log(1e4)),
      kind: u(1) < 0.5 ? 'a' : 'b',
      one: 'only',
      ...(u(1) < 0.5 ? { n: 1 + Math.floor(5 * u(2)) } : { m: u(3) }),
    };
    return [params, lossOf(params)];
  }),
);

describe('partial dependence', () => {
  it('is the mean over all else at places of the scale, with the spread of the trees around it', () => {
    const { scale, values, means, lower, upper } = partialDependence(study, 'x', { points: 5 });
    expect(scale).toBe('log');
    for (const [i, value] of [0.01, 0.1, 1, 10, 100].entries()) {
      expect(values[i]).toBeCloseTo(value, 12);
      // half of the space has 3 n, of mean 9
      expect(Math.abs(means[i]! - (100 + Math.log10(value) + 4.5))).toBeLessThan(0.5);
      expect(lower[i]).toBeLessThanOrEqual(means[i]!);
      expect(upper[i]).toBeGreaterThanOrEqual(means[i]!);
    }
  });

  it('looks at a conditional parameter where it is active', () => {
    const { scale, values, means } = partialDependence(study, 'n');
    expect([scale, values]).toEqual(['linear', [1, 2, 3, 4, 5]]);
    for (const [i, mean] of means.entries()) expect(Math.abs(mean! - (100 + 3 * (i + 1)))).toBeLessThan(0.7);
  });

  it('gives categories their values', () => {
    const { scale, values, means } = partialDependence(study, 'kind');
    expect([scale, values]).toEqual(['category', ['a', 'b']]);
    expect(means.map((mean) => Math.round(mean!))).toEqual([109, 100]);
  });

  it('of two parameters is a table, empty where they are never active together', () => {
    const { values, scales, means } = jointDependence(study, ['n', 'x'], { points: 3 });
    expect(values).toEqual([
      [1, 3, 5],
      [0.01, expect.closeTo(1, 12), 100],
    ]);
    expect(scales).toEqual(['linear', 'log']);
    for (const [i, row] of means.entries())
      for (const [j, mean] of row.entries())
        expect(Math.abs(mean! - (100 + 3 * (2 * i + 1) + 2 * (j - 1)))).toBeLessThan(1.2);
    expect(jointDependence(study, ['n', 'm'], { points: 2 }).means).toEqual([
      [null, null],
      [null, null],
    ]);
    const [a, b] = jointDependence(study, ['kind', 'n']).means;
    expect(a.every((mean) => mean !== null)).toBe(true);
    expect(b.every((mean) => mean === null)).toBe(true);
  });

  it('is refused for parameters without a choice, unknown and equal ones, in words', () => {
    expect(messageOf(() => partialDependence(study, 'one'))).toBe(
      "parameter 'one' has one value alone: nothing depends on it",
    );
    expect(messageOf(() => partialDependence(study, 'y'))).toContain("there is no parameter 'y'; parameters are ");
    expect(messageOf(() => jointDependence(study, ['x', 'x']))).toBe(
      "the two parameters are both 'x': expected two different ones",
    );
    expect(messageOf(() => partialDependence(study, 'x', { points: 1 }))).toBe(
      'points is 1, expected a whole number from 2',
    );
  });
});
