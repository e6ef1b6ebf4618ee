import { describe, expect, it } from 'vitest';
import { define, faults } from '../studies.ts';

describe('enqueue', () => {
  const space = `
space: { o: { choice: [adam, sgd] }, m: { float: [0, 1], when: { o: sgd } }, k: { bool: true, when: { o: [sgd, adam] } }, g: { float: [0, 1], step: 0.1 } }
forbid: [{ o: sgd, m: { above: 0.5 } }]
`;

  it('keeps what is given and marks the baseline', () => {
    expect(
      define(`${space}\nenqueue: [{ o: sgd, m: 0.5 }, { o: adam, g: 0.3, baseline: true }, { g: 0, baseline: false }]`)
        .enqueue,
    ).toEqual([
      { params: { o: 'sgd', m: 0.5 }, baseline: false },
      { params: { o: 'adam', g: 0.3 }, baseline: true },
      { params: { g: 0 }, baseline: false },
    ]);
  });

  const sampled = 'change it, or leave it out and it is sampled';
  const example = 'write enqueue: [{ lr: 0.001, baseline: true }], say';
  it.each([
    ['{ o: sgd }', `enqueue is { o: "sgd" }, expected a list of parameter values; ${example}`],
    ['[1]', `enqueue[0] is 1, expected parameter values by name; ${example}`],
    ['[{}]', 'enqueue[0] is {}, expected at least one parameter; name a value, or remove it'],
    [
      '[{ baseline: true }]',
      'enqueue[0] is { baseline: true }, expected at least one parameter; name a value, or remove it',
    ],
    [
      '[{ g: 0, baseline: 1 }]',
      'enqueue[0].baseline is 1, expected true or false; write baseline: true, or leave it out',
    ],
    [
      '[{ g: 0, baseline: true }, { g: 1, baseline: true }]',
      'enqueue marks 2 trials as baseline ([0], [1]), expected at most one; unmark the others',
    ],
    ['[{ q: 1 }]', 'enqueue[0].q (value 1) is no parameter, expected o, m, k or g; remove it'],
    ['[{ g: 0.15 }]', `enqueue[0].g is 0.15, expected a number from 0 to 1 in steps of 0.1; ${sampled}`],
    ['[{ g: "0.1" }]', `enqueue[0].g is "0.1", expected a number from 0 to 1 in steps of 0.1; ${sampled}`],
    ['[{ o: Adam }]', `enqueue[0].o is "Adam", expected one of "adam", "sgd"; ${sampled}`],
    [
      '[{ g: ~ }]',
      'enqueue[0].g is null, expected a number from 0 to 1 in steps of 0.1; nothing stands there: write a value',
    ],
    ['[{ m: 0.1 }]', 'enqueue[0].m (value 0.1) exists only where o is "sgd", expected o beside it; give it too'],
    [
      '[{ k: true }]',
      'enqueue[0].k (value true) exists only where o is "sgd" or "adam", expected o beside it; give it too',
    ],
    [
      '[{ o: adam, m: 0.1 }]',
      'enqueue[0].m (value 0.1) exists only where o is "sgd", but o is not; leave one of the two out',
    ],
    [
      '[{ g: 0 }, { o: sgd, m: 0.6 }]',
      'enqueue[1] is { o: "sgd", m: 0.6 }, expected a point that is not forbidden; forbid[0] covers it: { o: { in: ["sgd"] }, m: { above: 0.5 } }',
    ],
  ])('%s is refused', (enqueue, message) => {
    expect(faults(`${space}\nenqueue: ${enqueue}`)).toBe(message);
  });

  it('is checked in form even where the space has faults', () => {
    expect(faults('space: { x: { float: [1, 0] } }\nenqueue: [{ y: 1 }, 3]')).toBe(
      [
        'space.x.float is [1, 0], expected low <= high; swap them',
        `enqueue[1] is 3, expected parameter values by name; ${example}`,
      ].join('\n'),
    );
  });
});
