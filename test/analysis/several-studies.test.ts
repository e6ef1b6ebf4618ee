import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attainment } from '../../analysis/attainment.ts';
import { compareBest } from '../../analysis/comparison.ts';
import type { StudyTrials } from '../../analysis/study-trials.ts';
import type { Params } from '../../study/space/space.ts';
import { messageOf } from '../study/studies.ts';
import { studyOf, trialOf } from './trials.ts';

const X = [{ name: 'x', domain: { kind: 'float', low: 0, high: 1, scale: 'linear' } }] as const;
const of = (values: readonly number[], goal: 'minimize' | 'maximize' = 'minimize'): StudyTrials =>
  studyOf(
    X,
    values.map((value): [Params, number] => [{ x: 0.5 }, value]),
    goal,
  );
const two = (
  points: readonly (readonly [number, number])[],
  goal: 'minimize' | 'maximize' = 'minimize',
): StudyTrials => ({
  definition: {
    ...of([]).definition,
    objectives: [
      { name: 'loss', goal: 'minimize' },
      { name: 'time', goal },
    ],
  },
  trials: points.map(([loss, time], i) => trialOf(i, { x: 0.5 }, 0, { values: { loss, time } })),
});

describe('attainment', () => {
  it('of one study is its front', () => {
    const { surfaces } = attainment(
      [
        two([
          [3, 1],
          [1, 3],
          [2, 2],
          [3, 3],
          [1, 4],
        ]),
      ],
      [1],
    );
    expect(surfaces).toEqual([
      {
        level: 1,
        studies: 1,
        points: [
          [1, 3],
          [2, 2],
          [3, 1],
        ],
      },
    ]);
  });

  it('of two studies is the border of what one, and what both reach', () => {
    const { objectives, surfaces } = attainment(
      [
        two([
          [1, 3],
          [3, 1],
        ]),
        two([[2, 2]]),
      ],
      [0.5, 1],
    );
    expect(objectives).toEqual(['loss', 'time']);
    expect(surfaces.map(({ points }) => points)).toEqual([
      [
        [1, 3],
        [2, 2],
        [3, 1],
      ],
      [
        [2, 3],
        [3, 2],
      ],
    ]);
  });

  it('turns with the goal, and is empty where so many attain nothing', () => {
    const { surfaces } = attainment(
      [
        two(
          [
            [1, 3],
            [2, 5],
          ],
          'maximize',
        ),
        two([], 'maximize'),
      ],
      [0.5, 1],
    );
    expect(surfaces.map(({ points }) => points)).toEqual([
      [
        [1, 3],
        [2, 5],
      ],
      [],
    ]);
  });

  it('holds a point exactly where so many studies have one at least as good', () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }));
    const studies = fc.array(fc.array(point, { maxLength: 6 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(studies, point, fc.integer({ min: 1, max: 5 }), (all, [a, b], wanted) => {
        const needed = Math.min(wanted, all.length);
        const [{ points }] = attainment(
          all.map((points) => two(points)),
          [needed / all.length],
        ).surfaces;
        const attaining = all.filter((points) => points.some(([c, d]) => c <= a && d <= b)).length;
        expect(points.some(([c, d]) => c <= a && d <= b)).toBe(attaining >= needed);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it('is refused for other than two objectives, and levels that are no shares', () => {
    expect(messageOf(() => attainment([of([1])]))).toBe(
      "study 'study' has the objectives loss: expected two, the same in all studies",
    );
    expect(messageOf(() => attainment([]))).toBe('attainment needs at least one study, got none');
    expect(messageOf(() => attainment([two([])], [0]))).toBe(
      'a level of attainment is 0, expected a share above 0 up to 1',
    );
  });
});

describe('the comparison of bests', () => {
  const worse = [5.1, 4.9, 5.3, 5, 4.8, 5.2].map((best) => of([9, best, 1]));
  const better = [4.1, 3.9, 4.2, 4, 4.3, 3.8].map((best) => of([best, 8, 2, 0]));

  it('has an interval above 0 where the second side is clearly better after as many trials', () => {
    const { trials, first, second, gain, interval } = compareBest(worse, better, { trials: 2 });
    expect([trials, first.length, second.length]).toEqual([2, 6, 6]);
    expect(gain).toBeCloseTo(1, 12);
    expect(interval![0]).toBeGreaterThan(0.5);
    expect(interval![1]).toBeLessThan(1.5);
  });

  it('turns with the sides', () => {
    const { gain, interval } = compareBest(better, worse, { trials: 2 });
    expect(gain).toBeCloseTo(-1, 12);
    expect(interval![1]).toBeLessThan(-0.5);
  });

  it('compares after as many trials as the shortest has, in the direction of the goal', () => {
    const up = (values: readonly number[]): StudyTrials => of(values, 'maximize');
    const { trials, first, second, gain } = compareBest([up([1, 2, 9]), up([1, 3])], [up([4, 1]), up([5, 0, 7])]);
    expect([trials, first, second, gain]).toEqual([2, [2, 3], [4, 5], 2]);
  });

  it('has no interval where a side is one study, and says so', () => {
    const found = compareBest(worse, better.slice(0, 1), { trials: 2 });
    expect(found).toMatchObject({ lacks: 'there is one study alone on a side, expected two or more' });
    expect(found.interval).toBeUndefined();
  });

  it('is refused without studies, and where one has no best by then', () => {
    expect(messageOf(() => compareBest([], better))).toContain('at least one study on each side');
    expect(messageOf(() => compareBest(worse, better, { trials: 4 }))).toContain(
      "study 'study' has no best value after 4 trials: it has 3",
    );
  });
});
