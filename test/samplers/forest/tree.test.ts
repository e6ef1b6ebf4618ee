import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Draws } from '../../../samplers/trees/draws.ts';
import { featureReader, featuresOf } from '../../../samplers/trees/features.ts';
import { growTree, type Growth } from '../../../samplers/trees/grow.ts';
import { Table } from '../../../samplers/trees/table.ts';
import { AMONG, BELOW, EQUAL, LEAF, leafOf, type Tree } from '../../../samplers/trees/tree.ts';
import { choice, float, given, spaceOf, type Entry } from '../spaces.ts';

const whole: Growth = { random: false, features: 1, leaf: 1, depth: 1000 };
const stump: Growth = { ...whole, depth: 1 };

interface Grown {
  readonly tree: Tree;
  /** The tree's answer at a point. */
  readonly at: (x: readonly number[]) => number;
}

function grow(
  entries: Readonly<Record<string, Entry>>,
  xs: readonly (readonly number[])[],
  ys: readonly number[],
  growth: Growth,
  seed = 1,
  weights = ys.map(() => 1),
): Grown {
  const features = featuresOf(spaceOf(entries));
  const table = new Table(features);
  // in two lots, as rows come
  const points = xs.map((x) => Float64Array.from(x));
  table.append(points.slice(0, xs.length >> 1));
  table.append(points.slice(xs.length >> 1));
  const tree = growTree(table, Float64Array.from(ys), Float64Array.from(weights), growth, new Draws(seed, ~seed));
  const read = featureReader(features);
  return { tree, at: (x) => tree.mean[leafOf(tree, read(Float64Array.from(x)))] };
}

/** Squared error of the points about the means of their two sides. */
function errorOf(ys: readonly number[], weights: readonly number[], isLeft: (i: number) => boolean): number {
  let error = 0;
  for (const side of [true, false]) {
    const inside = ys.flatMap((y, i) => (isLeft(i) === side ? [[y, weights[i]]] : []));
    const weight = inside.reduce((sum, [, w]) => sum + w, 0);
    const mean = inside.reduce((sum, [y, w]) => sum + w * y, 0) / weight;
    error += inside.reduce((sum, [y, w]) => sum + w * (y - mean) * (y - mean), 0);
  }
  return error;
}

const number = fc.integer({ min: 0, max: 12 }).map((v) => v / 12);
const result = fc.integer({ min: -50, max: 50 });

