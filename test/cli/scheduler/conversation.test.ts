import { describe, expect, it } from 'vitest';
import { conversation, type Goal } from '../../../cli/scheduler/conversation.ts';
import { schedulerByName, schedulerOptions, SCHEDULERS } from '../../../schedulers/registry.ts';
import type { Pruner, SchedulingProblem } from '../../../schedulers/scheduler.ts';
import type { Options } from '../../../study/options.ts';
import type { Crossings } from '../../../study/scheduling.ts';

type Decision = Readonly<Record<string, number | string | boolean>>;

interface Answer {
  readonly decisions: readonly Decision[];
  readonly wait?: true;
  readonly finish?: string;
  readonly error?: string;
}

type Talk = (message: unknown) => Answer;

function talkTo(
  name: string,
  options: Options = {},
  problem: Partial<SchedulingProblem> = {},
  goals: readonly Goal[] = ['minimize'],
): Talk {
  const scheduler = schedulerByName(name);
  const answer = conversation(
    scheduler,
    schedulerOptions(scheduler, options),
    { objectives: goals.length, parallel: 1, seed: 0, ...problem },
    goals,
  );
  return (message) => answer(typeof message === 'string' ? message : JSON.stringify(message)) as Answer;
}

/** Prunes a report above 5, of those that cross. */
const above5 = (crossings: Crossings): Pruner => ({
  form: 'pruner',
  name: 'above-5',
  version: 1,
  options: {},
  supports: () => true,
  crossings: () => crossings,
  begin: () => ({ heard: [] as string[] }),
  reported: () => undefined,
  ended: () => undefined,
  verdict: (_state, { reports }) => (reports.at(-1)!.y > 5 ? { prune: 'it is above 5' } : 'go on'),
});

function talkToPruner(crossings: Crossings, trials = 2): Talk {
  const answer = conversation(above5(crossings), {}, { objectives: 1, parallel: 1, seed: 0, trials }, ['minimize']);
  return (message) => answer(JSON.stringify(message)) as Answer;
}

