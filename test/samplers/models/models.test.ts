import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conformanceCases } from '../../../samplers/conformance/cases.ts';
import type { NamedSpace } from '../../../samplers/conformance/spaces.ts';
import { modelsSampler } from '../../../samplers/models/models.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { resolveOptions, samplerByName } from '../../../samplers/registry.ts';
import type { Row, Sampler } from '../../../samplers/sampler.ts';
import { sessionOf } from '../../../samplers/session.ts';
import { compileSpace } from '../../../study/space/dimensions.ts';
import { SamplerFallbackError } from '../../../study/errors.ts';
import { spaceOfModels, type BanditSpec } from '../../../study/models.ts';
import { choice, float, given, int, pending, problemOf, spaceOf } from '../spaces.ts';

const svm = spaceOf(
  { c: float(1e-3, 1e3, { scale: 'log' }), kernel: choice('rbf', 'poly'), degree: given(int(2, 5), 'kernel', 'poly') },
  [{ kernel: { in: ['poly'] }, c: { above: 100 } }],
).space;
const forest = spaceOf({ trees: int(10, 500, { scale: 'log' }), c: choice('a', 'b') }).space;
const whole = compileSpace(
  spaceOfModels([
    { name: 'svm', space: svm },
    { name: 'forest', space: forest },
  ]),
);

/** A sampler of the two classes. */
function twoOf(
  first: Sampler | string,
  second: Sampler | string,
  weights: readonly [number, number] = [1, 1],
  bandit?: BanditSpec,
): Sampler {
  const classes = [first, second].map((each, i) => {
    const sampler = typeof each === 'string' ? samplerByName(each) : each;
    return { name: ['svm', 'forest'][i], weight: weights[i], sampler, options: resolveOptions(sampler, {}) };
  });
  return modelsSampler(classes, bandit) as Sampler;
}

const spaces: readonly NamedSpace[] = [{ name: 'two classes', space: whole, trials: 40 }];

describe.each([
  ['tpe', 'gp'],
  ['forest', 'quasi-random'],
  ['grid', 'random'],
])('%s and %s, a class each', (first, second) => {
  for (const { title, run } of conformanceCases(twoOf(first, second, [1, 2]), {}, spaces)) it(title, run);
});

describe('tpe and random, a class each, with a bandit', () => {
  const sampler = twoOf('tpe', 'random', [3, 3], { exploration: 1 });
  for (const { title, run } of conformanceCases(sampler, {}, spaces)) it(title, run);
});

