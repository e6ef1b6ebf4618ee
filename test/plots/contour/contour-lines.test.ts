import { describe, expect, it } from 'vitest';
import { contourLines, type Field } from '../../../plots/contour/contour-lines.ts';
import { surfaceOf } from '../../../plots/contour/surface.ts';

const grid = (columns: number, rows: number, f: (x: number, y: number) => number): Field =>
  Array.from({ length: rows }, (_, y) => Array.from({ length: columns }, (_unused, x) => f(x, y)));

describe('lines of equal value', () => {
  it('follow a plane in one straight line', () => {
    const [line, ...others] = contourLines(
      grid(6, 4, (x) => x),
      2.25,
    );
    expect(others).toEqual([]);
    expect(line.toSorted((a, b) => a[1] - b[1])).toEqual([0, 1, 2, 3].map((y) => [2.25, y]));
  });

  it('go round a hill, closed, at its height', () => {
    const radius = (x: number, y: number): number => Math.hypot(x - 10, y - 10);
    const lines = contourLines(grid(21, 21, radius), 6);
    expect(lines).toHaveLength(1);
    expect(lines[0][0]).toEqual(lines[0].at(-1));
    for (const [x, y] of lines[0]) expect(radius(x, y)).toBeCloseTo(6, 1);
  });

  it('part the two hills of a saddle', () => {
    const field = [
      [1, 0],
      [0, 1],
    ];
    expect(contourLines(field, 0.75)).toHaveLength(2);
    expect(contourLines(field, 0.25)).toHaveLength(2);
  });

  it('are none where nothing is known, and none beyond all values', () => {
    expect(
      contourLines(
        grid(5, 5, (x) => (x > 1 ? NaN : x)),
        1.5,
      ),
    ).toEqual([]);
    expect(
      contourLines(
        grid(5, 5, (x) => x),
        9,
      ),
    ).toEqual([]);
  });
});

describe('a surface', () => {
  it('is near each value at its site, between all of them elsewhere, and unknown far from them', () => {
    const sites = [
      { x: 0.25, y: 0.25, value: 1 },
      { x: 0.5, y: 0.25, value: 3 },
    ];
    const field = surfaceOf(sites, 21);
    expect(field[5][5]).toBeCloseTo(1, 2);
    expect(field[5][10]).toBeCloseTo(3, 2);
    const known = field.flat().filter((value) => !Number.isNaN(value));
    expect(Math.min(...known)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...known)).toBeLessThanOrEqual(3);
    expect(field[20][20]).toBeNaN();
  });
});