describe('a conversation with a scheduler', () => {
  it.each(SCHEDULERS.filter(({ form }) => form === 'halving').map(({ name }) => name))(
    'is had with %s until it finishes, every trial told what becomes of it',
    (name) => {
      const talk = talkTo(name, name === 'replay' ? { intervals: 12 } : {}, { trials: 12 });
      const ends = new Map<number, string>();
      const running: [number, number][] = [];
      for (let turn = 0; turn < 1000; turn++) {
        const { decisions, finish, error } = talk({ next: 1 });
        expect(error).toBeUndefined();
        for (const { start, resume, to } of decisions) running.push([(start ?? resume) as number, to as number]);
        if (finish !== undefined) break;
        const [number, to] = running.shift()!;
        const folds = Array.from({ length: name === 'racing' ? to : 1 }, () => number);
        for (const decision of talk({ report: { number, step: to, value: number, folds } }).decisions)
          for (const [what, whom] of Object.entries(decision)) if (typeof whom === 'number') ends.set(whom, what);
      }
      expect(talk({ next: 1 }).finish).toMatch(/^(no more trials may start|all \d+ of its)/);
      expect([...ends.values()]).toContain('complete');
      expect(ends.get(0)).toBe('complete');
      expect(ends.size).toBe(12);
    },
  );

  it('says start, pause, resume and complete', () => {
    const talk = talkTo('asha', { max: 3 });
    expect(talk({ next: 3 }).decisions).toEqual(
      [0, 1, 2].map((start) => ({ start, to: 1, bracket: 0, rung: 0, final: false })),
    );
    for (const number of [0, 1, 2])
      expect(talk({ report: { number, step: 1, value: number } })).toEqual({ decisions: [{ pause: number }] });
    expect(talk({ next: 1 }).decisions).toEqual([{ resume: 0, to: 3, bracket: 0, rung: 1, final: true }]);
    expect(talk({ report: { number: 0, step: 2, value: 9 } })).toEqual({ decisions: [] });
    expect(talk({ close: { number: 0, value: 1 } })).toEqual({ decisions: [{ complete: 0 }] });
  });

  it('gives up whom nobody promotes, and has failed trials replaced', () => {
    const talk = talkTo('successive-halving', { max: 3, trials: 3 }, { trials: 3 });
    talk({ next: 3 });
    expect(talk({ close: { number: 1, failed: true } })).toEqual({ decisions: [] });
    talk({ report: { number: 0, step: 1, value: 4 } });
    expect(talk({ report: { number: 2, step: 1, value: 3 } }).decisions).toEqual([
      { pause: 2 },
      { prune: 0, why: 'it is not promoted' },
    ]);
    expect(talk({ next: 1 }).decisions).toMatchObject([{ resume: 2, to: 3 }]);
  });

  it('waits for what runs, and knows in which direction an objective is better', () => {
    const talk = talkTo('successive-halving', { max: 3 }, {}, ['maximize']);
    expect(talk({ next: 4 })).toMatchObject({ decisions: [{ start: 0 }, { start: 1 }, { start: 2 }], wait: true });
    for (const number of [0, 1, 2]) talk({ report: { number, step: 1, value: number } });
    expect(talk({ next: 1 }).decisions).toMatchObject([{ resume: 2 }]);
  });

  it('has a pruner judge the reports that cross', () => {
    const talk = talkToPruner({ from: 2, every: 3, most: 10 });
    expect(talk({ next: 3 })).toEqual({ decisions: [{ start: 0 }, { start: 1 }], wait: true });
    expect(talk({ report: { number: 0, step: 1, value: 9 } })).toEqual({ decisions: [] });
    expect(talk({ report: { number: 0, step: 2, value: 4 } })).toEqual({ decisions: [] });
    expect(talk({ report: { number: 0, step: 5, value: 6 } })).toEqual({
      decisions: [{ prune: 0, why: 'it is above 5' }],
    });
    expect(talk({ close: { number: 1, value: 1 } })).toEqual({ decisions: [{ complete: 1 }] });
    expect(talk({ next: 1 })).toEqual({ decisions: [], finish: 'no more trials may start' });
    const at = talkToPruner({ at: [3] });
    at({ next: 1 });
    expect(at({ report: { number: 0, step: 2, value: 9 } }).decisions).toEqual([]);
    expect(at({ report: { number: 0, step: 3, value: 9 } }).decisions).toHaveLength(1);
  });

  it('answers what cannot be in words, and nothing has changed', () => {
    const talk = talkTo('asha', { max: 3 });
    talk({ next: 1 });
    for (const [message, words] of [
      ['{"next"', /no JSON/],
      [{ ask: 1 }, /expected \{"next": N\}/],
      [{ next: 0 }, /next is 0.*whole number/],
      [{ report: { number: 1, step: 1, value: 2 } }, /trial 1 does not run/],
      [{ report: { number: 0, step: 1 } }, /expected its value/],
      [{ report: { number: 0, step: 1, value: 'x' } }, /report.value is "x": expected 1 finite number/],
      [{ report: { number: 0, value: 1 } }, /report.step is undefined/],
      [{ report: { number: 0, step: 1, values: [1, 2] } }, /1 finite number, one an objective/],
      [{ close: { number: 0, valeu: 1 } }, /did you mean value|value/],
    ] as const)
      expect(talk(message).error, JSON.stringify(message)).toMatch(words);
    expect(talk({ report: { number: 0, step: 1, value: 1 } })).toEqual({ decisions: [{ pause: 0 }] });
  });

  it('refuses a problem that is not for the scheduler', () => {
    expect(() => talkTo('dehb', {}, {}, ['minimize', 'minimize'])).toThrow(/scheduler dehb: there are 2 objectives/);
  });
});
