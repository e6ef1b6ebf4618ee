import { describe, expect, it } from 'vitest';
import { shareBelow, shareOfValue } from '../../../analysis/measure/prior-share.ts';
import { fromUnit, toUnit } from '../../../samplers/unit-cube.ts';
import { compileSpace, onStep, type Dimension } from '../../../study/space/dimensions.ts';
import type { Domain, NumberDomain } from '../../../study/space/space.ts';

const dimensionOf = (domain: Domain): Dimension =>
  compileSpace({ version: 1, parameters: [{ name: 'x', domain }], forbid: [] }).dimensions[0];
const float = (changes: Partial<NumberDomain> = {}): Dimension =>
  dimensionOf({ kind: 'float', low: 0.5, high: 8, scale: 'linear', ...changes } as NumberDomain);

const DRAWN: readonly [string, Dimension][] = [
  ['linear', float()],
  ['log', float({ scale: 'log' })],
  ['in steps', float({ step: 0.5 })],
  ['integers', dimensionOf({ kind: 'int', low: 1, high: 6, scale: 'linear' })],
  ['integers on a log scale', dimensionOf({ kind: 'int', low: 1, high: 40, scale: 'log' })],
  ['a normal prior', float({ prior: { normal: { mean: 3, sd: 1.5 } } })],
  ['a normal prior on a log scale', float({ scale: 'log', prior: { normal: { mean: 3, sd: 1.5 } } })],
  ['a lognormal prior', float({ prior: { lognormal: { mean: 1, sd: 0.4 } } })],
  ['a beta prior', float({ prior: { beta: { alpha: 2, beta: 5 } } })],
  ['a beta prior in steps', float({ step: 0.5, prior: { beta: { alpha: 2, beta: 5 } } })],
  ['a beta prior on a log scale', float({ scale: 'log', prior: { beta: { alpha: 0.7, beta: 2 } } })],
  ['a normal prior out of reach', float({ prior: { normal: { mean: -1e6, sd: 1 } } })],
  ['an ordinal with weights', dimensionOf({ kind: 'ordinal', choices: ['a', 'b', 'c'], weights: [1, 2, 5] })],
];

describe('the share of a prior', () => {
  it.each(DRAWN)('is what is drawn at or below a place: %s', (_name, dimension) => {
    const draws = Array.from({ length: 4000 }, (_, i) => toUnit(dimension, fromUnit(dimension, (i + 0.5) / 4000)));
    for (const place of [-0.5, 0, 0.05, 0.21, 0.4, 0.5, 0.77, 0.99, 1]) {
      const drawn = draws.filter((value) => value <= place).length / draws.length;
      expect(Math.abs(shareBelow(dimension, place) - drawn)).toBeLessThan(4e-4);
    }
  });

  it.each([
    ['integers', dimensionOf({ kind: 'int', low: 1, high: 6, scale: 'linear' })],
    ['integers on a log scale', dimensionOf({ kind: 'int', low: 1, high: 40, scale: 'log' })],
    ['an ordinal', dimensionOf({ kind: 'ordinal', choices: ['a', 'b', 'c'], weights: [1, 2, 5] })],
    ['a choice', dimensionOf({ kind: 'choice', choices: ['a', 'b', 'c'], weights: [1, 2, 5] })],
  ] as const)('of the single values sums to 1: %s', (_name, dimension) => {
    const shares = Array.from({ length: dimension.size }, (_, k) =>
      shareOfValue(dimension, onStep(dimension.low, dimension.step, k)),
    );
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    if (dimension.weights) expect(shares).toEqual([0.125, 0.25, 0.625]);
  });
});
