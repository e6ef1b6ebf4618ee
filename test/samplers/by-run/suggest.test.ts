/** What samplers suggest for parameters that trials ask for while they run. */
import { describe, expect, it } from 'vitest';
import { audit } from '../../../samplers/audit.ts';
import { createStudySession } from '../../../samplers/study-session.ts';
import type { ParameterSlot, Suggested } from '../../../study/trial/by-run.ts';
import { emptyState } from '../../../study/ledger/begin.ts';
import type { LedgerRow } from '../../../study/ledger/row.ts';
import type { Scalar, ScalarDomain } from '../../../study/space/space.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { definitionOf } from '../../study/definitions.ts';

const LR: ScalarDomain = { kind: 'float', low: 1e-5, high: 0.1, scale: 'log' };
const KIND: ScalarDomain = { kind: 'choice', choices: ['a', 'b', 'c'] };

const study = (changes: Partial<StudyDefinition> = {}): StudyDefinition =>
  definitionOf({
    space: { version: 1, parameters: [], forbid: [] },
    defineByRun: true,
    sampler: { name: 'tpe', options: { startup: 4 } },
    ...changes,
  });

/** A trial that closed at its number + 1, unless it says otherwise. */
const trial = (
  number: number,
  suggested: readonly Suggested[],
  value?: number,
  more: Partial<LedgerRow> = {},
): LedgerRow => ({
  number,
  state: value === undefined ? 'running' : 'complete',
  origin: 'sampler',
  x: new Float64Array(0),
  space: 1,
  sampler: 3,
  seed: 0,
  asOf: number,
  reports: [],
  attempts: 1,
  ...(value !== undefined && { values: [value], closed: number + 1 }),
  suggested,
  ...more,
});

/** Trials whose value is how far lr is from 0.01, in powers of ten. */
const learned = (count: number): LedgerRow[] =>
  Array.from({ length: count }, (_, number) => {
    const value = 10 ** -(1 + ((number * 7) % 41) / 10);
    return trial(number, [{ name: 'lr', value, domain: LR }], Math.abs(Math.log10(value) + 2));
  });

function suggest(
  definition: StudyDefinition,
  rows: readonly LedgerRow[],
  slot: Partial<ParameterSlot> = {},
): Scalar | string {
  const session = createStudySession(definition, emptyState(definition, 0).epochs);
  session.push(rows);
  const answer = session.parameter({ number: rows.length, asOf: rows.length, name: 'lr', domain: LR, ...slot });
  return 'value' in answer ? answer.value : answer.refused;
}

describe('a parameter that a trial asks for', () => {
  it('is a function of seed, trial, name and what it may be', () => {
    const random = study({ sampler: { name: 'random', options: {} } });
    const one = suggest(random, []);
    expect(suggest(random, [])).toBe(one);
    expect(one).toBeGreaterThan(1e-5);
    expect(one).toBeLessThan(0.1);
    const others = [
      suggest({ ...random, seed: 8 }, []),
      suggest(random, [trial(0, [])]),
      suggest(random, [], { name: 'rl' }),
      suggest(random, [], { domain: { ...LR, scale: 'linear' } as ScalarDomain }),
    ];
    expect(new Set([one, ...others]).size).toBe(5);
  });

  it('does not depend on what trials in flight were given, nor on what closed later', () => {
    const past = learned(20);
    const alone = suggest(study(), [...past, trial(20, [])], { number: 21, asOf: 20 });
    const inFlight = trial(20, [{ name: 'lr', value: 0.011, domain: LR }]);
    expect(suggest(study(), [...past, inFlight], { number: 21, asOf: 20 })).toBe(alone);
    const closed = { ...inFlight, state: 'complete' as const, values: [0], closed: 21 };
    expect(suggest(study(), [...past, closed], { number: 21, asOf: 20 })).toBe(alone);
    expect(suggest(study(), [...past, closed], { number: 21, asOf: 21 })).not.toBe(alone);
  });

  it('is learned by tpe from the trials that had it', () => {
    const away = (rows: LedgerRow[]): number => {
      const found = Array.from({ length: 40 }, (_, i) => {
        const filler = Array.from({ length: i }, (_unused, j) =>
          trial(rows.length + j, [{ name: 'z', value: 1 }], 9, { closed: rows.length + j + 1 }),
        );
        return Math.abs(Math.log10(Number(suggest(study(), [...rows, ...filler]))) + 2);
      });
      return found.sort((a, b) => a - b)[20]!;
    };
    expect(away(learned(40))).toBeLessThan(0.4);
    expect(away([])).toBeGreaterThan(0.6);
  });

  it('may have another range in each trial: what it cannot be says nothing', () => {
    const near: ScalarDomain = { kind: 'float', low: 1e-5, high: 1e-3, scale: 'log' };
    const rows = learned(30);
    const value = suggest(study(), rows, { domain: near });
    expect(value).toBeLessThanOrEqual(1e-3);
    const inside = rows.filter(({ suggested }) => Number(suggested![0]!.value) <= 1e-3);
    expect(inside.length).toBeGreaterThan(4);
    const without = rows.map((row) => (inside.includes(row) ? row : { ...row, suggested: [] }));
    expect(suggest(study(), without, { domain: near })).toBe(value);
  });

  it('may not be of another kind, but for a trial of elsewhere, which only had the value', () => {
    const rows = [trial(0, [{ name: 'lr', value: 'a', domain: KIND }], 1)];
    expect(suggest(study(), rows)).toBe(
      'lr is asked for as float, but trials before asked for it as choice: expected one kind, whose range or choices may differ; ' +
        'give one of the two another name',
    );
    expect(typeof suggest(study(), [trial(0, [{ name: 'lr', value: 'a' }], 1)])).toBe('number');
    expect(typeof suggest(study(), rows, { asOf: 0 })).toBe('number');
  });

  it('is seen of a resting trial as far as it was asked for before it rested', () => {
    const segments = [{ to: 1, bracket: 0, rung: 0, values: [0], seq: 1 }];
    const given = (segment?: number): Suggested => ({
      name: 'lr',
      value: 0.01,
      domain: LR,
      ...(segment && { segment }),
    });
    const rests = (suggested: readonly Suggested[]): LedgerRow[] => {
      const rows = learned(12).map((row) => ({
        ...row,
        number: row.number + 1,
        closed: row.number + 3,
        asOf: row.number + 2,
      }));
      return [trial(0, suggested, undefined, { segments, rung: segments[0]! }), ...rows];
    };
    const at = { asOf: 14 };
    expect(suggest(study(), rests([given(1)]), at)).toBe(suggest(study(), rests([]), at));
    expect(suggest(study(), rests([given()]), at)).not.toBe(suggest(study(), rests([]), at));
  });

  it('is refused of a sampler that knows spaces only', () => {
    expect(() => suggest(study({ sampler: { name: 'gp', options: {} } }), [])).toThrow();
  });
});

describe('an audit', () => {
  it('finds a parameter that was not given so', () => {
    const definition = study();
    const { epochs } = emptyState(definition, 0);
    const rows = learned(6);
    const log = { edits: [], epochs, startedAt: 0 };
    const seeds = createStudySession(definition, epochs);
    seeds.push(rows);
    const asked = rows.map((row) => ({
      ...row,
      seed: seeds.ask([{ number: row.number, asOf: row.asOf }]).suggestions[0]!.seed,
    }));
    const { difference } = audit({ definition, log, rows: asked });
    expect(difference).toEqual({ trial: 0, what: 'lr', recorded: 0.1, expected: expect.any(Number) });
  });
});