describe('a tree', () => {
  it('splits numbers where brute force does', () => {
    const rows = fc.array(fc.tuple(number, number, result, fc.integer({ min: 1, max: 3 })), {
      minLength: 2,
      maxLength: 25,
    });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 4 }), (points, leaf) => {
        const [xs, ys, weights] = [
          points.map(([a, b]) => [a, b]),
          points.map(([, , y]) => y),
          points.map(([, , , w]) => w),
        ];
        const { tree } = grow({ a: float(0, 1), b: float(0, 1) }, xs, ys, { ...stump, leaf }, 1, weights);
        const possible = [0, 1].flatMap((f) =>
          xs.flatMap((x) => {
            const isLeft = (i: number): boolean => xs[i][f] <= x[f];
            const left = ys.filter((_, i) => isLeft(i)).length;
            return left < leaf || ys.length - left < leaf ? [] : [errorOf(ys, weights, isLeft)];
          }),
        );
        if (possible.length === 0 || new Set(ys).size === 1) {
          expect(tree.test[0]).toBe(LEAF);
          return;
        }
        expect(tree.test[0]).toBe(BELOW);
        const [feature, threshold] = [tree.feature[0], tree.threshold[0]];
        expect(errorOf(ys, weights, (i) => xs[i][feature] <= threshold)).toBeCloseTo(Math.min(...possible), 6);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('splits classes as the best of all ways to part them', () => {
    const rows = fc.array(fc.tuple(fc.nat(6), result, fc.integer({ min: 1, max: 3 })), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(rows, (points) => {
        const [ks, ys, weights] = [points.map(([k]) => k), points.map(([, y]) => y), points.map(([, , w]) => w)];
        const { tree } = grow(
          { kind: choice(0, 1, 2, 3, 4, 5, 6) },
          ks.map((k) => [k]),
          ys,
          stump,
          1,
          weights,
        );
        const possible = Array.from({ length: 126 }, (_, set) => set + 1).flatMap((set) => {
          const isLeft = (i: number): boolean => ((set >> ks[i]) & 1) === 1;
          return new Set(ks.map((_, i) => isLeft(i))).size === 2 ? [errorOf(ys, weights, isLeft)] : [];
        });
        if (possible.length === 0 || new Set(ys).size === 1) {
          expect(tree.test[0]).toBe(LEAF);
          return;
        }
        expect(tree.test[0]).toBe(AMONG);
        const error = errorOf(ys, weights, (i) => ((tree.set[0] >>> ks[i]) & 1) === 1);
        expect(error).toBeCloseTo(Math.min(...possible), 6);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('parts 32 classes at once, the last bit of the set included', () => {
    const classes = Array.from({ length: 32 }, (_, k) => k);
    const good = new Set([0, 7, 16, 30, 31]);
    const { tree } = grow(
      { kind: choice(...classes) },
      classes.map((k) => [k]),
      classes.map((k) => (good.has(k) ? 0 : 1)),
      whole,
    );
    expect(tree.nodes).toBe(3);
    for (const k of classes) expect(tree.mean[leafOf(tree, Float64Array.of(k))]).toBe(good.has(k) ? 0 : 1);
  });

  it('tells one of more classes than that from the rest', () => {
    const classes = Array.from({ length: 40 }, (_, k) => k);
    const { tree, at } = grow(
      { kind: choice(...classes) },
      classes.map((k) => [k]),
      classes.map((k) => (k === 35 ? -5 : k % 2)),
      whole,
    );
    expect(tree.test[0]).toBe(EQUAL);
    expect(tree.threshold[0]).toBe(35);
    for (const k of classes) expect(at([k])).toBe(k === 35 ? -5 : k % 2);
  });

  it('sends a class that it has not seen to a random side', () => {
    const sides = Array.from({ length: 60 }, (_, seed) =>
      grow({ kind: choice('a', 'b', 'c') }, [[0], [1]], [0, 1], whole, seed).at([2]),
    );
    const left = sides.filter((mean) => mean === 0).length;
    expect(left).toBeGreaterThan(15);
    expect(left).toBeLessThan(45);
  });

  it.each([false, true])('answers each point with its own result, splits drawn at random: %s', (random) => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(number, fc.nat(3), number), { minLength: 1, maxLength: 30, selector: String }),
        fc.nat(),
        (xs, seed) => {
          const ys = xs.map(([a, k, b]) => 3 * a - k * k + 7 * b * a);
          const { at } = grow(
            { a: float(0, 1), kind: choice('a', 'b', 'c', 'd'), b: float(0, 1) },
            xs,
            ys,
            { ...whole, random },
            seed,
          );
          for (const [i, x] of xs.entries()) expect(at(x)).toBeCloseTo(ys[i], 12);
        },
      ),
      { seed: 3, numRuns: 100 },
    );
  });

  it('makes a branch of its own of what is inactive', () => {
    const space = {
      kind: choice('a', 'b'),
      depth: given(float(0, 1), 'kind', 'b'),
      mode: given(choice('x', 'y'), 'kind', 'b'),
    };
    const xs = [
      [0, NaN, NaN],
      [1, 0, 0],
      [1, 0.5, 1],
      [1, 1, 0],
      [0, NaN, NaN],
    ];
    for (let seed = 0; seed < 20; seed++) {
      const { at } = grow(space, xs, [5, 1, 2, 3, 7], { ...whole, random: true }, seed);
      expect(xs.map(at)).toEqual([6, 1, 2, 3, 6]);
    }
  });

  it('keeps the points that a leaf must have, and the depth', () => {
    const xs = Array.from({ length: 50 }, (_, i) => [((i * 37) % 50) / 50, ((i * 11) % 50) / 50]);
    const ys = xs.map(([a, b]) => a * a - b);
    for (const random of [false, true]) {
      const { tree } = grow({ a: float(0, 1), b: float(0, 1) }, xs, ys, { ...whole, random, leaf: 6 });
      const counts = new Map<number, number>();
      for (const x of xs)
        counts.set(leafOf(tree, Float64Array.from(x)), (counts.get(leafOf(tree, Float64Array.from(x))) ?? 0) + 1);
      expect(counts.size).toBeGreaterThan(2);
      expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(6);
      expect(grow({ a: float(0, 1), b: float(0, 1) }, xs, ys, { ...whole, random, depth: 2 }).tree.nodes).toBe(7);
    }
  });

  it('is one leaf where results are equal, and where no parameter has two values', () => {
    const equal = grow({ a: float(0, 1) }, [[0], [0.5], [1]], [0.1, 0.1, 0.1], whole).tree;
    expect([equal.nodes, equal.mean[0], equal.variance[0]]).toEqual([1, 0.1, 0]);
    const single = grow({ a: float(3, 3) }, [[3], [3], [3], [3]], [0, 1, 2, 5], whole).tree;
    expect([single.nodes, single.mean[0], single.variance[0]]).toEqual([1, 2, 3.5]);
  });

  it('sees no point without weight', () => {
    const { tree, at } = grow({ a: float(0, 1) }, [[0], [0.4], [0.6], [1]], [1, NaN, NaN, 2], whole, 1, [1, 0, 0, 2]);
    expect([tree.nodes, at([0]), at([1])]).toEqual([3, 1, 2]);
    expect(tree.mean[0]).toBeCloseTo(5 / 3, 12);
  });
});
