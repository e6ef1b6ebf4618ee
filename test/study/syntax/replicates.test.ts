import { describe, expect, it } from 'vitest';
import { define, faults } from '../studies.ts';

const EXAMPLE = 'write replicates: 3, or replicates: { most: 3, top: 2, final: 6 }';

describe('replicates', () => {
  it('are a scheduler of their own', () => {
    expect(Object.keys(define())).not.toContain('scheduler');
    expect(define('replicates: 3').scheduler).toEqual({ name: 'replicates', options: { most: 3 } });
    expect(define('replicates: { most: 2, top: 3, final: 8, alpha: 0.5 }').scheduler).toEqual({
      name: 'replicates',
      options: { most: 2, top: 3, final: 8, alpha: 0.5 },
    });
    expect(define('replicates: {}').scheduler).toEqual({ name: 'replicates', options: {} });
    expect(define('{ replicates: 2, scheduler: none }').scheduler).toEqual({
      name: 'replicates',
      options: { most: 2 },
    });
  });

  it.each([
    ['replicates: 1', `replicates is 1, expected a whole number from 2 to 20; ${EXAMPLE}`],
    ['replicates: often', `replicates is "often", expected a whole number from 2 to 20; ${EXAMPLE}`],
    [
      'replicates: { least: 2 }',
      'replicates.least (value 2) is not a known key, expected most, alpha, top or final; remove it',
    ],
    [
      'replicates: { top: 0, alpha: 1 }',
      'replicates.top is 0, expected a whole number from 1 to 50; leave it out for its default\n' +
        'replicates.alpha is 1, expected a number from 0.000001 to 0.5; leave it out for its default',
    ],
    [
      '{ replicates: 3, scheduler: asha }',
      'replicates is 3, expected no replicates beside a scheduler; leave one of them out: both decide how far trials go',
    ],
    [
      '{ replicates: 3, trial: external }',
      'replicates is 3, expected no replicates with trial: external; leave it out: others decide how often their trials run',
    ],
    [
      '{ replicates: 3, deterministic: true }',
      'replicates is 3, expected no replicates with deterministic: true; leave one of them out: such a value never differs',
    ],
  ])('%s is refused in words', (written, fault) => {
    expect(faults(written)).toBe(fault);
  });

  it('are refused with several objectives', () => {
    const objectives = ['a', 'b'].map((name) => ({ name, goal: 'minimize' }));
    expect(faults({ replicates: 3, objective: undefined, objectives })).toBe(
      'replicates is 3, expected no replicates with 2 objectives; leave it out: replicates are compared by one value',
    );
  });
});
