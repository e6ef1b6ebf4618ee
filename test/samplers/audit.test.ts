import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audit, type AuditedStudy } from '../../samplers/audit.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import { createStudySession } from '../../samplers/study-session.ts';
import { drawPoint } from '../../samplers/unit-cube.ts';
import { toBase64 } from '../../study/wording/base64.ts';
import { createLedger } from '../../study/ledger/begin.ts';
import { askSlot } from '../../study/ledger/ledger.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import { statusOf } from '../../study/ledger/status.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf } from '../study/definitions.ts';
import { simulate, type Planned } from '../study/ledger/simulation.ts';

const base: StudyDefinition = definitionOf({
  constraints: [{ name: 'ms', below: 3 }],
  sampler: { name: 'tpe', options: { startup: 5 } },
  stop: { trials: 25, maxFailures: 20 },
  enqueue: [{ params: { x: 0.5 }, baseline: true }],
});

const plan: Planned[] = [
  {
    at: 8,
    during: false,
    edit: { kind: 'tell', params: { x: 0.3, y: 1 }, result: { values: { loss: 0 }, constraints: { ms: 0 } } },
  },
  { at: 10, during: false, edit: { kind: 'sampler', sampler: { name: 'random', options: {} } } },
  { at: 12, during: false, edit: { kind: 'enqueue', trials: [{ params: { y: 2 }, baseline: false }] } },
  {
    at: 14,
    during: false,
    edit: {
      kind: 'space',
      space: { ...base.space, version: 2, parameters: base.space.parameters.slice(0, 1) },
      was: {},
    },
  },
  { at: 16, during: false, edit: { kind: 'sampler', sampler: { name: 'tpe', options: { startup: 5 } } } },
  { at: 18, during: false, edit: { kind: 'tag', tags: { team: 'red' } } },
];

/** A study with real samplers, as it is found when it has closed. */
function study(
  changes: Partial<StudyDefinition>,
  planned: readonly Planned[] = [],
  samplers?: readonly Sampler[],
): AuditedStudy {
  const definition = { ...base, ...changes };
  const ledger = createLedger(definition, 0);
  const session = createStudySession(definition, [], samplers);
  let epochs = 0;
  /** Version of the sampler that suggested each trial: a simulation says 1 of all. */
  const versions = new Map<number, number>();
  simulate(definition, planned, (running) => running.at(-1)!, {
    ledger,
    suggest: ({ state, asking, changed }) => {
      session.push(changed.splice(0), state.epochs.slice(epochs));
      epochs = state.epochs.length;
      const { sampler, suggestions } = session.ask(asking.map(askSlot));
      for (const { number } of asking) versions.set(number, sampler);
      return [...suggestions];
    },
  });
  const { state } = ledger;
  const rows = ledger.rows.map((row) => ({ ...row, sampler: versions.get(row.number) ?? row.sampler }));
  return { definition, rows, log: { ...state, edits: state.edits }, status: statusOf(ledger, 1) };
}

const tampered = (study: AuditedStudy, number: number, changes: Partial<LedgerRow>): AuditedStudy => ({
  ...study,
  rows: study.rows.map((row) => (row.number === number ? { ...row, ...changes } : row)),
});

/** A number with one of its 64 bits flipped. */
function flipped(number: number, bit: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  view.setUint8(bit >> 3, view.getUint8(bit >> 3) ^ (1 << (bit & 7)));
  return view.getFloat64(0);
}

