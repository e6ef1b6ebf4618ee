import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisOf, fromUnit, pieceOf, toUnit, type Axis } from '../../samplers/tpe/axis.ts';
import { groupsOf } from '../../samplers/tpe/groups.ts';
import { compileSpace, type CompiledSpace } from '../../study/space/dimensions.ts';
import type { Domain, NumberDomain, Parameter } from '../../study/space/space.ts';

function spaceOf(...parameters: Parameter[]): CompiledSpace {
  return compileSpace({ version: 1, parameters, forbid: [] });
}

function axis(domain: Domain): Axis {
  return axisOf(spaceOf({ name: 'p', domain }).dimensions[0], 0);
}

describe('an axis', () => {
  it('reaches from bound to bound, and half a step beyond where there are steps', () => {
    const float = axis({ kind: 'float', low: -5, high: 3, scale: 'linear' });
    expect([toUnit(float, -5), toUnit(float, -1), toUnit(float, 3)]).toEqual([0, 0.5, 1]);
    const int = axis({ kind: 'int', low: 1, high: 4, scale: 'linear' });
    expect([1, 2, 3, 4].map((v) => toUnit(int, v))).toEqual([0.125, 0.375, 0.625, 0.875]);
    const log = axis({ kind: 'float', low: 1e-4, high: 1, scale: 'log' });
    expect(toUnit(log, 1e-2)).toBeCloseTo(0.5, 14);
  });

  it.each<NumberDomain>([
    { kind: 'int', low: -7, high: 12, scale: 'linear', step: 3 },
    { kind: 'int', low: 1, high: 5000, scale: 'log' },
    { kind: 'float', low: 0, high: 0.7, scale: 'linear', step: 0.1 },
    { kind: 'int', low: -1_000_000, high: 1_000_000, scale: 'linear' },
  ])('carries every value of %j there and back, and covers the interval with their pieces', (domain) => {
    const scale = axis(domain);
    const { low, step, size } = scale.dimension;
    const value = (k: number): number => fromUnit(scale, toUnit(scale, low + k * step));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: size - 1 }), (k) => {
        expect(value(k)).toBeCloseTo(low + k * step, 9);
        expect(fromUnit(scale, toUnit(scale, value(k)))).toBe(value(k));
        if (k + 1 < size) expect(pieceOf(scale, value(k)).right).toBeCloseTo(pieceOf(scale, value(k + 1)).left, 12);
      }),
      { seed: 3 },
    );
    expect(pieceOf(scale, value(0)).left).toBeCloseTo(0, 12);
    expect(pieceOf(scale, value(size - 1)).right).toBeCloseTo(1, 12);
  });

  it('holds the widest range there is', () => {
    const scale = axis({ kind: 'float', low: -1.7e308, high: 1.7e308, scale: 'linear' });
    expect([toUnit(scale, -1.7e308), toUnit(scale, 0), toUnit(scale, 1.7e308)]).toEqual([0, 0.5, 1]);
    expect([fromUnit(scale, 0), fromUnit(scale, 0.5), fromUnit(scale, 1)]).toEqual([-1.7e308, 0, 1.7e308]);
  });
});

describe('the prior kernel', () => {
  const prior = (domain: Domain): number[] => {
    const { priorMean, priorSd } = axis(domain);
    return [priorMean, priorSd];
  };
  const range = { kind: 'float', low: 0, high: 10, scale: 'linear' } as const;
  const decades = { kind: 'float', low: 1, high: 1e4, scale: 'log' } as const;

  it('is as wide as the range without a prior', () => {
    expect(prior(range)).toEqual([0.5, 1]);
  });

  it('is the prior itself where that is normal on the scale of the parameter', () => {
    expect(prior({ ...range, prior: { normal: { mean: 2, sd: 3 } } })).toEqual([0.2, 0.3]);
    const [mean, sd] = prior({ ...decades, prior: { lognormal: { mean: Math.log(100), sd: Math.log(10) } } });
    expect(mean).toBeCloseTo(0.5, 12);
    expect(sd).toBeCloseTo(0.25, 12);
  });

  it('has the moments of the prior where that is not', () => {
    const [mean, sd] = prior({ ...range, prior: { beta: { alpha: 2, beta: 6 } } });
    expect(mean).toBeCloseTo(0.25, 12);
    expect(sd).toBeCloseTo(Math.sqrt(12 / (64 * 9)), 12);
    // a lognormal of ln(value) ~ (1, 0.3) within (0, 10): mean e^1.045, sd mean sqrt(e^0.09 - 1); the cut is beyond 4 sd
    const lognormal = prior({ ...range, prior: { lognormal: { mean: 1, sd: 0.3 } } });
    const first = Math.exp(1.045);
    expect(lognormal[0]).toBeCloseTo(first / 10, 4);
    expect(lognormal[1]).toBeCloseTo((first * Math.sqrt(Math.exp(0.09) - 1)) / 10, 3);
  });

  it('stays on the axis where the mean of the prior is beyond its end', () => {
    const [mean, sd] = prior({ ...range, prior: { normal: { mean: 25, sd: 5 } } });
    expect(mean).toBeGreaterThan(0.6);
    expect(mean).toBeLessThan(1);
    expect(sd).toBeGreaterThan(0.05);
    expect(prior({ ...decades, prior: { normal: { mean: 5000, sd: 100 } } })[0]).toBeCloseTo(
      Math.log(5000) / Math.log(1e4),
      3,
    );
  });

  it('takes the weights of choices, and their moments where choices are ordered', () => {
    const choices = ['a', 'b', 'c'];
    expect([...axis({ kind: 'choice', choices, weights: [1, 1, 2] }).priorWeights]).toEqual([0.25, 0.25, 0.5]);
    const [mean, sd] = prior({ kind: 'ordinal', choices, weights: [1, 2, 1] });
    expect(mean).toBeCloseTo(0.5, 12);
    expect(sd).toBeCloseTo(Math.sqrt(1 / 18 + 1 / 108), 12);
  });
});

describe('groups', () => {
  const unit = { kind: 'float', low: 0, high: 1, scale: 'linear' } as const;
  const names = (space: CompiledSpace): string[][] =>
    groupsOf(space).map(({ axes }) => axes.map(({ dimension }) => dimension.name));

  it('are the dimensions under the same conditions, parents first, without those of a single value', () => {
    const space = spaceOf(
      { name: 'deep', domain: unit, when: [{ parameter: 'kernel', in: ['poly'] }] },
      { name: 'model', domain: { kind: 'choice', choices: ['svm', 'net', 'tree'] } },
      { name: 'C', domain: unit, when: [{ parameter: 'model', in: ['svm'] }] },
      {
        name: 'kernel',
        domain: { kind: 'choice', choices: ['rbf', 'poly'] },
        when: [{ parameter: 'model', in: ['svm'] }],
      },
      { name: 'shared', domain: unit, when: [{ parameter: 'model', in: ['tree', 'net'] }] },
      { name: 'alike', domain: unit, when: [{ parameter: 'model', in: ['net', 'tree'] }] },
      { name: 'one', domain: { kind: 'choice', choices: ['only'] } },
      { name: 'seed', domain: unit },
    );
    expect(names(space)).toEqual([['model', 'seed'], ['kernel', 'C'], ['deep'], ['shared', 'alike']]);
  });

  it('part the elements of an array by how long it must be', () => {
    const space = spaceOf({ name: 'u', domain: { kind: 'array', element: unit, length: [2, 4] } });
    expect(names(space)).toEqual([['u.length', 'u.0', 'u.1'], ['u.2'], ['u.3']]);
  });
});
