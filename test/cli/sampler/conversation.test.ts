import { describe, expect, it } from 'vitest';
import { conversation } from '../../../cli/sampler/conversation.ts';
import { samplerNames } from '../../../samplers/registry.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { definitionOf } from '../../study/definitions.ts';
import { choice, float, spaceOf } from '../../study/ledger/rig.ts';

interface Answer {
  readonly trials?: readonly { readonly number: number; readonly params: Record<string, unknown> }[];
  readonly exhausted?: true;
  readonly ok?: true;
  readonly number?: number;
  readonly error?: string;
}

const space = spaceOf(1, float('x', 0, 1), choice('o', 'a', 'b', 'c'));

/** Says one message after the other, a text as it is. */
function talkTo(changes: Partial<StudyDefinition> = {}): (message: unknown) => Answer {
  const answer = conversation(definitionOf({ space, stop: { trials: 1e9, maxFailures: 1e9 }, ...changes }));
  return (message) => answer(typeof message === 'string' ? message : JSON.stringify(message)) as Answer;
}

const sampler = (name: string): Pick<StudyDefinition, 'sampler'> => ({ sampler: { name, options: {} } });

describe('a conversation with a sampler', () => {
  // brute force serves trials that ask for parameters, and no space
  it.each(samplerNames().filter((name) => name !== 'brute-force'))('is had with %s, from its seed alone', (name) => {
    const play = (): unknown[] => {
      const talk = talkTo(sampler(name));
      return Array.from({ length: 15 }, () => {
        const [trial] = talk({ ask: 1 }).trials!;
        talk({ tell: { number: trial.number, value: Number(trial.params['x']) } });
        return trial;
      });
    };
    const trials = play();
    expect(new Set(trials.map((trial) => JSON.stringify(trial))).size).toBe(15);
    expect(play()).toEqual(trials);
  });

  it('gives trials the values that are fixed, and suggests the rest', () => {
    const talk = talkTo({ fixed: { o: 'b' } });
    expect(talk({ ask: 2, fixed: { x: 0.25 } }).trials).toEqual([
      { number: 0, params: { x: 0.25, o: 'b' } },
      { number: 1, params: { x: 0.25, o: 'b' } },
    ]);
    expect(talk({ ask: 1 }).trials).toEqual([{ number: 2, params: { x: expect.any(Number), o: 'b' } }]);
  });

  it('says when there are no more points', () => {
    const talk = talkTo({ ...sampler('grid'), space: spaceOf(1, choice('o', 'a', 'b')) });
    expect(talk({ ask: 3 })).toMatchObject({ trials: [{ number: 0 }, { number: 1 }], exhausted: true });
  });

  it('takes whole results: constraints, cost, reports, values by objective', () => {
    const talk = talkTo({
      objectives: [
        { name: 'loss', goal: 'minimize' },
        { name: 'time', goal: 'minimize' },
      ],
      constraints: [{ name: 'memory', below: 4 }],
    });
    talk({ ask: 2 });
    const values = { loss: 1, time: 2 };
    expect(talk({ tell: { number: 0, values, constraints: { memory: 3 }, cost: 7, reports: [[1, 0.5]] } })).toEqual({
      ok: true,
    });
    expect(talk({ tell: { number: 1, values, constraints: { memori: 3 } } }).error).toContain('memori');
    expect(talk({ tell: { number: 1, pruned: true, reports: [[1, 2]] } }).error).toBe(
      'tell has pruned and reports, but no value: expected values by objective; a trial without any is told with pruned alone',
    );
    expect(talk({ tell: { number: 1, pruned: true } })).toEqual({ ok: true });
  });

  it('learns from pruned trials: what one reported last is its value', () => {
    const startup = { name: 'tpe', options: { startup: 1 } };
    const next = (tell: object): unknown => {
      const talk = talkTo({ sampler: startup });
      talk({ ask: 6 });
      for (let number = 0; number < 5; number++) talk({ tell: { number, value: number } });
      expect(talk({ tell: { number: 5, ...tell } })).toEqual({ ok: true });
      return talk({ ask: 3 }).trials;
    };
    const reported = next({
      pruned: true,
      reports: [
        [1, 9],
        [3, -1],
        [2, 7],
      ],
    });
    expect(reported).toEqual(next({ pruned: true, value: -1 }));
    expect(reported).not.toEqual(next({ value: -1 }));
  });

  it('takes in points that nobody asked for, with numbers of their own', () => {
    const talk = talkTo(sampler('tpe'));
    talk({ ask: 1 });
    for (let number = 1; number < 4; number++)
      expect(talk({ tell: { params: { x: 0.5, o: 'a' }, value: 1 } })).toEqual({ ok: true, number });
    expect(talk({ ask: 1 }).trials).toMatchObject([{ number: 4 }]);
    expect(talk({ tell: { params: { x: 0.5 }, value: 1 } }).error).toBe(
      'tell: o is missing: expected one of "a", "b", "c"',
    );
  });

  it('suggests for a budget, which is what the trial is worth its value at', () => {
    const talk = talkTo();
    expect(talk({ ask: 1, budget: 9 })).toMatchObject({ trials: [{ number: 0 }] });
    expect(talk({ ask: 1, budget: { to: 3, bracket: 1, rung: 0 } })).toMatchObject({ trials: [{ number: 1 }] });
    for (const number of [0, 1]) expect(talk({ tell: { number, value: 1 } })).toEqual({ ok: true });
  });

  const asked = 'expected {"ask": N} or {"tell": {"number": N, "value": V}}';
  it.each([
    ['null', `got null: ${asked}`],
    ['[1]', `got [1]: ${asked}`],
    [{ oops: 1 }, `got {"oops":1}: ${asked}`],
    [{ ask: 1, tell: {} }, `got {"ask":1,"tell":{}}: ${asked}`],
    [{ ask: 0 }, 'ask is 0: expected how many trials, a whole number from 1 to 10000'],
    [{ ask: '2' }, 'ask is "2": expected how many trials, a whole number from 1 to 10000'],
    [{ ask: 1, fixd: {} }, "ask has fixd (value {}): expected ask, fixed or budget; did you mean 'fixed'?"],
    [{ ask: 1, budget: 0 }, 'budget is 0: expected a number > 0, or {"to": 9, "bracket": 1, "rung": 0}'],
    [{ ask: 1, fixed: {} }, 'fixed is {}: expected values of one parameter or more by name; leave it out'],
    [{ ask: 1, fixed: { x: 2 } }, 'fixed: x cannot be 2: expected a number from 0 to 1'],
    [{ ask: 1, fixed: { q: 2 } }, "fixed: there is no parameter 'q' (value 2); parameters are x, o"],
    [{ tell: 3 }, `tell is 3: ${asked}`],
    [{ tell: {} }, 'tell.number is undefined: expected a trial that was asked for, 0 to 0'],
    [{ tell: { number: 1, value: 1 } }, 'tell.number is 1: expected a trial that was asked for, 0 to 0'],
    [
      { tell: { number: 0, params: { x: 0.5, o: 'a' }, value: 1 } },
      'tell has number 0 and params: a trial that was asked for has its parameters; leave one of the two out',
    ],
    [{ tell: { number: 0, failed: 1 } }, 'tell.failed is 1: expected true, or the reason as text'],
    [
      { tell: { number: 0, failed: true, value: 1 } },
      'tell has failed and value: expected one or the other; a failed trial has no result',
    ],
    [{ tell: { number: 0, pruned: 'yes' } }, 'tell.pruned is "yes": expected true or false'],
    [
      { tell: { number: 0, pruned: true, cost: 3 } },
      'tell has pruned and cost, but no value: expected value, or reports of [step, value]; a trial without any is told with pruned alone',
    ],
  ])('%j is refused in words, and changes nothing', (message, error) => {
    const talk = talkTo();
    talk({ ask: 1 });
    expect(talk(message)).toEqual({ error });
    expect(talk({ tell: { number: 0, value: 1 } })).toEqual({ ok: true });
    expect(talk({ tell: { number: 0, value: 1 } })).toEqual({ error: 'trial 0 was told before; a result is final' });
  });

  it('refuses what is no JSON', () => {
    expect(talkTo()('{"ask": 1').error).toMatch(/^\{"ask": 1 is no JSON \(.+\): expected \{"ask": N\}/);
  });
});
