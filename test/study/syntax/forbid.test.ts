import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../study/space/dimensions.ts';
import { coversEverything } from '../../../study/syntax/forbidden-cover.ts';
import { forbiddenAt } from '../../../study/space/point.ts';
import type { Forbidden, Region } from '../../../study/space/space.ts';
import { draw, numbers, spaces } from '../spaces.ts';
import { define, spaceFaults } from '../studies.ts';

describe('forbid', () => {
  const space =
    '{ o: { choice: [a, b] }, x: { float: [0, 1] }, n: { int: [1, 3] }, c: { fixed: 5 }, p: { permutation: [a, b] } }';
  const example = 'write forbid: [{ optimizer: sgd, lr: { above: 0.05 } }]';

  it('is read from values, bounds and lists', () => {
    expect(
      define({
        space: { o: { choice: ['a', null] }, x: { float: [0, 1] } },
        forbid: [
          { o: null, x: { above: 0.2, below: 0.3 } },
          { o: { in: ['a'] }, x: 0.5 },
        ],
      }).space.forbid,
    ).toEqual([
      { o: { in: [null] }, x: { above: 0.2, below: 0.3 } },
      { o: { in: ['a'] }, x: { in: [0.5] } },
    ]);
  });

  it.each([
    ['{ x: 1 }', `forbid is { x: 1 }, expected a list of regions; ${example}`],
    ['[x]', `forbid[0] is "x", expected what is forbidden by parameter; ${example}`],
    ['[{}]', 'forbid[0] is {}, expected at least one parameter; an empty region would forbid everything: remove it'],
    ['[{ y: 1 }]', 'forbid[0].y (value 1) is no parameter, expected o, x, n, c or p; name one that exists'],
    [
      '[{ x: 0.1 }, { x: [0, 0.1] }]',
      'forbid[1].x is [0, 0.1], expected a value, or above, below or in; write { in: [0, 0.1] }',
    ],
    ['[{ x: {} }]', 'forbid[0].x is {}, expected a value, or above, below or in; write { above: 0.05 }, say'],
    [
      '[{ x: { abov: 1 } }]',
      "forbid[0].x.abov (value 1) is not a known key, expected above, below or in; did you mean 'above'?",
    ],
    ['[{ x: { above: big } }]', 'forbid[0].x.above is "big", expected a number; write a number'],
    ['[{ x: { below: .nan } }]', 'forbid[0].x.below is NaN, expected a number; write a finite number'],
    [
      '[{ x: { above: 0.7, below: 0.2 } }]',
      'forbid[0].x is { above: 0.7, below: 0.2 }, expected above < below: both hold together; write two regions for the values outside',
    ],
    [
      '[{ o: { above: 1 } }]',
      'forbid[0].o.above is 1, expected no bound, as the parameter is one of "a", "b"; write { in: [ … ] }',
    ],
    ['[{ o: c }]', 'forbid[0].o is "c", expected one of "a", "b"; remove it'],
    ['[{ n: { in: [1, 4] } }]', 'forbid[0].n.in is 4, expected a whole number from 1 to 3; remove it'],
    [
      '[{ n: { in: 1 } }]',
      'forbid[0].n.in is 1, expected a list of 1 or more different values; write it as a list [a, b]',
    ],
    ['[{ c: 6, x: 0.5 }]', 'forbid[0].c is 6, expected 5 (it is fixed); remove it'],
    [
      '[{ p: a }]',
      'forbid[0].p names a parameter with many values (permutation), expected one with a single value; remove it',
    ],
  ])('%s is refused', (forbid, message) => {
    expect(spaceFaults(space, forbid)).toBe(message);
  });

  it.each([
    ['[{ x: { above: -1 } }]', 'a bound below the range'],
    ['[{ x: { above: 0.5 } }, { x: { below: 0.5 } }]', 'two halves'],
    ['[{ o: a }, { o: b, n: { above: 1 } }, { n: 1 }]', 'pieces of several parameters'],
    ['[{ n: { in: [1, 2] } }, { n: { above: 2.5 } }]', 'every whole number'],
    ['[{ c: 5 }]', 'a fixed value'],
  ])('%s is refused for covering the whole space: %s', (forbid) => {
    expect(spaceFaults(space, forbid)).toBe(
      'forbid covers the whole space, expected some of it to stay; make a region smaller or remove one',
    );
  });

  it.each([
    '[{ x: { above: 0 , below: 0.999 } }]',
    '[{ o: a }, { o: b, n: { above: 1 } }]',
    '[{ n: { in: [1, 3] } }]',
    '[{ x: { above: 0.5 } }, { x: { below: 0.4 } }]',
  ])('%s leaves something', (forbid) => {
    expect(spaceFaults(space, forbid)).toBe('none');
  });

  it('does not count a parameter as covered that is absent elsewhere', () => {
    const conditional = '{ o: { choice: [a, b] }, x: { float: [0, 1], when: { o: a } } }';
    expect(spaceFaults(conditional, '[{ x: { above: -1 } }]')).toBe('none');
    expect(spaceFaults(conditional, '[{ x: { above: -1 } }, { o: b }]')).toBe(
      'forbid covers the whole space, expected some of it to stay; make a region smaller or remove one',
    );
  });

  it('never takes a space for covered in which a free point was drawn', () => {
    fc.assert(
      fc.property(spaces, fc.nat(), (space, seed) => {
        const next = numbers(seed);
        const compiled = compileSpace(space);
        const forbid = Array.from({ length: 3 }, () => regionAround(draw(compiled, next), next));
        const forbidding = compileSpace({
          ...space,
          forbid: forbid.filter((region) => Object.keys(region).length > 0),
        });
        // a point on the edge of a region or of a continuous range may be all that is left, and does not count
        const edges = new Set(
          forbid.flatMap((region) => Object.values(region).flatMap(({ above, below }) => [above, below])),
        );
        const inside = (x: Float64Array): boolean =>
          forbidding.dimensions.every(
            ({ step, size, low, high }, i) =>
              step > 0 || size === 1 || !(edges.has(x[i]) || x[i] === low || x[i] === high),
          );
        const drawn = Array.from({ length: 30 }, () => draw(forbidding, next));
        if (drawn.some((x) => inside(x) && forbiddenAt(forbidding, x) < 0))
          expect(coversEverything(forbidding)).toBe(false);

        function regionAround(x: Float64Array, random: () => number): Forbidden {
          const clauses = compiled.slots.flatMap(({ parameter: { name, domain }, dims }): [string, Region][] => {
            const value = x[dims[0] ?? -1];
            if (value === undefined || Number.isNaN(value) || random() < 0.4) return [];
            if (domain.kind === 'bool') return [[name, { in: [value === 1] }]];
            if (domain.kind === 'choice' || domain.kind === 'ordinal')
              return [[name, { in: [domain.choices[value]!] }]];
            if (domain.kind !== 'float' && domain.kind !== 'int') return [];
            return [[name, random() < 0.5 ? { above: value } : { below: value }]];
          });
          return Object.fromEntries(clauses);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('finds that a small finite space is covered exactly when no point of it is free', () => {
    const values = [0, 1, 2];
    const region = fc.record(
      {
        a: fc.oneof(
          fc.record({ above: fc.constantFrom(-1, 0, 1.5) }),
          fc.record({ below: fc.constantFrom(0.5, 1, 3) }),
          fc.subarray(values, { minLength: 1 }).map((list) => ({ in: list })),
        ),
        b: fc.subarray(values, { minLength: 1 }).map((list) => ({ in: list })),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(region, { minLength: 1, maxLength: 6 }), (regions) => {
        const forbid = regions.filter((r) => Object.keys(r).length > 0) as Forbidden[];
        const compiled = compileSpace({
          version: 1,
          parameters: [
            { name: 'a', domain: { kind: 'int', low: 0, high: 2, scale: 'linear' } },
            { name: 'b', domain: { kind: 'choice', choices: values }, when: [{ parameter: 'a', in: [1, 2] }] },
          ],
          forbid,
        });
        const all = values.flatMap((a) => (a === 0 ? [[0, NaN]] : values.map((b) => [a, b])));
        expect(coversEverything(compiled)).toBe(all.every((x) => forbiddenAt(compiled, x) >= 0));
      }),
      { seed: 2, numRuns: 1000 },
    );
  });
});