describe('an audit', () => {
  it.each([
    ['tpe one after another', study({}, plan)],
    ['tpe with several in flight', study({ parallel: 4 }, plan)],
    ['tpe with order trial', study({ parallel: 4, order: 'trial' }, plan)],
    ['random', study({ sampler: { name: 'random', options: {} } })],
    ['quasi-random', study({ sampler: { name: 'quasi-random', options: {} } })],
    ['grid', study({ sampler: { name: 'grid', options: { points: 5 } } })],
    [
      'tpe with a value that is fixed, until the space loses it',
      study({ parallel: 4, order: 'trial', fixed: { y: 2 } }, plan),
    ],
    ['grid with a value that is fixed', study({ sampler: { name: 'grid', options: { points: 30 } }, fixed: { y: 2 } })],
  ])('finds no difference in a study of %s', (_, found) => {
    expect(audit(found)).toEqual({
      recomputed: found.rows.filter(({ origin }) => origin !== 'told').length,
      skipped: {},
    });
  });

  it('finds that another value was fixed', () => {
    const found = study({ fixed: { y: 2 } }, plan);
    expect(
      found.rows.filter(({ space, origin }) => space === 1 && origin === 'sampler').map(({ x }) => x[1]),
    ).toContain(2);
    const { difference } = audit({ ...found, definition: { ...found.definition, fixed: { y: 3 } } });
    expect(difference).toMatchObject({ what: 'y', recorded: 2, expected: 3 });
  });

  const sound = study({ parallel: 4, order: 'trial' }, plan);
  const suggested = sound.rows.filter(({ origin }) => origin !== 'told').map(({ number }) => number);

  it('finds any bit of any parameter that was changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...suggested), fc.nat(1), fc.nat(63), (number, dim, bit) => {
        const x = sound.rows[number].x.slice();
        fc.pre(dim < x.length);
        x[dim] = flipped(x[dim], bit);
        const { difference } = audit(tampered(sound, number, { x }));
        expect(difference).toMatchObject({ trial: number, what: ['x', 'y'][dim] });
        expect(difference!.expected).toBe(sound.rows[number].x[dim]);
      }),
      { seed: 31, numRuns: 60 },
    );
  });

  it('asks for each trial with the rung that it was for', () => {
    const byRung: Sampler<null> = {
      name: 'by-rung',
      version: 1,
      options: {},
      supports: () => true,
      advance: () => null,
      suggest: (_cache, _view, ask, _rng, { space }) => ({ x: drawPoint(space, ask, () => (ask.rung?.to ?? 8) / 9) }),
    };
    const samplers = [byRung];
    const found = study({ sampler: { name: 'by-rung', options: {} } }, [], samplers);
    expect(audit(found, samplers).difference).toBeUndefined();
    const same = tampered(found, 4, { rung: { to: 8, bracket: 0, rung: 0 } });
    expect(audit(same, samplers).difference).toBeUndefined();
    const other = tampered(found, 4, { rung: { to: 1, bracket: 0, rung: 0 } });
    expect(audit(other, samplers).difference).toMatchObject({ trial: 4, what: 'x', recorded: found.rows[4].x[0] });
  });

  it('finds any seed, memo, origin or position that was changed', () => {
    const changes: fc.Arbitrary<readonly [string, (row: LedgerRow) => Partial<LedgerRow>]> = fc.oneof(
      fc.nat(31).map((bit) => ['seed', ({ seed }: LedgerRow) => ({ seed: (seed ^ (1 << bit)) >>> 0 })] as const),
      fc.nat(255).map((byte) => ['memo', () => ({ memo: Uint8Array.of(byte) })] as const),
      fc.constant(['origin', () => ({ origin: 'fallback' as const })] as const),
      fc.constant(['closed', () => ({ closed: sound.rows[3].closed! })] as const),
      fc.constant(['sampler', () => ({ sampler: 0 })] as const),
    );
    fc.assert(
      fc.property(fc.constantFrom(...suggested.slice(4)), changes, (number, [what, change]) => {
        const { difference } = audit(tampered(sound, number, change(sound.rows[number])));
        expect(difference).toMatchObject({ trial: number, what });
      }),
      { seed: 32, numRuns: 60 },
    );
  });

  it('shows the memo as it was and as it must be', () => {
    const memo = Uint8Array.of(1, 2);
    const { difference } = audit(tampered(sound, 5, { memo }));
    expect(difference).toEqual({ trial: 5, what: 'memo', recorded: toBase64(memo), expected: undefined });
  });

  it('finds a value that became the best, and one that ceased to be it', () => {
    const { best } = sound.status!;
    const better = sound.rows.findLast(({ state, number }) => state === 'complete' && number !== best!.number)!;
    expect(audit(tampered(sound, better.number, { values: [-1] })).difference).toBeDefined();
    expect(audit(tampered(sound, best!.number, { values: [9] })).difference).toBeDefined();
  });

  it('finds a value that a later suggestion saw otherwise', () => {
    const found = study({ enqueue: [] });
    // the best of the first ones, but not of all, becomes a bad one
    const early = found.rows.slice(0, 8).filter(({ state }) => state === 'complete');
    const [{ number }] = early.sort((a, b) => a.values![0] - b.values![0]);
    expect(number).not.toBe(found.status!.best!.number);
    const { difference } = audit(tampered(found, number, { values: [2] }));
    expect(difference!.trial).toBeGreaterThan(number);
    expect(['x', 'y']).toContain(difference!.what);
  });

  it('finds totals that the rows do not give', () => {
    const { counts } = sound.status!;
    const status = { ...sound.status!, counts: { ...counts, failed: counts.failed + 1 } };
    expect(audit({ ...sound, status }).difference).toEqual({
      what: 'counts',
      recorded: status.counts,
      expected: counts,
    });
    expect(audit({ ...sound, rows: sound.rows.slice(0, -1) }).difference).toMatchObject({ what: 'asked' });
  });

  it('finds an enqueued trial that nobody enqueued, and one trial too many', () => {
    const fixed = { x: 0.75 };
    expect(
      audit(tampered(sound, 0, { x: Float64Array.of(0.75, sound.rows[0].x[1]), notes: { fixed } })).difference,
    ).toEqual({
      trial: 0,
      what: 'enqueued',
      recorded: { x: 0.75 },
      expected: { x: 0.5 },
    });
    const definition = { ...sound.definition, stop: { trials: 20, maxFailures: 20 } };
    expect(audit({ ...sound, definition }).difference).toMatchObject({ what: 'stop.trials', recorded: 25 });
  });

  it('says what it cannot make again, and goes on', () => {
    const rows = sound.rows.map((row) => (row.number === 2 ? { ...row, sampler: 7 } : row));
    const { skipped, difference, recomputed } = audit({ ...sound, rows });
    expect(difference).toBeUndefined();
    expect(recomputed).toBe(suggested.length - 1);
    expect(Object.entries(skipped)).toEqual([
      [expect.stringMatching(/^sampler tpe version 7, this program has \d+$/), 1],
    ]);
    for (const [name, why] of [
      ['mine', 'which this program does not have'],
      ['optuna', 'whose library only a worker asks'],
    ]) {
      const foreign = { ...sound.log.epochs[0], sampler: { name, options: {} } };
      const log = { ...sound.log, epochs: [foreign] };
      expect(audit({ ...study({}), log }).skipped).toEqual({ [`sampler ${name}, ${why}`]: expect.any(Number) });
    }
  });
});
