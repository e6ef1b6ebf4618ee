import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crowdingDistances, frontsOf } from '../../../samplers/objectives/fronts.ts';
import type { Row } from '../../../samplers/sampler.ts';
import { frontRanks } from '../../../study/fronts.ts';

interface Case {
  points: number[][];
  ranks: number[];
  distances: (number | null)[];
}

const cases = JSON.parse(readFileSync(new URL('../fixtures/fronts.json', import.meta.url), 'utf8')) as Case[];

function row(number: number, state: Row['state'], y?: number[], c?: number[]): Row {
  return {
    number,
    space: 1,
    origin: 'sampler',
    state,
    x: new Float64Array(1),
    seed: 0,
    asOf: 0,
    closed: number,
    ...(y && { y: Float64Array.from(y) }),
    ...(c && { c: Float64Array.from(c) }),
  };
}

describe('fronts of rows', () => {
  it.each(cases)('are ranked as pymoo ranks them', ({ points, ranks }) => {
    expect(Array.from(frontRanks(points))).toEqual(ranks);
    expect(Array.from(frontsOf(points.map((y, i) => row(i, 'complete', y))))).toEqual(ranks);
  });

  it('put infeasible rows after feasible ones, by their total violation, and what has no result last', () => {
    const rows = [
      row(0, 'failed'),
      row(1, 'infeasible', [0, 0], [1, 1]),
      row(2, 'complete', [5, 5], [-1, -1]),
      row(3, 'infeasible', [9, 9], [-7, 1.5]),
      row(4, 'complete', [6, 6], [0, -3]),
      row(5, 'infeasible'),
      row(6, 'infeasible', [9, 9], [2, -7]),
      row(7, 'pruned'),
    ];
    expect(Array.from(frontsOf(rows))).toEqual([5, 3, 0, 2, 1, 4, 3, 5]);
  });

  it('put pruned rows between complete and infeasible ones, by how far they came and then by value', () => {
    const rows = [
      row(0, 'infeasible', [0], [1]),
      { ...row(1, 'pruned', [1]), step: 3 },
      { ...row(2, 'pruned', [2]), step: 9 },
      { ...row(3, 'pruned', [1]), step: 9 },
      row(4, 'complete', [8]),
    ];
    expect(Array.from(frontsOf(rows))).toEqual([4, 3, 2, 1, 0]);
  });

  it('are there for no rows, and for rows without any result', () => {
    expect(Array.from(frontsOf([]))).toEqual([]);
    expect(Array.from(frontsOf([row(0, 'failed'), row(1, 'failed')]))).toEqual([0, 0]);
  });
});

describe('crowding distances', () => {
  it.each(cases)('are those of pymoo', ({ points, ranks, distances }) => {
    for (let rank = 0; rank <= Math.max(...ranks); rank++) {
      const front = points.flatMap((_, i) => (ranks[i] === rank ? [i] : []));
      const found = crowdingDistances(front.map((i) => points[i]));
      // pymoo has no distances within a front of two, or of one point several times
      if (front.length > 2 && new Set(front.map((i) => points[i].join())).size > 1)
        for (const [k, i] of front.entries()) {
          if (distances[i] === null) expect(found[k]).toBe(Infinity);
          else expect(found[k]).toBeCloseTo(distances[i], 12);
        }
    }
  });

  it('are finite where values are not far from the largest number', () => {
    const most = Number.MAX_VALUE;
    const points = [-most, -most / 2, 0, most].map((value) => [value, -value]);
    expect(Array.from(crowdingDistances(points))).toEqual([Infinity, 1, 1.5, Infinity]);
  });

  it('are none of no point, and infinite of one alone', () => {
    expect(Array.from(crowdingDistances([]))).toEqual([]);
    expect(Array.from(crowdingDistances([[1, 2]]))).toEqual([Infinity]);
  });
});
