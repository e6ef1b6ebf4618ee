import { describe, expect, it } from 'vitest';
import { fromBase64 } from '../../study/wording/base64.ts';
import { ColdCacheError, SamplerFallbackError, StudyDefinitionError } from '../../study/errors.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { trialSeed } from '../../samplers/numerics/philox.ts';
import { random } from '../../samplers/designs/random.ts';
import type { Options, Row, Sampler, Suggestion, View } from '../../samplers/sampler.ts';
import { createSession, sessionOf } from '../../samplers/session.ts';
import { choice, complete, float, given, pending, problemOf, spaceOf } from './spaces.ts';

const space = spaceOf({ x: float(0, 1), kind: choice('a', 'b'), more: given(float(0, 1), 'kind', 'b') });

/** Remembers how it was called; suggests what `how` says, else a random point. */
function spy(
  how: (view: View, number: number) => Suggestion | 'exhausted' | undefined = () => undefined,
): Sampler<number> & { views: string[] } {
  const views: string[] = [];
  return {
    views,
    name: 'spy',
    version: 7,
    options: {},
    supports: () => true,
    advance: (cache, view) => {
      if (cache !== undefined && cache > view.rows.length) throw new Error('the cache has seen more than the view');
      return view.rows.length;
    },
    suggest(cache, view, ask, rng, problem, options: Options) {
      if (cache !== view.rows.length) throw new Error('the cache was not brought up to the view');
      views.push(`${view.seq}: ${view.rows.map(({ origin, state }) => `${origin} ${state}`).join(', ')}`);
      return (
        how(view, ask.number) ??
        random.suggest(random.advance(undefined, view, problem, options), view, ask, rng, problem, options)
      );
    },
  };
}

function row(number: number, x: readonly (number | null)[], more: Partial<Row> = {}): Row {
  return pending(
    number,
    x.map((v) => v ?? NaN),
    { seed: trialSeed(3, number), ...more },
  );
}

