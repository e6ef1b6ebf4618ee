import { describe, expect, it } from 'vitest';
import { lineageOf, piecesOf, scheduleOf } from '../../../study/trial/lineage.ts';
import type { TrialRecord } from '../../../study/trial/trial.ts';
import { messageOf } from '../studies.ts';

/** A trial of a member, and of whom it goes on from. */
function trial(number: number, member: number, generation: number, lr: number, parent?: number): TrialRecord {
  return {
    number,
    state: 'complete',
    params: { lr },
    values: { loss: 10 - number },
    reports: [],
    asOf: number,
    origin: 'sampler',
    rung: { to: 5 * (generation + 1), bracket: member, rung: generation },
    ...(parent !== undefined && { parent }),
    startedAt: null,
    finishedAt: null,
    attempts: 1,
    seed: 100 + number,
  };
}

// member 1 begins anew from member 0 in generation 1, and is kept in generation 2
const trials = [
  trial(0, 0, 0, 0.1),
  trial(1, 1, 0, 0.2),
  trial(2, 0, 1, 0.1, 0),
  trial(3, 1, 1, 0.12, 0),
  trial(4, 0, 2, 0.1, 2),
  trial(5, 1, 2, 0.12, 3),
];

describe('a schedule', () => {
  it('is the parameters of each interval, and up to where they were trained', () => {
    expect(scheduleOf(trials, 5)).toEqual([
      { to: 5, params: { lr: 0.1 } },
      { to: 10, params: { lr: 0.12 } },
      { to: 15, params: { lr: 0.12 } },
    ]);
  });

  it('has one piece for as long as its parameters stay', () => {
    expect(piecesOf(scheduleOf(trials, 5)!)).toEqual([
      { to: 5, params: { lr: 0.1 } },
      { to: 15, params: { lr: 0.12 } },
    ]);
    expect(piecesOf(scheduleOf(trials, 4)!)).toEqual([{ to: 15, params: { lr: 0.1 } }]);
  });

  it('of a trial that goes back to none is one interval, also where no other does', () => {
    expect(scheduleOf(trials, 1)).toEqual([{ to: 5, params: { lr: 0.2 } }]);
    expect(scheduleOf(trials.slice(0, 2), 0)).toEqual([{ to: 5, params: { lr: 0.1 } }]);
  });

  it('is none of a trial that belongs to no member', () => {
    const { rung: _, ...told } = trials[0]!;
    expect(scheduleOf([told, ...trials.slice(1)], 0)).toBeUndefined();
    expect(() => scheduleOf(trials, 9)).toThrow('there is no trial 9');
  });
});

describe('a lineage', () => {
  it('goes from the root to the trial, with the parameters and budgets of each interval', () => {
    expect(lineageOf(trials, 5)).toEqual([
      {
        number: 0,
        member: 0,
        generation: 0,
        from: 0,
        to: 5,
        begins: 'root',
        params: { lr: 0.1 },
        seed: 100,
        state: 'complete',
        values: { loss: 10 },
      },
      expect.objectContaining({ number: 3, member: 1, from: 5, to: 10, begins: 'explored', params: { lr: 0.12 } }),
      expect.objectContaining({ number: 5, member: 1, from: 10, to: 15, begins: 'kept', seed: 105 }),
    ]);
    expect(lineageOf(trials, 4).map(({ number, begins }) => [number, begins])).toEqual([
      [0, 'root'],
      [2, 'kept'],
      [4, 'kept'],
    ]);
    expect(lineageOf(trials, 1)).toHaveLength(1);
  });

  it('calls parameters explored that came to the same in another member', () => {
    const same = [...trials.slice(0, 3), trial(3, 1, 1, 0.1, 0)];
    expect(lineageOf(same, 3).at(-1)!.begins).toBe('explored');
  });

  it('needs only the trials it goes back to, in any order', () => {
    expect(lineageOf([trials[5], trials[3], trials[0]], 5)).toEqual(lineageOf(trials, 5));
  });
});

describe('what is no lineage is refused', () => {
  it.each([
    ['an unknown trial', trials, 6, /there is no trial 6, expected one of the 6 there are/],
    ['no population', trials.slice(0, 2), 1, /no trial goes on from where another one ended: expected a population/],
    [
      'a trial from outside',
      [...trials, { ...trial(6, 0, 0, 1), rung: undefined, origin: 'told' } as never],
      6,
      /trial 6 belongs to no member \(it is told\)/,
    ],
    [
      'a parent that is gone',
      trials.filter(({ number }) => number !== 3),
      5,
      /from trial 3, which is not among the rows/,
    ],
    ['a parent of the future', trials.with(3, trial(3, 1, 1, 0.12, 4)), 5, /from trial 4, which is no earlier one/],
    ['its own parent', trials.with(5, trial(5, 1, 2, 0.12, 5)), 5, /from trial 5, which is no earlier one/],
    ['a parent that had got elsewhere', trials.with(5, trial(5, 1, 2, 0.12, 1)), 5, /had not got to where it begins/],
  ])('%s', (_what, rows, number, message) => {
    expect(messageOf(() => lineageOf(rows, number))).toMatch(message);
  });
});
