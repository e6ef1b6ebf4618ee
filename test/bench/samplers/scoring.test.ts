import { describe, expect, it } from 'vitest';
import { difference, level } from '../../../bench/samplers/bootstrap.ts';
import type { Run } from '../../../bench/samplers/play.ts';
import type { ProblemSpec } from '../../../bench/samplers/problem.ts';
import { classesOf, meanRanks, median, scoreboard } from '../../../bench/samplers/scoring.ts';

/** The optimum is 1, random search finds 3 with one evaluation and 2 with two. */
const bowl: ProblemSpec = {
  id: 'bowl',
  group: 'x',
  class: 'smooth',
  objectives: 1,
  budget: 2,
  space: [{ name: 'x', type: 'float', low: 0, high: 1 }],
  best_known: 1,
  random_median: { 1: 3, 2: 2 },
};
const step: ProblemSpec = { ...bowl, id: 'step', class: 'rough', best_known: 0, random_median: { 2: 10 } };

function run(peer: string, problem: string, seed: number, curve: (number | null)[]): Run {
  return { peer, problem, seed, n: curve.length, curve };
}

describe('normalised regret', () => {
  const runs = [
    run('ours', 'bowl', 0, [3, 1.5]),
    run('ours', 'bowl', 1, [5, 1.75]),
    run('ours', 'bowl', 2, [2, 1.25]),
    run('theirs', 'bowl', 0, [3, 3]),
  ];

  it('is 0 at the best known value, 1 at random search, of the median seed', () => {
    const board = scoreboard(runs, 2, [bowl]);
    expect(board.score(bowl, board.bests('ours', bowl))).toBe(0.5);
    expect(board.score(bowl, board.bests('theirs', bowl))).toBe(2);
    expect(board.score(bowl, [1])).toBe(0);
  });

  it('reads curves and their steps alike', () => {
    const steps: Run = {
      peer: 'steps',
      problem: 'bowl',
      seed: 0,
      n: 2,
      steps: [
        [1, 4],
        [2, 1.5],
      ],
    };
    for (const [n, best] of [
      [1, 4],
      [2, 1.5],
    ] as const)
      expect(scoreboard([...runs, steps], n, [bowl]).bests('steps', bowl)).toEqual([best]);
  });

  it('is of the hypervolume where there are several objectives', () => {
    const { best_known: _best, ...rest } = bowl;
    const front: ProblemSpec = { ...rest, id: 'front', objectives: 2, best_hv: 10, random_median: { 2: 6 } };
    const volumes = [7, 8, 9].map((volume, seed): Run => ({
      peer: 'ours',
      problem: 'front',
      seed,
      n: 2,
      hv: { 2: volume },
    }));
    const board = scoreboard(volumes, 2, [front]);
    expect(board.score(front, board.bests('ours', front))).toBe(0.5);
    expect(scoreboard(volumes, 1, [front]).peers).toEqual([]);
  });

  it('counts from the best value that any run found, where none better was known', () => {
    const board = scoreboard([...runs, run('lucky', 'bowl', 0, [3, 0])], 2, [bowl]);
    expect(board.score(bowl, board.bests('ours', bowl))).toBe(0.75);
  });

  it('leaves out runs that are too short', () => {
    const board = scoreboard([...runs, run('short', 'bowl', 0, [1])], 2, [bowl]);
    expect(board.peers).toEqual(['ours', 'theirs']);
  });

  it('is 10 where most runs have found nothing feasible', () => {
    const board = scoreboard([run('ours', 'bowl', 0, [null, null])], 2, [bowl]);
    expect(board.score(bowl, board.bests('ours', bowl))).toBe(10);
  });

  it('is 0 or 1 where random search finds the optimum', () => {
    const easy = { ...bowl, random_median: { 2: 1 } };
    const board = scoreboard(runs, 2, [easy]);
    expect(board.score(easy, [1])).toBe(0);
    expect(board.score(easy, [1.5])).toBe(1);
  });
});

describe('ranks', () => {
  it('are shared by equal scores', () => {
    expect(
      meanRanks([
        [0.1, 0.5],
        [0.1, 0.2],
        [0.3, 0.9],
      ]),
    ).toEqual([1.75, 1.25, 3]);
  });
});

describe('the median', () => {
  it('is the mean of the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([Infinity, Infinity])).toBe(Infinity);
  });
});

describe('the bootstrap', () => {
  const seeds = Array.from({ length: 20 }, (_, i) => i);
  const runs = seeds.flatMap((seed) => [
    run('good', 'bowl', seed, [3, 1 + seed / 100]),
    run('bad', 'bowl', seed, [3, 2 + seed / 100]),
    run('good', 'step', seed, [9, 1 + seed / 10]),
    run('bad', 'step', seed, [9, 8 + seed / 10]),
  ]);
  const board = scoreboard(runs, 2, [bowl, step]);

  it('tells a better peer from a worse one, either way round', () => {
    const ahead = difference(board, 'good', 'bad', [bowl, step]);
    expect(ahead.mean).toBeCloseTo((-1 - 0.7) / 2);
    expect(ahead.low).toBeLessThanOrEqual(ahead.mean);
    expect(ahead.mean).toBeLessThanOrEqual(ahead.high);
    expect(ahead.upper).toBeGreaterThan(ahead.mean);
    expect(ahead.upper).toBeLessThanOrEqual(ahead.high);
    expect(ahead.high).toBeLessThan(0);
    expect(difference(board, 'bad', 'good', [bowl, step]).low).toBeGreaterThan(0);
  });

  it('has the median over the problems beside the mean', () => {
    const even = { ...bowl, id: 'even' };
    const more = [...runs, run('good', 'even', 0, [3, 1.5]), run('bad', 'even', 0, [3, 1.5])];
    const { mean, median } = difference(scoreboard(more, 2, [bowl, step, even]), 'good', 'bad', [bowl, step, even]);
    expect(mean).toBeCloseTo((-1 - 0.7) / 3);
    expect(median).toBeCloseTo(-0.7);
  });

  it('finds nothing between a peer and its like', () => {
    const { mean, low, high } = difference(board, 'good', 'good', [bowl, step]);
    expect(mean).toBe(0);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
  });

  it('gives a level its interval, the same each time', () => {
    const interval = level(board, 'good', [bowl]);
    const { mean, low, high } = interval;
    expect(mean).toBeCloseTo(0.095);
    expect(low).toBeGreaterThan(0.02);
    expect(high).toBeLessThan(0.18);
    expect(level(board, 'good', [bowl])).toEqual(interval);
  });
});

describe('classes', () => {
  it('are those of the problems, and all', () => {
    expect([...classesOf([bowl, step])]).toEqual([
      ['smooth', [bowl]],
      ['rough', [step]],
      ['all', [bowl, step]],
    ]);
  });
});
