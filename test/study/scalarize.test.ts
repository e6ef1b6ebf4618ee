import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDefinition, problemOf } from '../../samplers/check.ts';
import { samplerNames } from '../../samplers/registry.ts';
import { samplerRow } from '../../samplers/rows.ts';
import { checkScheduler } from '../../schedulers/registry.ts';
import { dominates } from '../../study/fronts.ts';
import { createLedger } from '../../study/ledger/begin.ts';
import { statusOf } from '../../study/ledger/status.ts';
import { minimised, scoreOf, type Scalarization } from '../../study/scalarize.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf } from './definitions.ts';
import { end, float, go, row, spaceOf } from './ledger/rig.ts';
import { messageOf } from './studies.ts';

const objectives: StudyDefinition['objectives'] = [
  { name: 'loss', goal: 'minimize' },
  { name: 'speed', goal: 'maximize' },
];
const sum: Scalarization = { how: 'sum', weights: { loss: 1, speed: 0.5 } };
const chebyshev: Scalarization = { how: 'chebyshev', weights: { loss: 1, speed: 0.5 }, ideal: { loss: 1, speed: 10 } };
const studyWith = (scalarize: Scalarization, more: Partial<StudyDefinition> = {}): StudyDefinition =>
  definitionOf({ space: spaceOf(1, float('x', 0, 1)), objectives, scalarize, ...more });

describe('several objectives as one number', () => {
  it('are summed by weight, what is to be maximised taken off', () => {
    expect(scoreOf(studyWith(sum), [3, 4])).toBe(3 - 0.5 * 4);
  });

  it('are the largest weighted distance from the ideal and a twentieth of the sum of all', () => {
    expect(scoreOf(studyWith(chebyshev), [3, 4])).toBeCloseTo(3 + 0.05 * (2 + 3), 12);
    expect(scoreOf(studyWith(chebyshev), [6, 4])).toBeCloseTo(5 + 0.05 * (5 + 3), 12);
  });

  it('are better whenever one is and none is worse, and finite whatever they are', () => {
    const values = fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 }));
    fc.assert(
      fc.property(values, values, fc.constantFrom(sum, chebyshev), (a, b, scalarize) => {
        const [own, other] = [a, b].map((each) => scoreOf(studyWith(scalarize), each));
        if (dominates(minimised({ objectives }, a), minimised({ objectives }, b))) expect(own).toBeLessThan(other!);
      }),
      { seed: 20_261_126 },
    );
    const heavy = { ...chebyshev, weights: { loss: 1e300, speed: 1e300 } };
    for (const huge of [1e300, -1e300])
      for (const scalarize of [sum, heavy, { ...heavy, how: 'sum' as const }])
        for (const speed of [1e300, -1e300])
          expect(Number.isFinite(scoreOf(studyWith(scalarize), [huge, speed]))).toBe(true);
  });
});

describe('a study that scalarises', () => {
  const played = (definition: StudyDefinition, results: readonly (readonly number[])[]) => {
    const ledger = createLedger(definition, 0);
    for (const values of results)
      for (const number of go(ledger))
        end(ledger, number, { kind: 'result', attempts: 1, result: { values, reports: [] } });
    return ledger;
  };

  it('has the best scalar as its best, keeps all values and the front', () => {
    const ledger = played(studyWith(sum), [
      [3, 4],
      [2, 8],
      [1, 2],
    ]);
    const { best, front } = statusOf(ledger);
    expect(best).toMatchObject({ number: 1, values: { loss: 2, speed: 8 }, scalar: -2 });
    expect(front.map(({ number }) => number)).toEqual([1, 2]);
    expect(row(ledger, 2).values).toEqual([1, 2]);
  });

  it('stops at a target of the scalar', () => {
    const ledger = played(studyWith(sum, { stop: { target: -1, maxFailures: 10 } }), [
      [3, 4],
      [2, 8],
    ]);
    expect(ledger.state.stopped?.reason).toBe('trial 1 reached the target -1 with -2');
  });

  it('is one of one objective to every sampler', () => {
    const definition = studyWith(sum);
    expect(problemOf(definition).objectives).toBe(1);
    for (const name of samplerNames().filter((each) => !['bohb', 'dehb'].includes(each)))
      expect(
        messageOf(() => checkDefinition({ ...definition, sampler: { name, options: {} } })),
        name,
      ).not.toMatch(/objective/);
    const ended = row(played(definition, [[3, 4]]), 0);
    expect(samplerRow(definition, ended).y).toEqual(Float64Array.of(1));
    const segment = { to: 1, bracket: 0, rung: 0, seq: 1 };
    expect(samplerRow(definition, { ...ended, segments: [{ ...segment, values: [5, 4] }] }).segments).toEqual([
      { ...segment, y: Float64Array.of(3) },
    ]);
  });

  it('cannot be a race, whose folds are of one objective', () => {
    const raced = studyWith(sum, { scheduler: { name: 'racing', options: {} } });
    expect(messageOf(() => checkScheduler(raced))).toMatch(
      /scheduler racing: it compares the first objective.*use asha/,
    );
    const halved = studyWith(sum, { scheduler: { name: 'asha', options: { max: 9 } } });
    expect(messageOf(() => checkScheduler(halved))).toBe('none');
  });
});
