import { describe, expect, it } from 'vitest';
import { forbiddenAt } from '../../../study/space/point.ts';
import type { CompiledSpace } from '../../../study/space/dimensions.ts';
import { smallSpace } from '../../../samplers/conformance/spaces.ts';
import { grid } from '../../../samplers/designs/grid.ts';
import { latticeOf } from '../../../samplers/designs/lattice.ts';
import { resolveOptions } from '../../../samplers/registry.ts';
import { createSession, sessionOf } from '../../../samplers/session.ts';
import { definitionOf } from '../../study/definitions.ts';
import { choice, complete, float, given, int, pending, problemOf, spaceOf } from '../spaces.ts';

/** Every suggestion until the grid is exhausted, one batch after the other. */
function walk(space: CompiledSpace, points = 10, batch = 4): (number | null)[][] {
  const session = sessionOf(grid, { points }, problemOf(space), 1);
  const walked: (number | null)[][] = [];
  for (;;) {
    const { suggestions, exhausted } = session.ask(
      Array.from({ length: batch }, (_, i) => ({ number: walked.length + i, asOf: 0 })),
    );
    walked.push(...suggestions.map(({ x }) => [...x]));
    if (exhausted) return walked;
  }
}

describe('the grid sampler', () => {
  it('goes through every point once and stops, conditions and forbidden regions heeded', () => {
    const space = smallSpace();
    const walked = walk(space);
    const lattice = latticeOf(space, 10);
    const allowed = Array.from({ length: lattice.size }, (_, place) => lattice.at(place)).filter(
      (x) => forbiddenAt(space, x) < 0,
    );
    expect(walked).toEqual(allowed.map((x) => Array.from(x, (v) => (Number.isNaN(v) ? null : v))));
    expect(walked.length).toBe(14);
  });

  it('goes through those points alone that have the values a study fixes, whether or not they are the grid’s', () => {
    const { space } = spaceOf({ x: float(0, 1), kind: choice('a', 'b', 'c') });
    const session = createSession(
      definitionOf({ space, sampler: { name: 'grid', options: { points: 3 } }, fixed: { x: 0.123 } }),
    );
    const { suggestions, exhausted } = session.ask([0, 1, 2, 3].map((number) => ({ number, asOf: 0 })));
    expect(suggestions.map(({ x }) => x)).toEqual([0, 1, 2].map((kind) => [0.123, kind]));
    expect(exhausted).toBe(true);
  });

  it('gives floats as many points as its option says', () => {
    const space = spaceOf({
      lr: float(1e-4, 1, { scale: 'log' }),
      momentum: given(float(0, 1), 'kind', 'b'),
      kind: choice('a', 'b'),
    });
    expect(walk(space, 3).length).toBe(3 * (1 + 3));
    expect([...new Set(walk(space, 3).map((x) => x[0]))]).toContain(0.01);
  });

  it('leaves out what other trials have tried, whatever became of them', () => {
    const space = spaceOf({ a: int(1, 3) });
    const session = sessionOf(grid, { points: 10 }, problemOf(space), 1);
    session.push([complete(0, [1], 1), pending(1, [3], { origin: 'enqueued', state: 'failed', closed: 2 })]);
    const answer = session.ask([
      { number: 2, asOf: 2 },
      { number: 3, asOf: 2 },
    ]);
    expect(answer).toMatchObject({ exhausted: true, suggestions: [{ x: [2] }] });
  });

  it('is not put out of step by trials off the grid, and answers those that are enqueued at any time', () => {
    const space = spaceOf({ a: float(0, 1), b: choice('x', 'y') });
    const session = sessionOf(grid, { points: 2 }, problemOf(space), 1);
    const ask = (number: number, fixed?: Record<string, number | string>) =>
      session.ask([{ number, asOf: 0, ...(fixed && { fixed }) }]).suggestions[0]?.x;
    expect(ask(0, { a: 0.3, b: 'y' })).toEqual([0.3, 1]);
    const half = ask(1, { b: 'x' })!;
    expect(half[1]).toBe(0);
    expect([2, 3, 4, 5].map((number) => ask(number))).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    expect(ask(6)).toBeUndefined();
    expect(ask(6, { a: 0.3, b: 'y' })).toEqual([0.3, 1]);
  });

  it('refuses a grid that is too large, in words', () => {
    const says = (space: CompiledSpace, points: number) => grid.supports(problemOf(space), { points });
    const three = spaceOf({ a: float(0, 1), b: float(0, 1), c: float(0, 1) });
    expect(says(three, 215)).toBe(true);
    expect(says(three, 216)).toMatch(
      /^the grid has about 1\.0e\+7 points, more than 10 million; lower its option points/,
    );
    expect(says(spaceOf({ units: { kind: 'array', element: int(1, 9), length: [0, 1000] } }), 10)).toContain(
      'no end of points',
    );
  });

  it('says what its option can be', () => {
    expect(resolveOptions(grid, {})).toEqual({ points: 10 });
    expect(() => resolveOptions(grid, { points: 1 })).toThrow(
      'sampler.grid.points is 1, expected a whole number from 2 to 10000',
    );
  });
});
