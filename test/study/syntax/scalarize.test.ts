import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { define, faults } from '../studies.ts';

const objectives = [
  { name: 'loss', goal: 'minimize' },
  { name: 'speed', goal: 'maximize' },
];
const several = { objective: undefined, objectives };
const written = (scalarize: string): object => ({ ...several, scalarize: parse(scalarize) });

describe('scalarize', () => {
  it('is a weighted sum unless it says otherwise, and absent where nobody asked for it', () => {
    const read = define({ ...written('{ weights: { speed: 0.5, loss: 2 } }') }).scalarize;
    expect(read).toEqual({ how: 'sum', weights: { loss: 2, speed: 0.5 } });
    expect(define(several)).not.toHaveProperty('scalarize');
  });

  it('may be the largest distance from an ideal', () => {
    const text = '{ how: chebyshev, weights: { loss: 1, speed: 1 }, ideal: { loss: 0, speed: -100 } }';
    expect(define({ ...written(text) }).scalarize).toEqual(parse(text));
  });

  it.each([
    ['2', 'scalarize is 2, expected { weights }; write scalarize: { weights: { loss: 1, latency: 0.2 } }'],
    [
      '{ weights: { loss: 1 } }',
      'scalarize.weights.speed is missing, expected a number > 0; add it: how much one of its units counts',
    ],
    [
      '{ weights: { loss: 1, speed: 0 } }',
      'scalarize.weights.speed is 0, expected a number > 0; how much one of its units counts',
    ],
    [
      '{ weights: { loss: 1, speed: 1, size: 1 } }',
      'scalarize.weights.size is 1, expected the name of an objective (loss, speed); rename or remove it',
    ],
    [
      '{ how: max, weights: { loss: 1, speed: 1 } }',
      'scalarize.how is "max", expected sum or chebyshev; leave it out for sum',
    ],
    [
      '{ how: chebyshev, weights: { loss: 1, speed: 1 } }',
      'scalarize.ideal is missing, expected a value of each objective; give values that could hardly be better',
    ],
    [
      '{ weights: { loss: 1, speed: 1 }, ideal: { loss: 0, speed: 1 } }',
      'scalarize.ideal is { loss: 0, speed: 1 }, expected no ideal with how: sum; leave it out: a sum needs none',
    ],
    [
      '{ how: chebyshev, weights: { loss: 1, speed: 1 }, ideal: { loss: 0, speed: fast } }',
      'scalarize.ideal.speed is "fast", expected a number; give values that could hardly be better',
    ],
  ])('refuses %s in words', (text, fault) => {
    expect(faults({ ...written(text) })).toBe(fault);
  });

  it('needs several objectives', () => {
    expect(faults({ scalarize: { weights: { loss: 1 } } })).toBe(
      'scalarize is { weights: { loss: 1 } }, expected no scalarize with one objective; leave it out, or list several objectives',
    );
  });
});
