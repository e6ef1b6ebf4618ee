import { describe, expect, it } from 'vitest';
import { define, faults } from '../studies.ts';

describe('priority and fairness', () => {
  it('are absent unless they are written', () => {
    const { priority, fairness } = define();
    expect([priority, fairness]).toEqual([undefined, undefined]);
    expect(Object.keys(define())).not.toContain('priority');
    expect(define('priority: 1\nfairness: { key: vision }')).toMatchObject({
      priority: 1,
      fairness: { key: 'vision' },
    });
    expect(define('fairness: { key: vision, weight: 0.5 }').fairness).toEqual({ key: 'vision', weight: 0.5 });
  });

  it.each([
    ['priority: 0', 'priority is 0, expected a whole number from 1 to 5; 1 goes first; leave it out for 3'],
    ['priority: high', 'priority is "high", expected a whole number from 1 to 5; 1 goes first; leave it out for 3'],
    [
      'fairness: vision',
      'fairness is "vision", expected { key, weight }; write fairness: { key: vision, weight: 2 }, say',
    ],
    [
      'fairness: { weight: 2 }',
      'fairness.key is missing, expected text of at most 64 bytes; write fairness: { key: vision, weight: 2 }, say',
    ],
    [
      `fairness: { key: ${'ü'.repeat(33)} }`,
      `fairness.key is "${'ü'.repeat(33)}", expected text of at most 64 bytes; shorten it`,
    ],
    [
      'fairness: { key: a, weight: 0 }',
      'fairness.weight is 0, expected a number from 0.001 to 1000; leave it out for 1',
    ],
    [
      'fairness: { key: a, wieght: 1 }',
      "fairness.wieght (value 1) is not a known key, expected key or weight; did you mean 'weight'?",
    ],
  ])('%s is refused in words', (written, fault) => {
    expect(faults(written)).toBe(fault);
  });
});
