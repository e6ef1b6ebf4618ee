import { describe, expect, it } from 'vitest';
import { optimism } from '../../../evaluation/guards/optimism.ts';
import { normalQuantile } from '../../../samplers/numerics/normal.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import type { TrialRecord } from '../../../study/trial/trial.ts';
import { evaluationOf, read, studyOf, testedOf, trialOf } from './studies.ts';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value) / values.length;

/** Trials of five folds with noise of standard deviation 0.05 (0.0224 of a value); the defaults lack `gained`. */
function tuned(seed: number, count: number, gained: number, more: Partial<TrialRecord> = {}): TrialRecord[] {
  return Array.from({ length: count }, (_, number) => {
    const rng = createRng(seed, number);
    const level = 0.8 - (number === 0 ? gained : 0);
    const folds = Array.from({ length: 5 }, (_unused, fold) => level + 0.05 * normalQuantile(rng.uniform(0, fold)));
    return trialOf(number, mean(folds), { folds, ...more });
  });
}

const five = [0.9, 0.92, 0.94, 0.91, 0.93];
const picked = [...[0.8, 0.81, 0.82, 0.83].map((value, i) => trialOf(i, value)), trialOf(4, 0.92, { folds: five })];

describe('the optimism guard, with a test of the best on other rows', () => {
  it('fires where its value falls by more than noise explains', () => {
    // t(4) = 2.776, s = 0.01581, sqrt(1/5 + 1) = 1.095
    expect(read(optimism, studyOf(picked, { challenger: testedOf([0.86, 0.87], { number: 4 }) }))).toBe(
      'Trial 4 was the best of 5 trials with accuracy 0.92, and has 0.865 in the test: 0.055 worse, where noise explains up to ' +
        '0.04809. Believe the test. More folds, or fewer trials, leave less room for luck.',
    );
  });

  it('is silent where noise explains it, and where the test is better', () => {
    for (const value of [0.875, 0.99])
      expect(optimism(studyOf(picked, { challenger: testedOf([value], { number: 4 }) }))).toBeNull();
  });

  it('takes a test of several folds for less noisy than one of one', () => {
    // sqrt(1/5 + 1/5) instead of 1.095: 0.02776
    const runs = [{ seed: 1, values: [0.89], folds: five.map((value) => value - 0.03) }];
    expect(read(optimism, studyOf(picked, { challenger: { params: {}, number: 4, runs } }))).toContain('up to 0.02776');
  });

  it('finds the best among the candidates by number or by parameters', () => {
    const study = studyOf(picked);
    for (const of of [{ number: 4 }, { params: picked[4].params }])
      expect(read(optimism, { ...study, champion: testedOf([0.7], of) })).toContain('has 0.7 in the test: 0.22 worse');
    // somebody else's test is no test of the best
    expect(read(optimism, { ...study, challenger: testedOf([0.7], { number: 3 }) })).toMatch(/^lacks: the noise/);
  });

  it('learns nothing of noise from folds that are all the same', () => {
    const trials = picked.with(4, trialOf(4, 0.92, { folds: [0.92, 0.92, 0.92] }));
    const challenger = testedOf([0.91], { number: 4 });
    expect(read(optimism, studyOf(trials, { challenger }))).toMatch(/^lacks: the noise of a trial is unknown/);
  });

  it('knows noise by trials with the same parameters where there are no folds', () => {
    const trials = [0.8, 0.81, 0.82, 0.83, 0.92].map((value, i) => trialOf(i, value));
    const twice = [
      ...trials,
      trialOf(5, 0.9, { params: trials[4].params }),
      trialOf(6, 0.91, { params: trials[4].params }),
    ];
    // s = 0.01 with two degrees of freedom: 4.303 * 0.01 * sqrt(2)
    expect(read(optimism, studyOf(twice, { challenger: testedOf([0.85], { number: 4 }) }))).toContain('up to 0.06085');
  });
});

describe('the optimism guard, without one', () => {
  it('says how often noise alone would show the gain, and how much too good the best is on average', () => {
    expect(read(optimism, studyOf(tuned(3, 40, 0)))).toMatchInlineSnapshot(
      `"The best accuracy, 0.8423 of trial 11, is 0.02894 better than the defaults (trial 0); among 40 equal trials noise alone shows as much in 76.3 % of studies, and makes their best 0.04621 too good on average. Hold out rows for a test (evaluate.test) before believing 0.8423; more folds make a trial's value less noisy."`,
    );
  });

  it('fires for nearly all studies in which trials differ by noise alone', () => {
    const fired = (median: boolean) =>
      Array.from({ length: 100 }, (_, seed) => tuned(seed, 30, 0))
        .map((trials) => (median ? trials.map(({ baseline: _baseline, ...each }) => each) : trials))
        // a best that is the defaults flatters nobody
        .filter((trials) => studyOf(trials).best!.number !== 0)
        .map((trials) => Number(optimism(studyOf(trials)) !== null));
    // 95 of 100, within three standard deviations (2.2 each)
    expect(mean(fired(false))).toBeGreaterThan(0.88);
    expect(mean(fired(true))).toBeGreaterThan(0.88);
  });

  it('is silent for studies that gained far more than noise', () => {
    for (let seed = 0; seed < 20; seed++) expect(optimism(studyOf(tuned(seed, 30, 0.3)))).toBeNull();
  });

  it('takes no part of folds that are hard for all for noise', () => {
    const hard = tuned(5, 20, 0.01).map((each) => {
      const level = each.number === 0 ? 0.7 : 0.8;
      const folds = [0.1, -0.1, 0.05, 0, -0.05].map((fold, i) => level + fold + (each.folds![i] - 0.8) / 100);
      return { ...each, folds, values: { accuracy: mean(folds) } };
    });
    expect(optimism(studyOf(hard))).toBeNull();
  });

  it('looks although there is a test, where that has the rows of tuning, and blocks', () => {
    const study = studyOf(tuned(3, 40, 0));
    const evaluate = evaluationOf({ kind: 'cross-validation', folds: 5, repeats: 1 });
    const challenger = testedOf([0.85], { number: study.best!.number });
    const definition = { ...study.definition, evaluate };
    expect(optimism({ ...study, definition, challenger })).toMatchObject({
      saw: expect.stringContaining('noise alone'),
      blocks: true,
    });
  });

  it('is silent where the defaults are the best', () => {
    expect(optimism(studyOf(tuned(3, 40, -0.5)))).toBeNull();
  });

  it.each([
    ['trials', studyOf(tuned(1, 4, 0)), 'there are 4 complete trials: expected at least 5'],
    [
      'trials of its own',
      studyOf(tuned(1, 9, 0, { origin: 'imported' })),
      'there are 0 complete trials: expected at least 5',
    ],
    ['a best trial', studyOf(tuned(1, 9, 0), { best: null }), 'there is no best trial'],
    [
      'noise',
      studyOf(tuned(1, 9, 0).map(({ folds: _folds, ...each }) => each)),
      'the noise of a trial is unknown: return folds beside the value, or let some parameters run twice',
    ],
  ])('says that it lacks %s', (_, study, words) => {
    expect(read(optimism, study)).toBe(`lacks: ${words}`);
  });
});
