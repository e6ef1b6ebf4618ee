import { describe, expect, it } from 'vitest';
import { define, faults } from '../studies.ts';

describe('slots', () => {
  it('are by pool, in the order of the names whatever order they are written in', () => {
    expect(Object.keys(define())).not.toContain('slots');
    expect(Object.entries(define('slots: { licence: 2, gpu: 1 }').slots!)).toEqual([
      ['gpu', 1],
      ['licence', 2],
    ]);
  });

  it.each([
    ['slots: 1', 'slots is 1, expected slots by pool; write slots: { gpu: 1 }, say'],
    ['slots: {}', 'slots is {}, expected slots of 1 to 10 pools; leave it out for none'],
    [
      'slots: { gpu: 0 }',
      'slots.gpu is 0, expected a whole number from 1 to 100000; how many of its slots each trial takes',
    ],
    [
      'slots: { "my gpu": 1 }',
      `slots.my gpu is "my gpu", expected a pool's name (1 to 100 letters, digits, '.', '_' or '-'); rename the pool`,
    ],
  ])('%s is refused in words', (written, fault) => {
    expect(faults(written)).toBe(fault);
  });
});
