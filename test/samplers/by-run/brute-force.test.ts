/** Every way through a tree that only the trials know. */
import { describe, expect, it } from 'vitest';
import { createStudySession } from '../../../samplers/study-session.ts';
import type { ParameterSuggestion, Suggested } from '../../../study/trial/by-run.ts';
import { emptyState } from '../../../study/ledger/begin.ts';
import type { LedgerRow } from '../../../study/ledger/row.ts';
import type { Scalar, ScalarDomain } from '../../../study/space/space.ts';
import { definitionOf } from '../../study/definitions.ts';

const definition = definitionOf({
  space: { version: 1, parameters: [], forbid: [] },
  defineByRun: true,
  sampler: { name: 'brute-force', options: {} },
});

type Ask = (name: string, domain: ScalarDomain) => Scalar;

const choice = (...choices: Scalar[]): ScalarDomain => ({ kind: 'choice', choices });

/** Ten ways, of different lengths. */
function tree(ask: Ask): void {
  const kind = ask('kind', choice('a', 'b', null));
  if (kind === 'a') ask('n', { kind: 'int', low: 1, high: 5, scale: 'linear', step: 2 });
  if (kind === 'b' && ask('deep', { kind: 'bool' })) {
    ask('x', { kind: 'float', low: 0, high: 0.4, scale: 'linear', step: 0.1 });
  }
}

/** Plays trials with `parallel` in flight, each closing in number order. @returns the ways that they took */
function play(
  parallel: number,
  run: (ask: Ask, number: number) => 'complete' | 'failed' | void = tree,
  most = 60,
): string[] {
  const { epochs } = emptyState(definition, 0);
  const rows: LedgerRow[] = [];
  for (let number = 0; number < most; number++) {
    const asOf = Math.max(0, number - parallel + 1);
    const session = createStudySession(definition, epochs);
    session.push(rows);
    const { exhausted } = session.ask([{ number, asOf }]);
    if (exhausted) break;
    const path: Suggested[] = [];
    const state = run((name, domain) => {
      const answer: ParameterSuggestion = session.parameter({ number, asOf, name, domain, path });
      if ('refused' in answer) throw new Error(answer.refused);
      path.push({ name, domain, value: answer.value });
      return answer.value;
    }, number);
    rows.push({
      number,
      state: state ?? 'complete',
      origin: 'sampler',
      x: new Float64Array(0),
      space: 1,
      sampler: 1,
      seed: 0,
      asOf,
      reports: [],
      attempts: 1,
      ...(state !== 'failed' && { values: [0] }),
      closed: number + 1,
      suggested: path,
    });
  }
  return rows.map(({ suggested }) => JSON.stringify(suggested!.map(({ value }) => value)));
}

describe('brute force', () => {
  it('takes each way once, in order, and ends', () => {
    expect(play(1)).toEqual(
      [
        ['a', 1],
        ['a', 3],
        ['a', 5],
        ['b', false],
        ['b', true, 0],
        ['b', true, 0.1],
        ['b', true, 0.2],
        ['b', true, 0.3],
        ['b', true, 0.4],
        [null],
      ].map((way) => JSON.stringify(way)),
    );
  });

  it.each([2, 3, 5])('with %i trials in flight leaves no way out, and takes some of them twice', (parallel) => {
    const ways = play(parallel);
    expect(new Set(ways)).toEqual(new Set(play(1)));
    expect(ways.length).toBeLessThan(60);
  });

  it('counts a way as taken that failed, unless the trial had asked for nothing', () => {
    const ways = play(1, (ask, number) => {
      if (number === 0) return 'failed';
      ask('kind', choice('a', 'b'));
      return number === 1 ? 'failed' : 'complete';
    });
    expect(ways).toEqual(['[]', '["a"]', '["b"]']);
  });

  it('goes on beside values that were enqueued and trials of elsewhere', () => {
    const { epochs } = emptyState(definition, 0);
    const session = createStudySession(definition, epochs);
    const row: Omit<LedgerRow, 'number' | 'suggested'> = {
      state: 'complete',
      origin: 'imported',
      x: new Float64Array(0),
      space: 1,
      sampler: 0,
      seed: 0,
      asOf: 0,
      closed: 1,
      values: [0],
      reports: [],
      attempts: 0,
    };
    session.push([{ ...row, number: 0, suggested: [{ name: 'kind', value: 'a' }] }]);
    expect(session.ask([{ number: 1, asOf: 1 }]).exhausted).toBe(false);
    expect(session.parameter({ number: 1, asOf: 1, name: 'kind', domain: choice('a', 'b') })).toEqual({
      value: 'a',
      sampler: 1,
    });
    const path = [{ name: 'kind', value: 'b', domain: choice('a', 'b') }];
    expect(session.parameter({ number: 1, asOf: 1, name: 'k', domain: { kind: 'bool' }, path })).toEqual({
      value: false,
      sampler: 1,
    });
  });

  it('refuses what has no end, in words', () => {
    expect(() => play(1, (ask) => void ask('lr', { kind: 'float', low: 0, high: 1, scale: 'linear' }))).toThrow(
      'lr has more than 10000 values, and the sampler brute-force tries all of them; give it a step or a smaller range',
    );
  });
});
