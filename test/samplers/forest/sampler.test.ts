import { describe, expect, it } from 'vitest';
import { hypervolume } from '../../../samplers/objectives/hypervolume.ts';
import { quasiRandom } from '../../../samplers/designs/quasi-random.ts';
import { resolveOptions, samplerByName } from '../../../samplers/registry.ts';
import type { Problem, Row, Sampler } from '../../../samplers/sampler.ts';
import { sessionOf } from '../../../samplers/session.ts';
import { decode, pointFault } from '../../../study/space/point.ts';
import type { CompiledSpace } from '../../../study/space/dimensions.ts';
import type { Params } from '../../../study/space/space.ts';
import { choice, float, given, int, pending, problemOf, spaceOf } from '../spaces.ts';

type Ending = Pick<Row, 'state' | 'y' | 'c'>;
interface Settings {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  readonly problem?: Partial<Problem>;
}

const of = (y: number): Ending => ({ state: 'complete', y: Float64Array.of(y) });
const FAILED: Ending = { state: 'failed' };
const seeds = [1, 2, 3, 4, 5];

function play(
  sampler: Sampler,
  space: CompiledSpace,
  n: number,
  trial: (params: Params, number: number) => Ending,
  settings: Settings = {},
): Row[] {
  const { options = {}, seed = 1, problem } = settings;
  const session = sessionOf(sampler, resolveOptions(sampler, options), problemOf(space, problem), seed);
  const rows: Row[] = [];
  for (let number = 0; number < n; number++) {
    const [{ x, fallback }] = session.ask([{ number, asOf: number }]).suggestions;
    expect(fallback).toBeUndefined();
    const point = Float64Array.from(x, (value) => value ?? NaN);
    expect(pointFault(space, point)).toBeUndefined();
    rows.push(pending(number, point, { asOf: number, ...trial(decode(space, point), number), closed: number + 1 }));
    session.push([rows[number]]);
  }
  return rows;
}

