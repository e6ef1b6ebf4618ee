import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectiveScale } from '../../../plots/drawing/objective-scale.ts';
import { choiceScale, domainScale, linearScale, logScale, type Scale } from '../../../plots/drawing/scale.ts';

const labels = ({ marks }: Scale): string[] => marks.map(({ label }) => label);

describe('a linear scale', () => {
  it('has round marks', () => {
    expect(labels(linearScale({ low: 0, high: 1 }))).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1']);
    expect(labels(linearScale({ low: -3, high: 7 }))).toEqual(['-2', '0', '2', '4', '6']);
    expect(labels(linearScale({ low: 1, high: 3 }, { whole: true }))).toEqual(['1', '2', '3']);
  });

  it('has room and marks around a single value', () => {
    const { min, max, at } = linearScale({ low: 5, high: 5 });
    expect(at(5)! - min).toBeCloseTo(max - at(5)!, 9);
    expect(labels(linearScale({ low: 0, high: 0 }))).toContain('0');
  });

  it('has every value within its ends, and marks in order that read back as their place', () => {
    const value = fc.double({ min: -1e300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const { min, max, at, marks, unit } = linearScale({ low, high });
        expect(at(low)!).toBeGreaterThanOrEqual(min);
        expect(at(high)!).toBeLessThanOrEqual(max);
        expect(marks.length).toBeGreaterThan(0);
        const places = marks.map((mark) => mark.at);
        expect(places).toEqual(places.toSorted((x, y) => x - y));
        for (const mark of marks)
          expect(Math.abs(Number(mark.label) / unit - mark.at)).toBeLessThanOrEqual(0.06 * (max - min));
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('a logarithmic scale', () => {
  it('has marks at powers of 10 over decades, at 1, 2 and 5 times these over less, at round numbers over little', () => {
    expect(labels(logScale({ low: 1e-5, high: 0.1 }))).toEqual(['1e-5', '1e-4', '0.001', '0.01', '0.1']);
    expect(labels(logScale({ low: 2, high: 64 }))).toEqual(['2', '5', '10', '20', '50']);
    expect(labels(logScale({ low: 1, high: 1.2 }))).toEqual(['1', '1.05', '1.1', '1.15', '1.2']);
    expect(labels(logScale({ low: 1e-300, high: 1e300 })).length).toBeLessThan(9);
  });

  it('places values by their magnitude, and nothing that has none', () => {
    const { at } = logScale({ low: 1, high: 100 });
    expect(at(10)! - at(1)!).toBeCloseTo(at(100)! - at(10)!, 12);
    expect([at(0), at(-1), at('1')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('a scale of choices', () => {
  it('gives each a place of its own, and as JSON those that look alike', () => {
    const { at } = choiceScale(['a', null, 1]);
    expect([at('a'), at(null), at(1), at('1')]).toEqual([0, 1, 2, undefined]);
    expect(labels(choiceScale(['a', null, 0.5]))).toEqual(['a', 'null', '0.5']);
    expect(labels(choiceScale([1, '1', null, 'null']))).toEqual(['1', '"1"', 'null', '"null"']);
  });
});

describe('the scale of a domain', () => {
  it('reaches values that lie outside of it by now', () => {
    const domain = { kind: 'float', low: 0, high: 1, scale: 'linear' } as const;
    const { max, at } = domainScale(domain, [0.5, 3]);
    expect(at(3)!).toBeLessThanOrEqual(max);
    expect(labels(domainScale({ kind: 'bool' }, []))).toEqual(['false', 'true']);
  });
});

describe('the scale of an objective', () => {
  it('leaves few very bad values beyond its end, good ones never', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 1000];
    const { isBeyond, at, worst, best } = objectiveScale(values, { goal: 'minimize' });
    expect(values.filter(isBeyond)).toEqual([1000]);
    expect([worst, best, at(1000)]).toEqual([7, 1, at(7)]);
    expect(values.filter(objectiveScale(values, { goal: 'maximize' }).isBeyond)).toEqual([]);
    expect(objectiveScale([3, 3, 3, 9], { goal: 'minimize' }).worst).toBe(9);
  });
});