describe('the classes of trials', () => {
  it('are divided exactly, whatever fails, runs side by side or is asked for in particular', () => {
    const plans = fc.record({
      weights: fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })),
      parallel: fc.integer({ min: 1, max: 8 }),
      seed: fc.integer({ min: 0, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(plans, ({ weights, parallel, seed }) => {
        expect(play(weights, parallel, seed)).toEqual(weights);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('take turns by weight, the first of equals first', () => {
    const session = sessionOf(twoOf('random', 'random', [1, 2]), {}, problemOf(whole, { parallel: 9 }), 1);
    const { suggestions } = session.ask(Array.from({ length: 9 }, (_, number) => ({ number, asOf: 0 })));
    expect(suggestions.map(({ x }) => x[0])).toEqual([1, 0, 1, 1, 0, 1, 1, 0, 1]);
  });

  it('are what an ask says, and follow from a parameter that it fixes', () => {
    const session = sessionOf(twoOf('random', 'random', [1, 100]), {}, problemOf(whole), 1);
    const ask = (fixed: Record<string, string | number>) =>
      session.ask([{ number: 0, asOf: 0, fixed }]).suggestions[0].x;
    expect(ask({ model: 'svm' })[0]).toBe(0);
    expect(ask({ 'svm.c': 7 }).slice(0, 2)).toEqual([0, 7]);
  });
});

describe('a bandit', () => {
  /** The classes of trials one after another, whose values `valueOf` says. */
  const classesOf = (trials: number, valueOf: (model: number, trial: number) => number | undefined): number[] => {
    const session = sessionOf(twoOf('random', 'random', [3, 5], { exploration: 2 }), {}, problemOf(whole), 1);
    return Array.from({ length: trials }, (_, number) => {
      const { x, seed } = session.ask([{ number, asOf: number }]).suggestions[0];
      const y = valueOf(x[0]!, number);
      const point = x.map((each) => each ?? NaN);
      const end = { seed, asOf: number, closed: number + 1 };
      session.push([
        pending(
          number,
          point,
          y === undefined ? { ...end, state: 'failed' } : { ...end, state: 'complete', y: Float64Array.of(y) },
        ),
      ]);
      return x[0]!;
    });
  };
  const count = (classes: readonly number[], model: number): number => classes.filter((each) => each === model).length;

  it('first gives each class its minimum, then most to the better one', () => {
    const classes = classesOf(60, (model, trial) => (model === 1 ? 1 : 5) + Math.sin(trial));
    expect([0, 1].map((model) => count(classes.slice(0, 8), model))).toEqual([3, 5]);
    expect(count(classes.slice(8), 1)).toBeGreaterThan(40);
  });

  it('goes over to a class that turns out better', () => {
    const classes = classesOf(80, (model, trial) => (model === 1 ? 1 : trial < 12 ? 1.5 : 0) + Math.sin(trial) / 10);
    expect(count(classes.slice(40), 0)).toBeGreaterThan(30);
  });

  it('gives a class that always fails its minimum, and little more', () => {
    const classes = classesOf(60, (model, trial) => (model === 0 ? undefined : Math.sin(trial)));
    expect(count(classes, 0)).toBeGreaterThanOrEqual(3);
    expect(count(classes, 0)).toBeLessThan(25);
  });

  it('tries both alike where nothing tells them apart', () => {
    const classes = classesOf(60, () => 1);
    expect(Math.abs(count(classes, 0) - count(classes, 1))).toBeLessThanOrEqual(1);
  });
});

/** How many trials each class has once all have ended: of a study where one in four fails, told results among them. */
function play(weights: readonly [number, number], parallel: number, seed: number): number[] {
  const session = sessionOf(twoOf('random', 'random', weights), {}, problemOf(whole, { parallel }), seed);
  const total = weights[0] + weights[1];
  const rows: Row[] = [];
  let [seq, counted] = [0, 0];
  const running: number[] = [];
  const counts = [0, 0];
  for (let round = 0; counted < total; round++) {
    const rng = createRng(seed, round);
    const free = Math.min(parallel, total - counted) - running.length;
    const first = rng.uniform(0, 0) < 0.1 && weights[0] > counts[0] + running.filter((n) => rows[n].x[0] === 0).length;
    const asks = Array.from({ length: free }, (_, i) => ({
      number: rows.length + i,
      asOf: seq,
      ...(first && i === 0 && { fixed: { model: 'svm' } }),
    }));
    for (const [i, { x, seed: own }] of session.ask(asks).suggestions.entries()) {
      running.push(asks[i].number);
      rows.push(
        pending(
          asks[i].number,
          x.map((value) => value ?? NaN),
          { seed: own, asOf: seq },
        ),
      );
    }
    if (rng.uniform(1, 0) < 0.1)
      rows.push({
        ...rows[0],
        number: rows.length,
        origin: 'told',
        state: 'complete',
        y: Float64Array.of(0),
        asOf: seq,
        closed: ++seq,
      });
    const [number] = running.splice(Math.floor(rng.uniform(2, 0) * running.length), 1);
    const failed = rng.uniform(3, 0) < 0.25;
    rows[number] = failed
      ? { ...rows[number], state: 'failed', closed: ++seq }
      : { ...rows[number], state: 'complete', y: Float64Array.of(rng.normal(4, 0)), closed: ++seq };
    session.push(rows);
    if (failed) continue;
    counts[rows[number].x[0]]++;
    counted++;
  }
  return counts;
}

describe('the sampler of a class', () => {
  it('sees the trials of its class alone, by their own numbers', () => {
    const seen: unknown[] = [];
    const watching: Sampler = {
      ...samplerByName('random'),
      suggest(cache, view, ask, ...rest) {
        seen.push([ask.number, view.rows.map(({ number, x }) => [number, x.length]), [...view.closed]]);
        return samplerByName('random').suggest(cache, view, ask, ...rest);
      },
    };
    const session = sessionOf(twoOf(watching, 'random'), {}, problemOf(whole), 1);
    const at = (number: number, x: readonly number[], closed: number): Row =>
      pending(number, x, { state: 'complete', y: Float64Array.of(1), closed });
    session.push([
      at(0, [1, NaN, NaN, NaN, 20, 0], 1),
      at(1, [0, 1, 0, NaN, NaN, NaN], 3),
      at(2, [1, NaN, NaN, NaN, 30, 1], 4),
      at(3, [0, 2, 0, NaN, NaN, NaN], 2),
    ]);
    session.ask([{ number: 4, asOf: 9, fixed: { model: 'svm' } }]);
    expect(seen).toEqual([
      [
        2,
        [
          [0, 3],
          [1, 3],
        ],
        [1, 0],
      ],
    ]);
  });

  it('leaves the rest to the others where it has no more points, until none has any', () => {
    const grid = compileSpace(
      spaceOfModels([
        { name: 'svm', space: spaceOf({ kernel: choice('rbf', 'poly') }).space },
        { name: 'forest', space: spaceOf({ trees: int(1, 4) }).space },
      ]),
    );
    const session = sessionOf(twoOf('grid', 'grid'), {}, problemOf(grid), 1);
    const { suggestions, exhausted } = session.ask(Array.from({ length: 9 }, (_, number) => ({ number, asOf: 0 })));
    expect(suggestions.map(({ x }) => x[0])).toEqual([0, 1, 0, 1, 1, 1]);
    expect(exhausted).toBe(true);
  });

  it('may fail: the class stays, and chance chooses the rest', () => {
    const failing: Sampler = {
      ...samplerByName('random'),
      suggest() {
        throw new SamplerFallbackError('a matrix is singular');
      },
    };
    const session = sessionOf(twoOf('random', failing), {}, problemOf(whole), 1);
    const { suggestions } = session.ask(Array.from({ length: 8 }, (_, number) => ({ number, asOf: 0 })));
    expect(suggestions.map(({ x }) => x[0])).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
    expect(suggestions.map(({ fallback }) => fallback !== undefined)).toEqual([
      false,
      true,
      false,
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  it('has a version that the study records with its own', () => {
    const newer = { ...samplerByName('tpe'), version: 99 };
    expect(twoOf('tpe', 'gp').version).toBeLessThan(65_536);
    expect(twoOf(newer, 'gp').version).not.toBe(twoOf('tpe', 'gp').version);
    expect(twoOf('gp', 'tpe').version).not.toBe(twoOf('tpe', 'gp').version);
  });
});