function bestOf(rows: readonly Row[]): number {
  return Math.min(...rows.flatMap(({ state, y }) => (state === 'complete' ? [y![0]] : [])));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

const plane = spaceOf({ x: float(0, 1), y: float(0, 1) });
const bowl = ({ x, y }: Params): Ending =>
  of((Number(x) - 0.7) * (Number(x) - 0.7) + (Number(y) - 0.2) * (Number(y) - 0.2));
const branches = spaceOf({
  model: choice('linear', 'net', 'tree'),
  l2: given(float(0, 1), 'model', 'linear'),
  lr: given(float(1e-5, 1, { scale: 'log' }), 'model', 'net'),
  optimizer: given(choice('adam', 'sgd'), 'model', 'net'),
  momentum: given(float(0, 1), 'optimizer', 'sgd'),
  depth: given(int(1, 20), 'model', 'tree'),
});
const branching = (p: Params): Ending => {
  if (p.model === 'linear') return of(1 + Number(p.l2));
  if (p.model === 'tree') return of(1.2 + 0.1 * Math.abs(Number(p.depth) - 7));
  return of(
    0.2 * Math.abs(Math.log10(Number(p.lr)) + 3) + (p.optimizer === 'sgd' ? 0.3 * (1 - Number(p.momentum)) : 0.3),
  );
};

describe.each(['forest', 'boosting'])('%s', (name) => {
  const sampler = samplerByName(name);

  it('starts with a Sobol sequence, then does better', () => {
    const rows = seeds.map((seed) => play(sampler, plane, 40, bowl, { seed }));
    for (const [i, seed] of seeds.entries()) {
      const design = play(quasiRandom as Sampler, plane, 10, bowl, { seed }).map(({ x }) => x);
      expect(rows[i].slice(0, 10).map(({ x }) => x)).toEqual(design);
    }
    const designed = seeds.map((seed) => bestOf(play(quasiRandom as Sampler, plane, 40, bowl, { seed })));
    expect(median(rows.map(bestOf))).toBeLessThan((name === 'forest' ? 0.2 : 1) * median(designed));
  });

  it('learns the better branch of a conditional space', () => {
    for (const seed of seeds) {
      const rows = play(sampler, branches, 60, branching, { seed });
      expect(rows.slice(40).filter(({ x }) => x[0] === 1).length).toBeGreaterThan(8);
      expect(bestOf(rows)).toBeLessThan(0.3);
    }
  });

  it.each([
    { acquisition: 'ei' },
    { acquisition: 'lcb' },
    { acquisition: 'lcb', kappa: 0.5 },
    { interleave: 0, startup: 4, candidates: 100 },
  ])('finds a minimum with %j', (options) => {
    expect(median(seeds.map((seed) => bestOf(play(sampler, plane, 40, bowl, { options, seed }))))).toBeLessThan(0.01);
  });

  it('asks ever less where trials fail, but for the random ones', () => {
    const crashing = (p: Params): Ending => (Number(p.x) > 0.5 ? FAILED : bowl(p));
    const played = seeds.map((seed) => play(sampler, plane, 50, crashing, { options: { interleave: 0 }, seed }));
    const failures = (from: number, to: number): number =>
      played.flatMap((rows) => rows.slice(from, to)).filter(({ state }) => state === 'failed').length;
    // half of the plane fails, and so does half of the design
    expect(failures(0, 10)).toBeGreaterThan(20);
    expect(failures(10, 30)).toBeLessThan(0.15 * 100);
    expect(failures(30, 50)).toBeLessThan(0.15 * 100);
    // the best that does not fail is at the border, (.5, .2), with .04
    expect(median(played.map(bestOf))).toBeLessThan(0.12);
  });

  it('learns what is feasible, before and after the first such trial', () => {
    const trial = (p: Params): Ending => {
      const c = Float64Array.of(Number(p.x) + Number(p.y) - 0.4, -1);
      return { state: c[0] > 0 ? 'infeasible' : 'complete', y: bowl(p).y!, c };
    };
    // a twelfth of the plane is feasible; the best of it is (0.4, 0), with 0.13
    const rows = seeds.map((seed) => play(sampler, plane, 50, trial, { seed, problem: { constraints: 2 } }));
    expect(median(rows.map(bestOf))).toBeLessThan(0.16);
    const feasible = rows.flatMap((of) => of.slice(25).filter(({ state }) => state === 'complete'));
    expect(feasible.length).toBeGreaterThan(20);
    const never = play(
      sampler,
      plane,
      20,
      () => ({ state: 'infeasible', y: Float64Array.of(1), c: Float64Array.of(1, 2) }),
      {
        problem: { constraints: 2 },
      },
    );
    expect(never.length).toBe(20);
  });

  it('suggests different points for trials in parallel', () => {
    const rows = play(sampler, plane, 30, bowl);
    const session = sessionOf(
      sampler,
      resolveOptions(sampler, { interleave: 0 }),
      problemOf(plane, { parallel: 8 }),
      1,
    );
    session.push(rows);
    const slots = Array.from({ length: 8 }, (_, i) => ({ number: 30 + i, asOf: 30 }));
    const points = session.ask(slots).suggestions.map(({ x }) => x.join());
    expect(new Set(points).size).toBe(8);
  });

  it.each([
    ['the smallest and largest results', (i: number) => of([1e-300, -1e300, 1.7e308, 0, -1.7e308][i % 5])],
    ['equal results', () => of(3)],
    ['failed trials alone', () => FAILED],
    ['trials alone that were pruned before they reported', (): Ending => ({ state: 'pruned' })],
  ] as const)('goes on with %s', (_, end) => {
    const space = spaceOf({ x: float(-1e300, 1e300), n: int(0, 1e6), one: int(4, 4), kind: choice('a') });
    expect(play(sampler, space, 25, (_params, number) => end(number)).length).toBe(25);
  });

  it('suggests the one point that there is', () => {
    const rows = play(sampler, spaceOf({ one: int(4, 4) }), 14, () => of(1));
    expect(rows.every(({ x }) => x[0] === 4)).toBe(true);
  });

  it('repeats no trial of a finite space while another point is left', () => {
    const space = spaceOf({ a: int(0, 4), b: choice('x', 'y', 'z'), c: int(0, 2) });
    const rows = play(sampler, space, 30, (p) => of(Number(p.a) + (p.b === 'y' ? 0 : 1)), {
      options: { interleave: 0 },
    });
    expect(new Set(rows.slice(10).map(({ x }) => x.join())).size).toBe(20);
  });

  it('does without rows of another space', () => {
    const session = sessionOf(sampler, resolveOptions(sampler, {}), problemOf(plane), 1);
    const foreign = Array.from({ length: 12 }, (_, number) =>
      pending(number, [0.5], { space: 2, ...of(number), closed: number + 1 }),
    );
    session.push(foreign);
    const [{ x, fallback }] = session.ask([{ number: 12, asOf: 12 }]).suggestions;
    expect([x.length, fallback]).toEqual([2, undefined]);
  });
});

it('a forest of bootstraps finds a minimum as well', () => {
  const options = { kind: 'random-forest', trees: 20, leaf: 2, features: 0.8 };
  const found = seeds.map((seed) => bestOf(play(samplerByName('forest'), plane, 40, bowl, { seed, options })));
  expect(median(found)).toBeLessThan(0.01);
});

it('a forest covers the front of several objectives better than a sequence does, within constraints', () => {
  const two = ({ x, y }: Params): Ending => {
    const [a, b] = [Number(x), Number(y)];
    // the front is the line from (.2, .4) to (.8, .4)
    const values = [0.2, 0.8].map((centre) => (a - centre) * (a - centre) + (b - 0.4) * (b - 0.4));
    const c = 0.3 - b;
    return { state: c > 0 ? 'infeasible' : 'complete', y: Float64Array.from(values), c: Float64Array.of(c) };
  };
  const problem = { objectives: 2, constraints: 1 };
  const covered = (by: Sampler, seed: number): number => {
    const complete = play(by, plane, 30, two, { seed, problem }).filter(({ state }) => state === 'complete');
    return hypervolume(
      complete.map(({ y }) => y!),
      [0.4, 0.4],
    );
  };
  const gains = seeds
    .slice(0, 3)
    .map((seed) => covered(samplerByName('forest'), seed) - covered(quasiRandom as Sampler, seed));
  expect(Math.min(...gains)).toBeGreaterThan(0);
});

it('boosting is for one objective', () => {
  const problem = problemOf(plane, { objectives: 2 });
  expect(samplerByName('boosting').supports(problem, {})).toContain('boosting is for one objective');
});
