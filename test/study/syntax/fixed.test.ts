import { describe, expect, it } from 'vitest';
import { definitionDifferences } from '../../../study/differences.ts';
import { define, faults } from '../studies.ts';

const space = `
space:
  o: { choice: [adam, sgd] }
  m: { float: [0, 1], when: { o: sgd } }
  g: { float: [0, 1], step: 0.1 }
  n: { array: { int: [1, 9] }, length: [1, 3] }
forbid: [{ o: sgd, m: { above: 0.5 } }, { o: adam, g: { above: 0.4 } }, { o: adam, g: { below: 0.5 } }]
`;

describe('fixed', () => {
  it('keeps values of every kind, a conditional one beside its parent', () => {
    const fixed = { o: 'sgd', m: 0.5, n: [3, 4] };
    expect(define(`${space}\nfixed: ${JSON.stringify(fixed)}`).fixed).toEqual(fixed);
    expect(define()).not.toHaveProperty('fixed');
  });

  const tuned = 'change it, or leave it out and it is tuned';
  it.each([
    ['1', 'fixed is 1, expected parameter values by name; write fixed: { lr: 0.01 }, say'],
    ['{}', 'fixed is {}, expected at least one parameter; name a value, or remove it'],
    ['{ q: 1 }', 'fixed.q (value 1) is no parameter, expected o, m, g or n; remove it'],
    ['{ g: 0.15 }', `fixed.g is 0.15, expected a number from 0 to 1 in steps of 0.1; ${tuned}`],
    ['{ o: Adam }', `fixed.o is "Adam", expected one of "adam", "sgd"; ${tuned}`],
    ['{ m: 0.1 }', 'fixed.m (value 0.1) exists only where o is "sgd", expected o beside it; give it too'],
    ['{ o: adam, m: 0.1 }', 'fixed.m (value 0.1) exists only where o is "sgd", but o is not; leave one of the two out'],
    [
      '{ o: sgd, m: 0.6 }',
      'fixed is { o: "sgd", m: 0.6 }, expected a point that is not forbidden; forbid[0] covers it: { o: { in: ["sgd"] }, m: { above: 0.5 } }',
    ],
    ['{ o: adam }', 'fixed leaves only points that are forbidden (forbid); fix less, or forbid less'],
    [
      '{ o: sgd, m: 0.1, g: 0.1, n: [1] }',
      'fixed leaves nothing to tune, expected one parameter or more that is free; fix less',
    ],
  ])('%s is refused', (fixed, message) => {
    expect(faults(`${space}\nfixed: ${fixed}`)).toBe(message);
  });

  it('goes with enqueued trials that say the same, or nothing of it', () => {
    const enqueue = '[{ o: sgd, g: 0.1 }, { m: 0.2, o: sgd }]';
    expect(define(`${space}\nfixed: { o: sgd }\nenqueue: ${enqueue}`).enqueue).toHaveLength(2);
    expect(faults(`${space}\nfixed: { o: sgd, g: 0.3 }\nenqueue: [{ o: sgd, g: 0.1 }]`)).toBe(
      'enqueue[0].g is 0.1, but this study fixes it to 0.3; leave it out',
    );
    expect(faults(`${space}\nfixed: { g: 0.3 }\nenqueue: [{ o: adam }]`)).toBe(
      'enqueue[0] (value { o: "adam" }) is forbidden beside fixed (value { g: 0.3 }): ' +
        'forbid[2] covers it: { o: { in: ["adam"] }, g: { below: 0.5 } }; change it',
    );
  });

  it('leaves the baseline what it is', () => {
    const { enqueue } = define(`${space}\nfixed: { g: 0.3 }\nenqueue: [{ g: 0.1, baseline: true }]`);
    expect(enqueue).toEqual([{ params: { g: 0.1 }, baseline: true }]);
  });

  it('makes another definition', () => {
    const [none, some] = [define(space), define(`${space}\nfixed: { g: 0.3 }`)];
    expect(definitionDifferences(some, define(`${space}\nfixed: { g: 0.4 }`))).toEqual(['fixed.g: 0.3 -> 0.4']);
    expect(definitionDifferences(none, some)).toEqual(['fixed: absent -> { g: 0.3 }']);
  });
});
