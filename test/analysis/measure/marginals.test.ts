/** Exact marginals beside averages over many points drawn from the prior. */
import { describe, expect, it } from 'vitest';
import { Marginals, type Marginal } from '../../../analysis/measure/marginals.ts';
import { measuredPoints } from '../../../analysis/study-trials.ts';
import { surrogateOf } from '../../../analysis/surrogate.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { drawPoint } from '../../../samplers/unit-cube.ts';
import { compileSpace } from '../../../study/space/dimensions.ts';
import { decode } from '../../../study/space/point.ts';
import type { Parameter } from '../../../study/space/space.ts';
import type { Grown } from '../../../analysis/measure/leaves.ts';
import { featureOf } from '../../../samplers/trees/features.ts';
import { studyOf } from '../trials.ts';

const PARAMETERS: readonly Parameter[] = [
  { name: 'kind', domain: { kind: 'choice', choices: ['a', 'b', 'c'], weights: [2, 1, 1] } },
  {
    name: 'layers',
    domain: { kind: 'int', low: 1, high: 5, scale: 'linear' },
    when: [{ parameter: 'kind', in: ['a', 'b'] }],
  },
  {
    name: 'drop',
    domain: { kind: 'float', low: 0.01, high: 1, scale: 'log' },
    when: [
      { parameter: 'kind', in: ['a'] },
      { parameter: 'layers', in: [2, 3] },
    ],
  },
  { name: 'act', domain: { kind: 'choice', choices: ['relu', 'tanh'] }, when: [{ parameter: 'kind', in: ['b'] }] },
  { name: 'x', domain: { kind: 'float', low: 0, high: 1, scale: 'linear', prior: { beta: { alpha: 2, beta: 3 } } } },
  { name: 'one', domain: { kind: 'choice', choices: ['only'] } },
];

const space = compileSpace({ version: 1, parameters: PARAMETERS, forbid: [] });
const rng = createRng(11, 0);
const FREE = { fixed: new Float64Array(space.dimensions.length).fill(NaN) };
const drawn = (i: number): Float64Array => drawPoint(space, FREE, (dim) => rng.uniform(i, dim));
const lossOf = (x: Float64Array): number => {
  const [kind, layers, drop, act, place] = space.dimensions.map((_, dim) => (Number.isNaN(x[dim]) ? 0 : x[dim]));
  return kind + 0.3 * layers * layers + 3 * drop * place + act * place;
};

const points = Array.from({ length: 120 }, (_, i) => drawn(i));
const study = studyOf(
  PARAMETERS,
  points.map((x) => [decode(space, x), lossOf(x)]),
);
const { layout, trees } = surrogateOf(measuredPoints(study, 2));
const tree = trees[3];
const marginals = new Marginals(layout);
const SAMPLES = Array.from({ length: 60_000 }, (_, i) => drawn(1000 + i));
const names = layout.features.dims.map((dim) => space.dimensions[dim].name);

/** Cell of each feature that a point lies in. */
const cellsAt = (x: Float64Array, { cells }: Grown): number[] =>
  cells.map(({ thresholds }, f) => {
    const value = featureOf(layout.features, f, x);
    return layout.features.classes[f] > 0 ? value : thresholds.filter((threshold) => threshold < value).length;
  });
const SAMPLE_CELLS = SAMPLES.map((x) => cellsAt(x, tree));
/** What the tree says, by the leaf whose box holds the point. */
const PREDICTIONS = SAMPLE_CELLS.map((at) => {
  const holds = (run: readonly number[], cell: number): boolean =>
    run.some((from, r) => r % 2 === 0 && cell >= from && cell < run[r + 1]);
  return tree.leaves.find(({ runs }) => runs.every((run, f) => holds(run, at[f])))!.value;
});

const varianceOf = ({ weights, means }: Marginal): number => {
  const all = weights.reduce((a, b) => a + b, 0);
  const mean = weights.reduce((sum, weight, i) => sum + weight * means[i], 0) / all;
  return weights.reduce((sum, weight, i) => sum + weight * (means[i] - mean) * (means[i] - mean), 0);
};

/** Weighted variance of the means of groups of samples that are active. */
const sampledVariance = (keyOf: (i: number) => string | undefined): number => {
  const groups = new Map<string, [count: number, sum: number]>();
  let [active, total] = [0, 0];
  for (const i of SAMPLES.keys()) {
    const key = keyOf(i);
    if (key === undefined) continue;
    const group = groups.get(key) ?? [0, 0];
    groups.set(key, [group[0] + 1, group[1] + PREDICTIONS[i]]);
    active++;
    total += PREDICTIONS[i];
  }
  const mean = total / active;
  return [...groups.values()].reduce((sum, [n, s]) => sum + (n * (s / n - mean) * (s / n - mean)) / SAMPLES.length, 0);
};

const isActive = (i: number, f: number): boolean => !Number.isNaN(SAMPLES[i][layout.features.dims[f]]);
// the integer that conditions name is taken value by value within a cell
const keyOf = (i: number, f: number): string =>
  names[f] === 'layers' ? `${SAMPLE_CELLS[i][f]}/${[2, 3].includes(SAMPLES[i][1])}` : String(SAMPLE_CELLS[i][f]);

describe('the marginals of a tree', () => {
  it('have boxes that share all of the prior', () => {
    expect(tree.leaves.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  it('sum to mean and variance over the space', () => {
    const mean = PREDICTIONS.reduce((a, b) => a + b, 0) / PREDICTIONS.length;
    const variance = PREDICTIONS.reduce((sum, p) => sum + (p - mean) * (p - mean), 0) / PREDICTIONS.length;
    const whole = marginals.whole(tree);
    expect(whole.mean).toBeCloseTo(mean, 2);
    expect(Math.abs(whole.variance / variance - 1)).toBeLessThan(0.03);
  });

  it.each(names.map((name, f) => [name, f] as const))('of %s are those of points of the prior', (_name, f) => {
    const expected = sampledVariance((i) => (isActive(i, f) ? keyOf(i, f) : undefined));
    const marginal = marginals.single(tree, f);
    const active = SAMPLES.filter((_, i) => isActive(i, f)).length / SAMPLES.length;
    expect(marginal.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(active, 2);
    expect(Math.abs(varianceOf(marginal) - expected)).toBeLessThan(0.04 * expected + 1e-4);
  });

  it.each(names.flatMap((one, f) => names.slice(f + 1).map((other, k) => [one, other, f, f + 1 + k] as const)))(
    'of %s with %s are those of points of the prior',
    (_one, _other, f, h) => {
      const both = (i: number): boolean => isActive(i, f) && isActive(i, h);
      const expected = sampledVariance((i) => (both(i) ? `${keyOf(i, f)} ${keyOf(i, h)}` : undefined));
      const marginal = marginals.pair(tree, f, h);
      const active = SAMPLES.filter((_, i) => both(i)).length / SAMPLES.length;
      expect(marginal.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(active, 2);
      if (active === 0) return;
      // groups of few samples vary by themselves
      expect(Math.abs(varianceOf(marginal) - expected)).toBeLessThan(0.06 * expected + 3e-4);
    },
  );
});
