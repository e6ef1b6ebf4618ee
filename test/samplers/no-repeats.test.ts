import { describe, expect, it } from 'vitest';
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import { advanceSeen, withoutRepeat } from '../../samplers/no-repeats.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import type { View } from '../../samplers/sampler.ts';
import { choice, complete, float, free, int, pending, problemOf, spaceOf } from './spaces.ts';

function viewOf(points: readonly (readonly number[])[]): View {
  const rows = points.map((x, i) => (i % 2 === 0 ? complete(i, x, i) : pending(i, x)));
  return {
    seq: points.length,
    rows,
    closed: rows.filter(({ closed }) => closed !== undefined).map(({ number }) => number),
  };
}

function next(
  space: CompiledSpace,
  points: readonly (readonly number[])[],
  draw: (retry: number) => readonly number[],
  { fixed = free(space), deterministic = true } = {},
): { x: number[] | 'exhausted'; retries: number } {
  const problem = problemOf(space, { deterministic });
  const view = viewOf(points);
  let retries = 0;
  const x = withoutRepeat(
    advanceSeen(undefined, view, problem),
    view,
    { number: points.length, fixed },
    createRng(1, points.length),
    problem,
    (retry) => {
      retries = retry;
      return Float64Array.from(draw(retry));
    },
  );
  return { x: x === 'exhausted' ? x : [...x], retries };
}

const small = spaceOf({ a: int(0, 2), b: int(0, 1) });

describe('no repeats', () => {
  it('draws once where nothing is repeated, trials may differ, or the space is not finite', () => {
    expect(next(small, [[0, 0]], () => [1, 1])).toEqual({ x: [1, 1], retries: 0 });
    expect(next(small, [[1, 1]], () => [1, 1], { deterministic: false })).toEqual({ x: [1, 1], retries: 0 });
    expect(next(spaceOf({ a: float(0, 1) }), [[0.5]], () => [0.5])).toEqual({ x: [0.5], retries: 0 });
  });

  it('draws again up to ten times for a point that no row has, pending ones included', () => {
    expect(
      next(
        small,
        [
          [0, 0],
          [0, 1],
        ],
        (retry) => (retry < 4 ? [0, retry % 2] : [2, 0]),
      ),
    ).toEqual({ x: [2, 0], retries: 4 });
  });

  it('then looks for any point that is left', () => {
    const left = next(
      small,
      [
        [0, 0],
        [0, 1],
        [1, 0],
        [2, 0],
        [2, 1],
      ],
      () => [0, 0],
    );
    expect(left).toEqual({ x: [1, 1], retries: 10 });
    expect(
      next(
        small,
        [
          [0, 0],
          [0, 1],
          [1, 0],
          [1, 1],
          [2, 0],
          [2, 1],
        ],
        () => [0, 0],
      ).x,
    ).toBe('exhausted');
  });

  it('counts forbidden points as gone', () => {
    const space = spaceOf({ a: int(0, 2), b: int(0, 1) }, [{ a: { in: [1] }, b: { in: [1] } }]);
    expect(
      next(
        space,
        [
          [0, 0],
          [0, 1],
          [1, 0],
          [2, 0],
          [2, 1],
        ],
        () => [0, 0],
      ).x,
    ).toBe('exhausted');
  });

  it('draws at random in a space too large to search', () => {
    const space = spaceOf({ a: int(0, 9_999), b: int(0, 9_999) });
    const { x } = next(space, [[3, 3]], () => [3, 3]);
    expect(x).not.toEqual([3, 3]);
    expect(x).not.toBe('exhausted');
  });

  it('lets a trial with fixed parameters repeat another where nothing else helps', () => {
    expect(next(small, [[1, 1]], () => [1, 1], { fixed: Float64Array.of(1, 1) }).x).toEqual([1, 1]);
    expect(
      next(small, [[1, 1]], (retry) => [1, retry % 2 === 0 ? 1 : 0], { fixed: Float64Array.of(1, NaN) }).x,
    ).toEqual([1, 0]);
  });

  it('tells points apart by all of their numbers, inactive ones too', () => {
    const space = spaceOf({ a: choice('x', 'y'), b: { domain: int(0, 1), when: [{ parameter: 'a', in: ['y'] }] } });
    expect(next(space, [[1, 0]], () => [0, NaN])).toEqual({ x: [0, NaN], retries: 0 });
    expect(next(space, [[0, NaN]], (retry) => (retry === 0 ? [0, NaN] : [1, 0]))).toEqual({ x: [1, 0], retries: 1 });
  });

  it('knows the same points whether they came one by one or at once', () => {
    const points = [
      [0, 0],
      [0, 1],
      [1, 0],
    ];
    const problem = problemOf(small, { deterministic: true });
    let seen = advanceSeen(undefined, viewOf([]), problem);
    for (let i = 1; i <= 3; i++) seen = advanceSeen(seen, viewOf(points.slice(0, i)), problem);
    expect(seen).toEqual(advanceSeen(undefined, viewOf(points), problem));
  });
});
