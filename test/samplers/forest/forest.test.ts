import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { boost, boosted } from '../../../samplers/boosting/quantile-boosting.ts';
import { Draws } from '../../../samplers/trees/draws.ts';
import { featuresOf } from '../../../samplers/trees/features.ts';
import { growForest, predict, type Forest } from '../../../samplers/trees/forest.ts';
import { Table } from '../../../samplers/trees/table.ts';
import { choice, float, spaceOf } from '../spaces.ts';

interface Oracle {
  readonly mean: number[];
  readonly variance: number[];
}
interface Fixture {
  readonly x: number[][];
  readonly y: number[];
  readonly at: number[][];
  readonly forests: Readonly<Record<string, Readonly<Record<'extra-trees' | 'random-forest', Oracle>>>>;
  readonly boosting: { readonly alpha: number; readonly loss: number; readonly mean: number }[];
}

const fixture = JSON.parse(readFileSync(new URL('./forests.json', import.meta.url), 'utf8')) as Fixture;
const unit = float(0, 1);
const table = new Table(featuresOf(spaceOf({ a: unit, b: unit, c: unit, d: unit })));
table.append(fixture.x.map((x) => Float64Array.from(x)));
const targets = Float64Array.from(fixture.y);
const at = fixture.at.map((x) => Float64Array.from(x));

function forestOf(random: boolean, leaf: number, trees: number): Forest {
  const settings = { trees, random, bootstrap: !random, features: 1, leaf, depth: 1000, doubt: 0 };
  return growForest(table, targets, settings, (tree) => new Draws(tree, ~tree));
}

function averaged(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe.each([1, 5])('forests with %i trials a leaf', (leaf) => {
  it('of extra-trees predict as those of scikit-learn do', () => {
    const { mean, variance } = fixture.forests[leaf]['extra-trees'];
    const forest = forestOf(true, leaf, 1500);
    for (const [i, x] of at.entries()) {
      const got = predict(forest, x);
      // five standard errors of both forests together
      const error = 5 * Math.sqrt(variance[i] * (1 / 1500 + 1 / 3000));
      expect(Math.abs(got.mean - mean[i])).toBeLessThan(error);
      expect(Math.abs(got.variance / variance[i] - 1)).toBeLessThan(0.25);
    }
  });

  it('of bootstraps predict as those of scikit-learn do, but for their thresholds between neighbours', () => {
    const { mean, variance } = fixture.forests[leaf]['random-forest'];
    const forest = forestOf(false, leaf, 1500);
    const got = at.map((x) => predict(forest, x));
    expect(averaged(got.map((prediction, i) => Math.abs(prediction.mean - mean[i])))).toBeLessThan(0.05);
    expect(Math.min(...got.map((prediction, i) => prediction.variance / variance[i]))).toBeGreaterThan(0.85);
  });
});

describe('a forest', () => {
  it('weighs a result by how many runs it is the mean of', () => {
    const settings = {
      trees: 5,
      random: true,
      bootstrap: false,
      features: 1,
      leaf: targets.length,
      depth: 1,
      doubt: 0,
    };
    const weights = Array.from(targets, (_, i) => 1 + (i % 3));
    const forest = growForest(table, targets, settings, (tree) => new Draws(tree, ~tree), weights);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const mean = weights.reduce((sum, weight, i) => sum + (weight * targets[i]) / total, 0);
    expect(predict(forest, at[0]).mean).toBeCloseTo(mean, 10);
  });

  it('is sure where it has been and unsure where it has not', () => {
    const line = new Table(featuresOf(spaceOf({ x: unit })));
    line.append([0.1, 0.2, 0.8, 0.9].map((x) => Float64Array.of(x)));
    const forest = growForest(
      line,
      Float64Array.of(0, 1, 5, 6),
      { trees: 200, random: true, bootstrap: false, features: 1, leaf: 1, depth: 1000, doubt: 0 },
      (tree) => new Draws(tree, ~tree),
    );
    const { mean, variance } = predict(forest, Float64Array.of(0.2));
    expect([mean, variance]).toEqual([1, 0]);
    expect(predict(forest, Float64Array.of(0.5)).variance).toBeGreaterThan(1);
  });

  it('grows unsure with the distance to what it has seen, by as much as all results differ', () => {
    const mixed = new Table(featuresOf(spaceOf({ x: unit, kind: choice('a', 'b') })));
    mixed.append([0, 0.4].map((x) => Float64Array.of(x, 0)));
    const grown = (doubt: number): Forest =>
      growForest(
        mixed,
        Float64Array.of(1, 5),
        { trees: 1, random: false, bootstrap: false, features: 1, leaf: 1, depth: 1000, doubt },
        (tree) => new Draws(tree, ~tree),
      );
    // the second point's leaf: results of variance 4, at distances 0, .3, 1 and 1.6
    for (const [x, kind, distance] of [
      [0.4, 0, 0],
      [0.7, 0, 0.3],
      [0.4, 1, 1],
      [1, 1, 1.6],
    ]) {
      const { mean, variance } = predict(grown(0.5), Float64Array.of(x, kind));
      expect(mean).toBe(5);
      expect(variance).toBeCloseTo((4 * distance) / (2 + distance), 12);
      expect(predict(grown(0), Float64Array.of(x, kind)).variance).toBe(0);
    }
  });

  it('leaves out points without a target', () => {
    const line = new Table(featuresOf(spaceOf({ x: unit, kind: choice('a', 'b') })));
    line.append([0, 0.5, 1].map((x) => Float64Array.of(x, 0)));
    for (const bootstrap of [false, true]) {
      const settings = { trees: 30, random: false, bootstrap, features: 0.1, leaf: 1, depth: 1000, doubt: 0 };
      const forest = growForest(line, Float64Array.of(2, NaN, 2), settings, (tree) => new Draws(tree, ~tree));
      expect(predict(forest, Float64Array.of(0.5, 1))).toEqual({ mean: 2, variance: 0 });
    }
  });
});

describe('boosted quantiles', () => {
  it.each(fixture.boosting)('lose as little as those of scikit-learn at $alpha', ({ alpha, loss, mean }) => {
    const settings = { trees: 30, rate: 0.1, depth: 3, random: false, features: 1, leaf: 1 };
    const model = boost(table, targets, alpha, settings, new Draws(1, 2));
    const losses = fixture.x.map((x, i) => {
      const rest = fixture.y[i] - boosted(model, Float64Array.from(x));
      return Math.max(alpha * rest, (alpha - 1) * rest);
    });
    expect(Math.abs(averaged(losses) / loss - 1)).toBeLessThan(0.08);
    expect(Math.abs(averaged(at.map((x) => boosted(model, x))) - mean)).toBeLessThan(0.05);
  });
});
