import { describe, expect, it } from 'vitest';
import { gap } from '../../../evaluation/guards/gap.ts';
import { guardsOf, read, studyOf, testedOf, trialOf } from './studies.ts';

const limited = { guards: guardsOf({ gap: { above: 0.05, as: 'warning' } }) };
/** Eight trials from 0.80 to 0.87; the quartiles are 0.035 apart. */
const eight = (train: number) => Array.from({ length: 8 }, (_, i) => trialOf(i, 0.8 + 0.01 * i, { train }));

describe('the gap guard', () => {
  it('fires where the best trial does better on its training rows by more than the limit', () => {
    expect(read(gap, studyOf([trialOf(0, 0.7), trialOf(1, 0.9, { train: 0.99 })], limited))).toBe(
      'Trial 1 has accuracy 0.99 on its training rows and 0.9 in validation, a gap of 0.09, above 0.05 (guards.gap.above). ' +
        'Regularize more, stop training earlier or use more data; guards.gap as constraint or penalty keeps such trials from winning.',
    );
  });

  it('looks at the tests of the challenger, too', () => {
    const runs = [0.91, 0.93].map((value, seed) => ({ seed, values: [value], train: 1 }));
    const challenger = testedOf([], { runs: [...runs, { seed: 2, failed: 'out of memory' }] });
    expect(read(gap, studyOf([trialOf(0, 0.98, { train: 0.99 })], { ...limited, challenger }))).toContain(
      'The challenger has accuracy 1 on its training rows and 0.92 in the test (2 runs), a gap of 0.08, above 0.05',
    );
  });

  it('is judged by the spread of the trials where the study states no limit', () => {
    expect(gap(studyOf(eight(0.9)))).toBeNull();
    expect(read(gap, studyOf(eight(0.91)))).toContain(
      'a gap of 0.04, above 0.035 (between the quartiles of 8 complete trials).',
    );
  });

  it("asks for two standard errors of the best's folds besides", () => {
    const trials = eight(0.91).with(7, trialOf(7, 0.87, { train: 0.94, folds: [0.8, 0.87, 0.94] }));
    expect(gap(studyOf(trials))).toBeNull();
    expect(read(gap, studyOf(trials.with(7, { ...trials[7], train: 0.96 })))).toContain(
      "a gap of 0.09, above 0.08083 (two standard errors of the best value's folds).",
    );
  });

  it('takes a minimized objective the other way round', () => {
    const study = studyOf([trialOf(0, 0.2, { train: 0.1 })], limited);
    const definition = { ...study.definition, objectives: [{ name: 'accuracy', goal: 'minimize' as const }] };
    expect(gap(study)).toBeNull();
    expect(gap({ ...study, definition })).toMatchObject({ saw: expect.stringContaining('a gap of 0.1') });
  });

  it('sees the value that was measured behind a penalty', () => {
    // 0.9 was measured: 0.09 below 0.99, of which 0.04 too much, made worse by 2 * 0.04
    const guards = guardsOf({ gap: { above: 0.05, as: 'penalty', weight: 2 } });
    expect(read(gap, studyOf([trialOf(0, 0.82, { train: 0.99 })], { guards }))).toContain(
      '0.9 in validation, a gap of 0.09,',
    );
  });

  it.each([
    [
      'without training scores',
      studyOf([trialOf(0, 0.9)], limited),
      'neither the best trial nor a test has a training score',
    ],
    ['with few trials', studyOf(eight(1).slice(1)), 'no limit: state guards.gap.above, or let at least 8'],
    [
      'with equal trials',
      studyOf(eight(1).map((t) => ({ ...t, values: { accuracy: 0.5 } }))),
      '(there are 8 complete)',
    ],
  ])('says what it lacks %s', (_, study, words) => {
    expect(read(gap, study)).toMatch(/^lacks: /);
    expect(read(gap, study)).toContain(words);
  });
});
