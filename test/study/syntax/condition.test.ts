import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../study/space/dimensions.ts';
import { define, messageOf, spaceFaults } from '../studies.ts';

/** p0 exists under a condition on p1, that on p2 and so on; the last has this beside it. */
function chain(length: number, last: Record<string, unknown>): Record<string, unknown> {
  const parameter = (i: number): Record<string, unknown> => (i === length ? last : { when: { [`p${i + 1}`]: true } });
  return Object.fromEntries(Array.from({ length: length + 1 }, (_, i) => [`p${i}`, { bool: true, ...parameter(i) }]));
}

describe('a condition', () => {
  const others =
    'o: { choice: [sgd, adam] }, n: { int: [1, 3] }, f: { float: [0, 1] }, p: { permutation: [a, b] }, a: { array: { bool: true }, length: [1, 2] }, c: { fixed: 5 }';
  it.each([
    ['sgd', 'when is "sgd", expected values by parameter; write when: { optimizer: sgd }'],
    ['{}', 'when is {}, expected at least one parameter; leave it out for a parameter that always exists'],
    ['{ q: 1 }', 'when.q (value 1) is no parameter, expected o, n, f, p, a or c; name one that exists'],
    ['{ x: true }', 'when.x (value true) is the parameter itself, expected another one; name the one it depends on'],
    ['{ o: [] }', 'when.o is [], expected a list of 1 or more different values; add some'],
    [
      '{ o: [sgd, sgd] }',
      'when.o is ["sgd", "sgd"], expected a list of 1 or more different values; "sgd" is there twice: remove one',
    ],
    ['{ o: sdg }', 'when.o is "sdg", expected one of "sgd", "adam"; did you mean \'sgd\'?'],
    ['{ o: [sgd, 3] }', 'when.o is 3, expected one of "sgd", "adam"; name a value that it can have'],
    ['{ n: 4 }', 'when.n is 4, expected a whole number from 1 to 3; name a value that it can have'],
    ['{ c: 6 }', 'when.c is 6, expected 5 (it is fixed); name a value that it can have'],
    [
      '{ f: 0.5 }',
      'when.f (value 0.5) is a float, expected a choice, ordinal, bool, int or fixed parameter; name such a one',
    ],
    [
      '{ p: a }',
      'when.p (value "a") is a permutation, expected a choice, ordinal, bool, int or fixed parameter; name such a one',
    ],
    [
      '{ a: true }',
      'when.a (value true) is an array, expected a choice, ordinal, bool, int or fixed parameter; name such a one',
    ],
  ])('%s is refused', (when, message) => {
    expect(spaceFaults(`{ x: { bool: true, when: ${when} }, ${others} }`)).toBe(`space.x.${message}`);
  });

  it('on a name like one that exists is met with that', () => {
    expect(spaceFaults('{ x: { bool: true, when: { optimiser: a } }, optimizer: { choice: [a] } }')).toBe(
      'space.x.when.optimiser (value "a") is no parameter, expected optimizer; did you mean \'optimizer\'?',
    );
  });

  it('may not depend on itself by others', () => {
    expect(
      spaceFaults(
        '{ x: { bool: true, when: { y: true } }, y: { bool: true, when: { z: true } }, z: { bool: true, when: { x: true } } }',
      ),
    ).toBe('space.x.when: conditions go round in a circle (x -> y -> z -> x); let one of them be unconditional');
  });

  it('may stand on a chain of 100 others, not of 101', () => {
    expect(messageOf(() => define({ space: chain(100, {}) }))).toBe('none');
    expect(messageOf(() => define({ space: chain(101, {}) }))).toBe(
      'space.p0.when: conditions stand on each other, expected at most 100 in a chain; drop some of them',
    );
    expect(messageOf(() => define({ space: chain(4900, {}) }))).toContain('expected at most 100 in a chain');
  });

  it('is told where it goes round, however far', () => {
    expect(messageOf(() => define({ space: chain(4900, { when: { p3: true } }) }))).toBe(
      'space.p3.when: conditions go round in a circle (p3 -> p4 -> p5 -> p6 -> p7 -> p8 -> p9 -> p10 -> p11 -> p12 -> … -> p3); let one of them be unconditional',
    );
  });

  it('costs no more where many paths lead to one parameter', () => {
    const pairs = Array.from({ length: 60 }, (_, i) => {
      const when = i === 0 ? {} : { when: { [`a${i - 1}`]: true, [`b${i - 1}`]: true } };
      return { [`a${i}`]: { bool: true, ...when }, [`b${i}`]: { bool: true, ...when } };
    });
    const { dimensions } = compileSpace(
      define({ space: Object.assign({}, ...pairs) as Record<string, unknown> }).space,
    );
    expect(dimensions[119].when).toHaveLength(118);
  });

  it('may not contradict what it depends on', () => {
    const branches = 'o: { choice: [1, 2] }, b: { bool: true, when: { o: 1 } }, c: { bool: true, when: { o: 2 } }';
    expect(spaceFaults(`{ ${branches}, d: { bool: true, when: { b: true, c: true } } }`)).toBe(
      'space.d.when never holds: its conditions, and those of the parameters it depends on, leave no value for o; drop one of them',
    );
    expect(spaceFaults(`{ ${branches}, d: { bool: true, when: { b: true, o: [1, 2] } } }`)).toBe('none');
  });
});
