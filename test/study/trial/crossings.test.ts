import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrossingSteps, markAfter } from '../../../study/trial/crossings.ts';
import type { Crossings } from '../../../study/scheduling.ts';

/** The steps of these that cross. */
function crossed(crossings: Crossings, steps: readonly number[], last?: number): number[] {
  const line = new CrossingSteps(crossings, last);
  return steps.filter((step) => line.crosses(step));
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

const anyCrossings: fc.Arbitrary<Crossings> = fc.oneof(
  fc.record({
    at: fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 8 }).map((marks) => marks.sort((a, b) => a - b)),
  }),
  fc.record({
    from: fc.integer({ min: 0, max: 50 }),
    every: fc.integer({ min: 1, max: 20 }),
    most: fc.integer({ min: 1, max: 12 }),
  }),
);
const anySteps = fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { maxLength: 60 });

/** Marks up to `end`, one by one as the words say it. */
function marksUpTo(crossings: Crossings, end: number): number[] {
  if ('at' in crossings) return crossings.at.filter((mark) => mark <= end);
  const marks: number[] = [];
  let left = crossings.most;
  let distance = crossings.every;
  for (let mark = crossings.from; mark <= end; mark += distance) {
    marks.push(mark);
    if (--left > 0) continue;
    distance *= 2;
    left = Math.ceil(crossings.most / 2);
  }
  return marks;
}

describe('crossings at budgets', () => {
  it('are the first reports at or past them', () => {
    expect(crossed({ at: [1, 3, 9] }, upTo(20))).toEqual([1, 3, 9]);
    expect(crossed({ at: [1, 3, 9] }, [2, 4, 6, 8, 10, 12])).toEqual([2, 4, 10]);
  });

  it('are one report where it stands for several', () => {
    expect(crossed({ at: [1, 3, 9] }, [5, 6, 100, 200])).toEqual([5, 100]);
    expect(crossed({ at: [1, 3, 9] }, [9, 10])).toEqual([9]);
  });

  it('may be none', () => {
    expect(crossed({ at: [] }, upTo(5))).toEqual([]);
    expect(crossed({ at: [0.5, 2] }, [0.25, 0.5, 1, 1.5])).toEqual([0.5]);
  });
});

describe('crossings at intervals', () => {
  it('begin where they are told to, and get sparser after the first', () => {
    const steps = crossed({ from: 4, every: 2, most: 4 }, upTo(100));
    expect(steps).toEqual([4, 6, 8, 10, 14, 18, 26, 34, 50, 66, 98]);
  });

  it('double after each where there is to be one', () => {
    expect(crossed({ from: 1, every: 1, most: 1 }, upTo(200))).toEqual([1, 3, 7, 15, 31, 63, 127]);
  });

  it('grow with the logarithm of the steps', () => {
    const crossings = { from: 1, every: 1, most: 100 };
    const count = (n: number): number => crossed(crossings, upTo(n)).length;
    expect([100, 1000, 10_000, 100_000].map(count)).toEqual([100, 262, 428, 597]);
  });

  it('end at numbers that are out of reach', () => {
    expect(crossed({ from: 0, every: 1, most: 2 }, [1e300, Number.MAX_VALUE])).toEqual([1e300, Number.MAX_VALUE]);
    expect(crossed({ from: 1e17, every: 1, most: 1e6 }, [1e17, 1e17, 1e17])).toEqual([1e17]);
  });
});

describe('CrossingSteps', () => {
  it('says that a report crosses where a mark lies between it and all before it', () => {
    fc.assert(
      fc.property(anyCrossings, anySteps, (crossings, steps) => {
        const line = new CrossingSteps(crossings);
        let highest = -Infinity;
        for (const step of steps) {
          const marks = marksUpTo(crossings, step).filter((mark) => mark > highest);
          expect(line.crosses(step)).toBe(marks.length > 0);
          highest = Math.max(highest, step);
        }
      }),
      { seed: 1 },
    );
  });

  it('goes on after the last step that crossed as if it had never been interrupted', () => {
    fc.assert(
      fc.property(anyCrossings, anySteps, anySteps, (crossings, before, after) => {
        const whole = crossed(crossings, [...before, ...after]);
        const first = crossed(crossings, before);
        expect([...first, ...crossed(crossings, after, first.at(-1))]).toEqual(whole);
      }),
      { seed: 2 },
    );
  });

  it('takes the next mark past any step, fractions too', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.double({ min: 1e-3, max: 10, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (from, every, most, step) => {
          const crossings = { from, every, most };
          const mark = markAfter(crossings, step);
          expect(mark).toBeGreaterThan(step);
          // nothing between: the mark after anything below it is it, or one that rounding has put beside it
          if (mark > from) expect(markAfter(crossings, mark * (1 - 1e-9))).toBeCloseTo(mark, 6);
        },
      ),
      { seed: 3 },
    );
  });
});
