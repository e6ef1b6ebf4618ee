import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHeld } from '../../../study/ledger/ledger.ts';
import { statusOf } from '../../../study/ledger/status.ts';
import { definitionOf } from '../definitions.ts';
import { carried, play } from './play.ts';
import { answer, ask, choice, end, endAll, float, go, paused, row, send, spaceOf, states, studyOf } from './rig.ts';
import { crashing, drawn, scripts } from './script.ts';

describe('a ledger that is carried over continue-as-new', () => {
  it('at any quiet moments ends as if it had not been', () => {
    let moments = 0;
    fc.assert(
      fc.property(
        fc.tuple(fc.nat(), fc.nat()),
        fc.constantFrom('completion' as const, 'trial' as const),
        scripts,
        crashing,
        fc.integer({ min: 1, max: 4 }),
        ([seed, when], order, script, crashes, parallel) => {
          const definition = definitionOf({
            space: spaceOf(1, float('x', 0, 1)),
            order,
            parallel,
            stop: { trials: 30, maxFailures: 30 },
          });
          const edits = order === 'trial' ? script : script.map(({ at: _at, ...each }) => each);
          const also = ['freeze', 'note', 'cancel', 'lease'] as const;
          const game = { definition, script: edits, crashes, also, widest: 4 };
          const whole = play(game, drawn(seed));
          const coin = drawn(when);
          const often = play(game, drawn(seed), () => {
            const carries = coin() < 0.7;
            moments += Number(carries);
            return carries;
          });
          expect(often.rows).toEqual(whole.rows);
          expect(often.state).toEqual(JSON.parse(JSON.stringify(whole.state)));
          expect(often.definition).toEqual(whole.definition);
        },
      ),
      { seed: 41, numRuns: 120 },
    );
    expect(moments).toBeGreaterThan(500);
  });

  it('keeps outcomes that wait for lower numbers', () => {
    const ledger = studyOf({ order: 'trial', parallel: 2 });
    go(ledger);
    end(ledger, 1, 0.25);
    send(ledger, { kind: 'pause', now: true });
    end(ledger, 0, paused('half'));
    const next = carried(ledger.definition, ledger);
    expect(isHeld(next, 1)).toBe(true);
    send(next, { kind: 'resume' });
    expect(go(next)).toEqual([0]);
    expect(row(next, 0).notes).toEqual({ checkpoint: 'half' });
    end(next, 0, 0.5);
    expect(next.rows.slice(0, 2).map(({ state, values }) => [state, values])).toEqual([
      ['complete', [0.5]],
      ['complete', [0.25]],
    ]);
  });

  it('keeps trials that were told and wait for those opened before them', () => {
    const ledger = studyOf({
      order: 'trial',
      parallel: 2,
      space: spaceOf(1, choice('k', 'a', 'b'), float('x', 0, 1, { when: [{ parameter: 'k', in: ['b'] }] })),
    });
    go(ledger);
    send(ledger, { kind: 'tell', params: { k: 'a' }, result: 0.125 }, { at: 3 });
    endAll(ledger, 1);
    expect(ledger.state.opened.map(({ number, given }) => [number, given?.x])).toEqual([
      [2, undefined],
      [3, [0, null]],
      [4, undefined],
    ]);
    const next = carried(ledger.definition, ledger);
    ask(next);
    answer(next);
    expect(row(next, 3)).toEqual(
      expect.objectContaining({ origin: 'told', state: 'complete', x: Float64Array.of(0, NaN) }),
    );
    expect(states(next)).toEqual(['complete', 'complete', 'waiting', 'complete']);
    expect(statusOf(next)).toMatchObject({ told: 1, best: { number: 3 } });
  });
});
