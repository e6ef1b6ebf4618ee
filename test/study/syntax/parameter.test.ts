import { describe, expect, it } from 'vitest';
import { define, messageOf, spaceFaults } from '../studies.ts';

const SCALAR_KINDS = '{ float: … }, { int: … }, { choice: … }, { ordinal: … } or { bool: … }';

describe('choices and lists', () => {
  it.each([
    ['choice: adam', 'choice is "adam", expected a list of 1 or more different values; write it as a list [a, b]'],
    ['choice: []', 'choice is [], expected a list of 1 or more different values; add some'],
    [
      'choice: [a, b, a]',
      'choice is ["a", "b", "a"], expected a list of 1 or more different values; "a" is there twice: remove one',
    ],
    [
      'choice: [~, a, ~]',
      'choice is [null, "a", null], expected a list of 1 or more different values; null is there twice: remove one',
    ],
    ['choice: [a, [b]]', 'choice[1] is ["b"], expected text, a finite number, true, false or null; write one value'],
    [
      'ordinal: [{ a: 1 }]',
      'ordinal[0] is { a: 1 }, expected text, a finite number, true, false or null; write one value',
    ],
    [
      'choice: [1, .nan]',
      'choice[1] is NaN, expected text, a finite number, true, false or null; write a finite number',
    ],
    [
      'choice: [a, b], weights: 1',
      'weights is 1, expected a list of 2 numbers > 0, one a choice; leave it out for equal weights',
    ],
    [
      'choice: [a, b], weights: [1]',
      'weights is [1], expected a list of 2 numbers > 0, one a choice; it has 1: give each choice one',
    ],
    ['choice: [a, b], weights: [1, 0]', 'weights[1] is 0, expected a number > 0; remove a choice that is not wanted'],
    [
      'ordinal: [a, b], weights: [x, 1]',
      'weights[0] is "x", expected a number > 0; remove a choice that is not wanted',
    ],
    [
      'choice: [a, b], distances: [1]',
      'distances is [1], expected distances between choices, from 0 to 1: { a: { b: 0.2 } }; leave it out where all choices are equally different',
    ],
    [
      'choice: [a, b], distances: { a: 0.2 }',
      'distances.a is 0.2, expected distances between choices, from 0 to 1: { a: { b: 0.2 } }; leave it out where all choices are equally different',
    ],
    [
      'choice: [adam, sgd], distances: { adm: { sgd: 0.2 } }',
      "distances.adm (value { sgd: 0.2 }) names no choice, expected one of adam, sgd; did you mean 'adam'?",
    ],
    [
      'choice: [a, b], distances: { a: { c: 0.2 } }',
      'distances.a.c (value 0.2) names no choice, expected one of a, b; remove it',
    ],
    ['choice: [a, b], distances: { a: { b: 2 } }', 'distances.a.b is 2, expected a number from 0 to 1; write 0.2, say'],
    [
      'choice: [a, b], distances: { a: { a: 0 } }',
      'distances.a.a is 0, expected another choice; remove it: a choice is always at 0 from itself',
    ],
    [
      'choice: [a, b], distances: { a: { b: 0.1 }, b: { a: 0.1 } }',
      'distances.b.a is 0.1, expected each pair once; remove one of the two',
    ],
    [
      'choice: [a, b, c], distances: { a: { b: 0, c: 0.5 } }',
      "distances.a.b is 0, expected equal distances from 'a' and 'b' to 'c', not 0.5 and 1; make them equal, or this one greater",
    ],
    [
      'choice: [1, "1"], distances: { "1": { "1": 0.5 } }',
      "distances is { 1: { 1: 0.5 } }, expected choices that read differently, not two '1'; rename one of them",
    ],
    [
      'ordinal: [a, b], distances: { a: { b: 0.5 } }',
      'distances (value { a: { b: 0.5 } }) is not a known key, expected ordinal, weights or when; remove it',
    ],
    ['bool: false', 'bool is false, expected true; write bool: true, or fixed: false for a constant'],
    ['bool: [true]', 'bool is [true], expected true; write bool: true, or fixed: false for a constant'],
    ['array: { bool: true }', 'length is missing, expected [shortest, longest]; add length: [4, 6], say'],
    [
      'array: { bool: true }, length: 4',
      'length is 4, expected two whole numbers [shortest, longest] from 0 to 1000; write [4, 4]',
    ],
    [
      'array: { bool: true }, length: [1, 2000]',
      'length is [1, 2000], expected two whole numbers [shortest, longest] from 0 to 1000; write length: [4, 6], say',
    ],
    [
      'array: { bool: true }, length: [1.5, 2]',
      'length is [1.5, 2], expected two whole numbers [shortest, longest] from 0 to 1000; write length: [4, 6], say',
    ],
    ['array: { bool: true }, length: [4, 2]', 'length is [4, 2], expected shortest <= longest; swap them'],
    [
      'array: { bool: true }, length: [0, 0]',
      'length is [0, 0], expected a longest of at least 1; raise it or remove the parameter',
    ],
    ['array: { fixed: 1 }, length: [1, 2]', `array is { fixed: 1 }, expected one of ${SCALAR_KINDS}; write one`],
    ['array: 3, length: [1, 2]', `array is 3, expected one of ${SCALAR_KINDS}; write one`],
    ['array: { int: [2, 1] }, length: [1, 2]', 'array.int is [2, 1], expected low <= high; swap them'],
    [
      'array: { bool: true, when: { y: 1 } }, length: [1, 2]',
      'array.when (value { y: 1 }) is not a known key, expected bool; remove it',
    ],
    ['permutation: [a]', 'permutation is ["a"], expected a list of 2 to 1000 different values; add some'],
    [
      'permutation: [a, b, a]',
      'permutation is ["a", "b", "a"], expected a list of 2 to 1000 different values; "a" is there twice: remove one',
    ],
    [
      'permutation: abc',
      'permutation is "abc", expected a list of 2 to 1000 different values; write it as a list [a, b]',
    ],
    ['fixed: .nan', 'fixed is NaN, expected JSON, at most 32 levels deep; write a finite number'],
  ])('{ %s } is refused', (parameter, message) => {
    expect(spaceFaults(`{ x: { ${parameter} }, z: { bool: true } }`)).toBe(`space.x.${message}`);
  });

  it('take no more than 1,000 items into a permutation and 16,384 characters into a fixed value', () => {
    const items = Array.from({ length: 1001 }, (_, i) => i);
    expect(messageOf(() => define({ space: { x: { permutation: items } } }))).toMatch(
      /^space\.x\.permutation is \[0, 1, .*…, expected a list of 2 to 1000 different values; leave some out$/,
    );
    expect(messageOf(() => define({ space: { x: { fixed: 'a'.repeat(16_383) }, z: { bool: true } } }))).toMatch(
      /^space\.x\.fixed is "aaa.*…, expected at most 16384 characters of JSON, not 16385; put it into a file and give its path$/,
    );
  });

  it('are refused where YAML read a date or code was given', () => {
    expect(messageOf(() => define({ space: { x: { choice: [new Date(0)] } } }))).toBe(
      'space.x.choice[0] is the date 1970-01-01T00:00:00.000Z, expected text, a finite number, true, false or null; put it in quotes, or YAML reads a date',
    );
    expect(messageOf(() => define({ space: { x: { fixed: () => 1 }, z: { bool: true } } }))).toBe(
      'space.x.fixed is a function, expected JSON, at most 32 levels deep; write text, a finite number, true, false, null, a list or an object',
    );
  });
});
