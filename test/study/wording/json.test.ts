import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJson, isRecord, sameJson, show } from '../../../study/wording/json.ts';

class Thing {}

describe('isJson', () => {
  it('holds for whatever comes from JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(isJson(JSON.parse(JSON.stringify(value)))).toBe(true);
      }),
      { seed: 1 },
    );
  });

  it('does not hold for what JSON would change', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    const others = [NaN, Infinity, undefined, 1n, () => 1, new Date(0), new Thing(), [undefined], { a: NaN }, circle];
    for (const value of others) expect(isJson(value)).toBe(false);
  });
});

describe('isRecord', () => {
  it('tells objects with keys from everything else', () => {
    expect(isRecord({})).toBe(true);
    expect(isRecord(Object.create(null))).toBe(true);
    for (const value of [null, [], new Date(), new Map(), new Thing(), 'a', () => 1])
      expect(isRecord(value)).toBe(false);
  });
});

describe('sameJson', () => {
  it('is equality up to the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(sameJson(a, structuredClone(a))).toBe(true);
        expect(sameJson(a, b)).toBe(sameJson(b, a));
        if (sameJson(a, b)) expect(a).toEqual(b);
      }),
      { seed: 1, numRuns: 500 },
    );
    expect(sameJson({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
    expect(sameJson([1, 2], [2, 1])).toBe(false);
    expect(sameJson({ a: 1 }, { b: 1 })).toBe(false);
    expect(sameJson({ a: 1 }, { a: 1, b: 1 })).toBe(false);
    expect(sameJson([], {})).toBe(false);
    expect(sameJson({ toString: 1 }, {})).toBe(false);
  });
});

describe('show', () => {
  it.each([
    ['a "b"\n', String.raw`"a \"b\"\n"`],
    [[0, NaN, -Infinity], '[0, NaN, -Infinity]'],
    [{ a: 1, 'b c': null }, '{ a: 1, b c: null }'],
    [{}, '{}'],
    [undefined, 'undefined'],
    [12n, '12n'],
    [() => 1, 'a function'],
    [Symbol('x'), 'a symbol'],
    [new Date(0), 'the date 1970-01-01T00:00:00.000Z'],
    [new Date(NaN), 'an invalid date'],
    [new Thing(), 'a Thing'],
    [[[[[[1]]]]], '[[[[[…]]]]]'],
    [{ a: { a: { a: { a: { a: 1 } } } } }, '{ a: { a: { a: { a: {…} } } } }'],
  ])('says %s in words', (value, words) => {
    expect(show(value)).toBe(words);
  });

  it('is never longer than its limit', () => {
    expect(show('x'.repeat(200))).toBe(`"${'x'.repeat(78)}…`);
    expect(
      show(
        Array.from({ length: 1e6 }, () => 0),
        10,
      ),
    ).toBe('[0, 0, 0,…');
  });
});