describe('a session', () => {
  it('answers with points, seeds and the version of the sampler', () => {
    const answer = sessionOf(spy(), {}, problemOf(space), 3).ask([
      { number: 0, asOf: 0 },
      { number: 1, asOf: 0 },
    ]);
    expect(answer).toMatchObject({
      sampler: 7,
      exhausted: false,
      suggestions: [{ seed: trialSeed(3, 0) }, { seed: trialSeed(3, 1) }],
    });
    for (const { x } of answer.suggestions) expect(x[2] === null).toBe(x[1] === 0);
  });

  it('folds a batch: each suggestion is a pending row for the next', () => {
    const sampler = spy();
    const session = sessionOf(sampler, {}, problemOf(space), 3);
    session.push([complete(0, [0.1, 0, NaN], 1)]);
    session.ask([
      { number: 1, asOf: 1 },
      { number: 2, asOf: 1, fixed: { kind: 'a' } },
      { number: 3, asOf: 1 },
    ]);
    expect(sampler.views).toEqual([
      '1: sampler complete',
      '1: sampler complete, sampler pending',
      '1: sampler complete, sampler pending, enqueued pending',
    ]);
  });

  it('shows an ask what had closed at its position, and no more', () => {
    const sampler = spy();
    const session = sessionOf(sampler, {}, problemOf(space), 3);
    session.push([complete(0, [0.1, 0, NaN], 2), complete(1, [0.2, 0, NaN], 1)]);
    session.ask([{ number: 2, asOf: 1 }]);
    expect(sampler.views).toEqual(['1: sampler pending, sampler complete']);
  });

  it('leaves no trace of an ask whose answer was lost', () => {
    const sampler = spy((view) => ({ x: Float64Array.of(view.rows.length / 100 + view.closed.length / 7, 0, NaN) }));
    const session = sessionOf(sampler, {}, problemOf(space), 3);
    session.push([complete(0, [0.1, 0, NaN], 1)]);
    const batch = [1, 2, 3].map((number) => ({ number, asOf: 0 }));
    const lost = session.ask(batch);
    expect(session.ask(batch)).toEqual(lost);
    // asked for again on another view: pending rows of the lost ask give way
    const later = session.ask(batch.map(({ number }) => ({ number, asOf: 1 })));
    const fresh = sessionOf(
      spy((view) => ({ x: Float64Array.of(view.rows.length / 100 + view.closed.length / 7, 0, NaN) })),
      {},
      problemOf(space),
      3,
    );
    fresh.push([complete(0, [0.1, 0, NaN], 1)]);
    expect(later).toEqual(fresh.ask(batch.map(({ number }) => ({ number, asOf: 1 }))));
  });

  it("replaces its own pending rows by the study's, and rebuilds the cache only if they differ", () => {
    let built = 0;
    const base = spy();
    const sampler: Sampler<number> = {
      ...base,
      advance: (cache, view, problem, options) => (
        (built += Number(cache === undefined)),
        base.advance(cache, view, problem, options)
      ),
    };
    const session = sessionOf(sampler, {}, problemOf(space), 3);
    const [{ x }] = session.ask([{ number: 0, asOf: 0 }]).suggestions;
    session.push([row(0, x)]);
    session.push([row(0, x, { state: 'complete', y: Float64Array.of(1), closed: 1 })]);
    session.ask([
      { number: 1, asOf: 1 },
      { number: 2, asOf: 1 },
    ]);
    expect(built).toBe(1);
    session.push([row(1, [0.123, 0, null])]);
    session.ask([{ number: 2, asOf: 1 }]);
    expect(built).toBe(2);
  });

  it("keeps the study's rows when one of them is asked for again", () => {
    const session = sessionOf(spy(), {}, problemOf(space), 3);
    session.push([complete(0, [0.5, 0, NaN], 1), complete(1, [0.6, 0, NaN], 2)]);
    session.ask([{ number: 0, asOf: 0 }]);
    const seen = spy();
    const other = sessionOf(seen, {}, problemOf(space), 3);
    other.push([complete(0, [0.5, 0, NaN], 1), complete(1, [0.6, 0, NaN], 2)]);
    other.ask([
      { number: 0, asOf: 0 },
      { number: 2, asOf: 2 },
    ]);
    expect(seen.views.at(-1)).toBe('2: sampler complete, sampler complete');
  });

  it('keeps fixed parameters, and draws the parents they need', () => {
    const session = sessionOf(random, {}, problemOf(space), 3);
    for (let number = 0; number < 20; number++) {
      const [{ x, fallback }] = session.ask([{ number, asOf: 0, fixed: { more: 0.25 } }]).suggestions;
      expect([x[1], x[2], fallback]).toEqual([1, 0.25, undefined]);
    }
    expect(() => session.ask([{ number: 20, asOf: 0, fixed: { nix: 1 } }])).toThrow(StudyDefinitionError);
    expect(() => session.ask([{ number: 20, asOf: 0, fixed: { x: 2 } }])).toThrow('x cannot be 2');
  });

  it('stops at the first exhausted answer', () => {
    const session = sessionOf(
      spy((_view, number) => (number >= 2 ? 'exhausted' : undefined)),
      {},
      problemOf(space),
      3,
    );
    const answer = session.ask([0, 1, 2, 3].map((number) => ({ number, asOf: 0 })));
    expect(answer).toMatchObject({ exhausted: true, suggestions: { length: 2 } });
  });

  it('falls back to a random point, and says why, on an error that asks for it', () => {
    const failing = spy(() => {
      throw new SamplerFallbackError('the matrix is singular');
    });
    const answer = sessionOf(failing, {}, problemOf(space), 3).ask([
      { number: 0, asOf: 0 },
      { number: 1, asOf: 0 },
    ]);
    const expected = sessionOf(random, {}, problemOf(space), 3).ask([
      { number: 0, asOf: 0 },
      { number: 1, asOf: 0 },
    ]);
    expect(answer.suggestions).toEqual(
      expected.suggestions.map((suggestion) => ({ ...suggestion, fallback: 'the matrix is singular' })),
    );
    expect(failing.views[1]).toBe('0: fallback pending');
  });

  it.each([
    [{ x: Float64Array.of(0.5) }, 'the suggestion has 1 numbers, expected 3'],
    [{ x: Float64Array.of(2, 0, NaN) }, 'the suggestion is not in the space: x is 2, outside 0 to 1'],
    [{ x: Float64Array.of(NaN, 0, NaN) }, 'the suggestion is not in the space: x is NaN'],
    [{ x: Float64Array.of(0.5, 0, 0.5) }, 'more is 0.5 though its condition does not hold'],
    [{ x: Float64Array.of(0.5, 1, NaN) }, 'more is NaN'],
    [{ x: Float64Array.of(0.25, 0, NaN) }, 'the suggestion has x = 0.25, though it is fixed to 0.5'],
    [{ x: Float64Array.of(0.5, 0, NaN), memo: new Uint8Array(513) }, 'the memo has 513 bytes, expected at most 512'],
  ])('falls back where a suggestion cannot be used: %#', (suggestion: Suggestion, reason) => {
    const session = sessionOf(
      spy(() => suggestion),
      {},
      problemOf(space),
      3,
    );
    const [{ fallback, x }] = session.ask([{ number: 0, asOf: 0, fixed: { x: 0.5 } }]).suggestions;
    expect(fallback).toContain(reason);
    expect(x[0]).toBe(0.5);
  });

  it('lets other errors through, and goes on from a cold cache', () => {
    let broken = true;
    const base = spy();
    const sampler: Sampler<number> = {
      ...base,
      suggest(...args) {
        if (broken) throw new TypeError('a bug');
        return base.suggest(...args);
      },
    };
    const session = sessionOf(sampler, {}, problemOf(space), 3);
    expect(() => session.ask([{ number: 0, asOf: 0 }])).toThrow('a bug');
    broken = false;
    expect(session.ask([{ number: 0, asOf: 0 }]).suggestions.length).toBe(1);
  });

  it('hands memos on, makes 0 of -0, and copies what the sampler may use again', () => {
    const buffer = Float64Array.of(-0, 0, NaN);
    const memo = Uint8Array.of(1, 2, 250);
    const sampler = spy((view) => {
      if (view.rows.length > 0)
        expect([Object.is(view.rows[0].x[0], 0), [...view.rows[0].memo!]]).toEqual([true, [1, 2, 250]]);
      return { x: buffer, memo };
    });
    const { suggestions } = sessionOf(sampler, {}, problemOf(space), 3).ask([
      { number: 0, asOf: 0 },
      { number: 1, asOf: 0 },
    ]);
    expect(Object.is(suggestions[0].x[0], 0)).toBe(true);
    expect([...fromBase64(suggestions[1].memo!)]).toEqual([1, 2, 250]);
  });

  it('says that rows are missing', () => {
    expect(() => sessionOf(spy(), {}, problemOf(space), 3).ask([{ number: 2, asOf: 0 }])).toThrow(ColdCacheError);
  });

  it('is made from a definition, and refuses one that its sampler cannot serve', () => {
    const define = (change: Partial<StudyDefinition>): StudyDefinition => ({
      name: 's',
      space: space.space,
      objectives: [{ name: 'loss', goal: 'minimize' }],
      constraints: [],
      trial: { kind: 'function', function: 'f', retries: 0, heartbeatMs: 1000 },
      sampler: { name: 'random', options: {} },
      stop: { trials: 1, maxFailures: 1 },
      parallel: 1,
      order: 'completion',
      seed: 3,
      deterministic: false,
      enqueue: [],
      ...change,
    });
    const ask = [{ number: 0, asOf: 0 }];
    expect(createSession(define({})).ask(ask)).toEqual(sessionOf(random, {}, problemOf(space), 3).ask(ask));
    expect(() => createSession(define({ sampler: { name: 'radom', options: {} } }))).toThrow("did you mean 'random'?");
    expect(() => createSession(define({ sampler: { name: 'grid', options: { points: 10_000 } } }))).toThrow(
      'sampler grid: the grid has about 1.0e+8 points',
    );
    expect(() => createSession(define({ sampler: { name: 'grid', options: { points: 'many' } } }))).toThrow(
      'expected a whole number',
    );
  });
});
