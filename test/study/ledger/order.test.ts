import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHeld } from '../../../study/ledger/ledger.ts';
import { definitionOf } from '../definitions.ts';
import { essence, play, type Game } from './play.ts';
import { float, spaceOf } from './rig.ts';
import { crashing, drawn, scripts } from './script.ts';

const game = (changes: Partial<Game>, parallel = 4, stop = {}): Game => ({
  definition: definitionOf({
    space: spaceOf(1, float('x', 0, 1)),
    order: 'trial',
    parallel,
    stop: { trials: 45, maxFailures: 30, ...stop },
  }),
  script: [],
  crashes: [],
  widest: 4,
  ...changes,
});

const seeds = fc.tuple(fc.nat(), fc.nat());
const stops = fc.constantFrom({}, { patience: 12 }, { target: -0.9 }, { cost: 30 });

describe('a study with order trial', () => {
  it('is equal for equal edits, whenever these come and however its trials and its asks are timed', () => {
    fc.assert(
      fc.property(
        seeds,
        scripts,
        crashing,
        fc.integer({ min: 1, max: 4 }),
        stops,
        ([a, b], script, failing, parallel, stop) => {
          const each = game({ script, crashes: failing, also: ['note'] }, parallel, stop);
          expect(essence(play(each, drawn(a)))).toEqual(essence(play(each, drawn(b))));
        },
      ),
      { seed: 31, numRuns: 150 },
    );
  });

  it('is no other for having been paused now and resumed, again and again', () => {
    fc.assert(
      fc.property(seeds, scripts, crashing, fc.integer({ min: 1, max: 4 }), ([a, b], script, failing, parallel) => {
        // a resume lifts a pause of the log, too
        const others = script.filter(({ edit }) => edit.kind !== 'pause' && edit.kind !== 'resume');
        const each = game({ script: others, crashes: failing }, parallel);
        const paused = play({ ...each, also: ['freeze'] }, drawn(a));
        expect(essence(paused)).toEqual(essence(play(each, drawn(b))));
      }),
      { seed: 32, numRuns: 120 },
    );
  });

  it('ends at the same trial where its sampler has no more points', () => {
    fc.assert(
      fc.property(
        seeds,
        crashing,
        fc.integer({ min: 1, max: 4 }),
        fc.nat({ max: 40 }),
        ([a, b], failing, parallel, points) => {
          const each = game({ crashes: failing, points }, parallel);
          const ledger = play(each, drawn(a));
          expect(essence(ledger)).toEqual(essence(play(each, drawn(b))));
          expect(ledger.state.stopped!.reason).toBe(
            points < 45 + failing.filter((n) => n < points).length
              ? 'sampler random has no more points'
              : 'all 45 trials are done',
          );
        },
      ),
      { seed: 33, numRuns: 80 },
    );
  });

  it('of which all edits have an end: an effect, or a reason', () => {
    fc.assert(
      fc.property(fc.nat(), scripts, crashing, (seed, script, failing) => {
        const { state, rows } = play(
          game({ script, crashes: failing, also: ['note', 'cancel', 'freeze'] }),
          drawn(seed),
        );
        for (const { seq, refused, checking } of state.edits)
          expect([(seq === undefined) !== (refused === undefined), checking]).toEqual([true, undefined]);
        expect(state).toMatchObject({ open: [], opened: [], held: {}, verdicts: [] });
        expect(rows.every(({ closed }) => closed !== undefined)).toBe(true);
        expect(rows.some(({ number }) => isHeld({ state } as never, number))).toBe(false);
        // positions of the log are taken once
        const positions = [
          ...rows.map(({ closed }) => closed!),
          ...state.edits.flatMap(({ seq, at }) => (at === undefined ? [] : (seq ?? []))),
        ];
        expect(new Set(positions).size).toBe(positions.length);
        expect(Math.max(...positions)).toBe(state.seq);
      }),
      { seed: 34, numRuns: 80 },
    );
  });
});
