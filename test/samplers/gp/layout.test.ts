import { describe, expect, it } from 'vitest';
import { matern, maternSlope, ScaledPoints } from '../../../samplers/gp/kernel.ts';
import { layoutOf, unitSlope, writeColumns, writeUnit } from '../../../samplers/gp/layout.ts';
import { encode } from '../../../study/space/point.ts';
import { spaceOf } from '../spaces.ts';
import { mixed } from './spaces.ts';

const layout = layoutOf(mixed);

/** The squared distance of two points, all weights 1. */
function distance(a: readonly number[], b: readonly number[]): number {
  const columns = new Float64Array(2 * layout.columns);
  writeColumns(layout, Float64Array.from(a), columns, 0);
  writeColumns(layout, Float64Array.from(b), columns, layout.columns);
  const scaled = new ScaledPoints(layout, {
    weights: new Float64Array(layout.scales).fill(1),
    warps: new Float64Array(0),
  });
  scaled.append(columns, 0, 2);
  return scaled.squaredDistance(0, scaled.points, layout.columns);
}

describe('the distance of two points', () => {
  it('is that in the unit cube for numbers, on their own scale', () => {
    expect(distance([2, 1e-5, 5, NaN, NaN], [2, 1, 5, NaN, NaN])).toBeCloseTo(1, 12);
    expect(distance([2, 1e-5, 5, NaN, NaN], [2, 1e-4, 5, NaN, NaN])).toBeCloseTo(0.04, 12);
    expect(distance([2, 0.1, 1, NaN, NaN], [2, 0.1, 2, NaN, NaN])).toBeCloseTo(1 / 81, 12);
  });

  it('is 1 for any two different categories', () => {
    expect(distance([1, 0.1, 5, 0.3, 0], [1, 0.1, 5, 0.3, 1])).toBe(1);
  });

  it('does not count a parameter that both lack, and takes one that one lacks as equally far from all its values', () => {
    expect(distance([2, 0.1, 5, NaN, NaN], [2, 0.1, 5, NaN, NaN])).toBe(0);
    for (const momentum of [0, 0.3, 1])
      expect(distance([2, 0.1, 5, NaN, NaN], [0, 0.1, 5, momentum, NaN])).toBeCloseTo(1.25, 12);
    expect(distance([0, 0.1, 5, 0.4, NaN], [0, 0.1, 5, 0.41, NaN])).toBeCloseTo(1e-4, 5);
  });
});

describe('the distance of two orders', () => {
  const space = spaceOf({ order: { kind: 'permutation', items: ['a', 'b', 'c', 'd', 'e'] } });
  const orders = layoutOf(space);

  /** By places as numbers, by places, by neighbours, in units of the largest there is. */
  function distances(a: readonly string[], b: readonly string[]): number[] {
    const columns = new Float64Array(2 * orders.columns);
    for (const [i, order] of [a, b].entries())
      writeColumns(orders, encode(space, { order }), columns, i * orders.columns);
    return [0, 1, 2].map((which) => {
      const weights = Float64Array.from({ length: 3 }, (_, scale) => Number(scale === which));
      const scaled = new ScaledPoints(orders, { weights, warps: new Float64Array(0) });
      scaled.append(columns, 0, 2);
      return scaled.squaredDistance(0, scaled.points, orders.columns);
    });
  }

  it('is small for a swap of neighbours by place, for a rotation by neighbours', () => {
    const [a, swap] = [
      ['a', 'b', 'c', 'd', 'e'],
      ['a', 'c', 'b', 'd', 'e'],
    ];
    expect(distances(a, a)).toEqual([0, 0, 0]);
    // two items one of four places away, two of five elsewhere, three with another neighbour
    const expected = [(3 / 5) * 2 * (1 / 16), 2 / 5, 3 / 5];
    for (const [k, distance] of distances(a, swap).entries()) expect(distance).toBeCloseTo(expected[k], 12);
    const rotated = distances(a, ['b', 'c', 'd', 'e', 'a']);
    expect(rotated[1]).toBeCloseTo(1, 12);
    expect(rotated[2]).toBeCloseTo(2 / 5, 12);
    expect(distances(a, [...a].reverse())[0]).toBeCloseTo((3 / 5) * (4 * (1 + 1 / 4) * (1 / 2)), 12);
  });

  it('does not count where both are inactive', () => {
    const columns = new Float64Array(2 * orders.columns);
    for (const at of [0, orders.columns]) writeColumns(orders, new Float64Array(4).fill(NaN), columns, at);
    const scaled = new ScaledPoints(orders, { weights: new Float64Array(3).fill(1), warps: new Float64Array(0) });
    scaled.append(columns, 0, 2);
    expect(scaled.squaredDistance(0, scaled.points, orders.columns)).toBe(0);
  });
});

describe('the slope by a place in the unit interval', () => {
  it.each(layout.axes.filter(({ kind }) => kind !== 'category'))('follows the columns of $dimension.name', (axis) => {
    for (const unit of [0, 0.2, 0.5, 0.9]) {
      const at = (u: number): Float64Array => {
        const columns = new Float64Array(layout.columns);
        writeUnit(axis, u, columns, 0);
        return columns;
      };
      const weights = Float64Array.from({ length: layout.columns }, (_, c) => c + 1);
      const sum = (columns: Float64Array): number => columns.reduce((total, v, c) => total + v * weights[c], 0);
      expect(unitSlope(axis, unit, weights)).toBeCloseTo((sum(at(unit + 1e-6)) - sum(at(unit - 1e-6))) / 2e-6, 8);
    }
  });
});

describe('the Matern kernel', () => {
  it('has its closed form and slope, also where points meet', () => {
    expect(matern(0)).toBe(1);
    expect(maternSlope(0)).toBeCloseTo(-5 / 6, 15);
    for (const r2 of [0.01, 0.5, 3, 40]) {
      const s = Math.sqrt(5 * r2);
      expect(matern(r2)).toBeCloseTo((1 + s + (5 * r2) / 3) * Math.exp(-s), 14);
      expect(maternSlope(r2)).toBeCloseTo((matern(r2 + 1e-6) - matern(r2 - 1e-6)) / 2e-6, 8);
    }
  });
});
