import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { frameOf, normalised } from '../../../samplers/evolution/hyperplane.ts';
import { nicheOf, nichedSurvivors } from '../../../samplers/evolution/niching.ts';
import { finestDivisions, referenceCount, referencePoints } from '../../../samplers/evolution/reference-points.ts';
import { frontRanks } from '../../../study/fronts.ts';
import { pending } from '../spaces.ts';

interface Fixture {
  references: { objectives: number; divisions: number; points: number[][] }[];
  niching: {
    points: number[][];
    divisions: number;
    ideal: number[];
    nadir: number[];
    niches: number[];
    distances: number[];
  }[];
}

const fixture = JSON.parse(readFileSync(new URL('operators.json', import.meta.url), 'utf8')) as Fixture;

describe('reference points', () => {
  it.each(fixture.references)('of %j are those of Das and Dennis', ({ objectives, divisions, points }) => {
    const found = referencePoints(objectives, divisions);
    expect(found).toHaveLength(referenceCount(objectives, divisions));
    for (const [i, point] of points.entries())
      for (const [k, value] of point.entries()) expect(found[i][k]).toBeCloseTo(value, 12);
  });

  it('are as many as given room allows: 91 of three objectives in 100, as in the paper', () => {
    expect(referenceCount(3, 12)).toBe(91);
    expect(finestDivisions(3, 100)).toBe(12);
    expect(finestDivisions(2, 20)).toBe(19);
    expect(finestDivisions(10, 4)).toBe(1);
    expect(referencePoints(1, finestDivisions(1, 20))).toEqual([[1]]);
  });
});

describe('normalisation and niches', () => {
  it.each(fixture.niching)('are those of pymoo', ({ points, divisions, ideal, nadir, niches, distances }) => {
    const ranks = frontRanks(points);
    const frame = frameOf(
      points.filter((_, i) => ranks[i] === 0),
      points,
    );
    for (const [k, least] of ideal.entries()) {
      expect(frame.ideal[k]).toBe(least);
      expect(frame.ideal[k] + frame.scale[k]).toBeCloseTo(nadir[k], 10);
    }
    const references = referencePoints(ideal.length, divisions);
    for (const [i, point] of points.entries()) {
      const { reference, distance } = nicheOf(normalised(point, frame), references);
      expect(Math.sqrt(distance)).toBeCloseTo(distances[i], 7);
      expect(reference).toBe(niches[i]);
    }
  });

  it('are defined where an objective never varies', () => {
    const { scale } = frameOf([[1, 5]], [[1, 5]]);
    expect(Array.from(scale)).toEqual([1, 1]);
  });
});

describe('survivors', () => {
  const line = Array.from({ length: 41 }, (_, i) => [i / 40, 1 - i / 40]);
  const rows = line.map((y, i) => pending(i, [0], { state: 'complete', closed: i, y: Float64Array.from(y) }));

  it('of one front are one for each direction where there are as many', () => {
    const survivors = nichedSurvivors(rows, 5, referencePoints(2, 4)).map(({ number }) => number);
    expect(survivors.toSorted((a, b) => a - b)).toEqual([0, 10, 20, 30, 40]);
  });

  it('are all different, whole fronts first, and feasible ones before others', () => {
    const behind = pending(41, [0], { state: 'complete', closed: 41, y: Float64Array.of(2, 2) });
    const wrong = pending(42, [0], {
      state: 'infeasible',
      closed: 42,
      y: Float64Array.of(-9, -9),
      c: Float64Array.of(1),
    });
    const all = [wrong, behind, ...rows];
    expect(nichedSurvivors(all, 42, referencePoints(2, 4)).map(({ number }) => number)).not.toContain(42);
    const some = nichedSurvivors(all, 30, referencePoints(2, 4));
    expect(new Set(some.map(({ number }) => number)).size).toBe(30);
    expect(some.map(({ number }) => number).every((number) => number < 41)).toBe(true);
    const whole = nichedSurvivors(all, 43, referencePoints(2, 4));
    expect(whole.find(({ number }) => number === 42)!.rank).toBeGreaterThan(0);
    expect(whole.find(({ number }) => number === 41)!.rank).toBe(0);
  });
});
