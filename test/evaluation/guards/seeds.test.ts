import { describe, expect, it } from 'vitest';
import { seeds } from '../../../evaluation/guards/seeds.ts';
import { read, studyOf, testedOf, trialOf, verdictOf } from './studies.ts';

const trials = [trialOf(0, 0.8), trialOf(1, 0.82)];
const champion = testedOf([0.8, 0.82, 0.84]);
const challenger = testedOf([0.83, 0.85, 0.87]);

describe('the seeds guard', () => {
  it('fires and blocks where other seeds would explain the gain', () => {
    // s = 0.02 with 4 degrees of freedom: 2.776 * 0.02 * sqrt(2/3)
    expect(read(seeds, studyOf(trials, { champion, challenger, verdict: verdictOf() }))).toBe(
      "Runs of the test with other seeds differ by 0.02 in accuracy (standard deviation, 4 degrees of freedom); the challenger's gain " +
        'over the champion (3 runs each) is 0.03, within the 0.04534 that this noise explains. Test with more seeds: evaluate.repeats ' +
        'above 3. (blocks)',
    );
  });

  it('does not block where the comparison has the noise in its interval', () => {
    const verdict = verdictOf({ method: 'corrected t' });
    expect(seeds(studyOf(trials, { champion, challenger, verdict }))).toMatchObject({ blocks: false });
  });

  it('is silent about a gain beyond that noise, and where seeds change nothing', () => {
    expect(seeds(studyOf(trials, { champion, challenger: testedOf([0.85, 0.87, 0.89]) }))).toBeNull();
    expect(
      seeds(studyOf(trials, { champion: testedOf([0.8, 0.8]), challenger: testedOf([0.8001, 0.8001]) })),
    ).toBeNull();
  });

  it('is silent where nothing was gained, unless the verdict promotes all the same', () => {
    const study = studyOf(trials, { champion: challenger, challenger: champion });
    expect(seeds({ ...study, verdict: verdictOf({ decision: 'keep' }) })).toBeNull();
    expect(seeds({ ...study, verdict: verdictOf({ metric: 'mcc' }) })).toMatchObject({ blocks: true });
  });

  it('is silent where the defaults are the best', () => {
    expect(seeds(studyOf([trialOf(0, 0.9), trialOf(1, 0.8)], { champion }))).toBeNull();
  });

  it('judges the same gain by trials with the same parameters, where each candidate ran once', () => {
    const twice = [...trials, trialOf(2, 0.8, { params: trials[1].params })];
    const study = studyOf(twice, { champion: testedOf([0.8]), challenger: testedOf([0.81]), verdict: verdictOf() });
    expect(read(seeds, study)).toMatch(
      /^Trials with the same parameters differ by 0.01414 in accuracy \(standard deviation, 1 degree of freedom\); the challenger's gain over the champion \(1 run each\) is 0.01, .* \(blocks\)$/,
    );
  });

  it("judges the best's gain over the defaults where there was no test", () => {
    const twice = [...trials, trialOf(2, 0.8, { params: trials[1].params })];
    expect(read(seeds, studyOf(twice))).toMatch(
      /the gain of trial 1 over the defaults \(trial 0\) is 0.02, within the 0.2541 that this noise explains. Test with more seeds: evaluate.repeats of 5 or more.$/,
    );
  });

  it('knows noise by folds at last', () => {
    const folded = [trialOf(0, 0.8, { folds: [0.7, 0.8, 0.9] }), trialOf(1, 0.82, { folds: [0.78, 0.86, 0.82] })];
    expect(read(seeds, studyOf(folded))).toMatch(
      /^By their folds, values of trials differ by 0.0\d+ in accuracy .* is 0.02,/,
    );
    const clear = folded.with(1, trialOf(1, 0.9, { folds: [0.8, 0.9001, 1] }));
    expect(seeds(studyOf(clear))).toBeNull();
  });

  it('pools runs of different numbers', () => {
    const two = testedOf([0.83, 0.87], { runs: [...testedOf([0.83, 0.87]).runs, { seed: 9, failed: 'no memory' }] });
    expect(read(seeds, studyOf(trials, { champion, challenger: two }))).toContain('(2 and 3 runs)');
  });

  it('is silent about a study of deterministic trials', () => {
    const study = studyOf(trials, { champion, challenger });
    expect(seeds({ ...study, definition: { ...study.definition, deterministic: true } })).toBeNull();
  });

  it('says what it lacks', () => {
    expect(read(seeds, studyOf(trials))).toBe(
      'lacks: the noise between seeds is unknown: set evaluate.repeats to 2 or more, or let some parameters run twice',
    );
    expect(read(seeds, studyOf([trialOf(1, 0.8)]))).toBe(
      'lacks: there is no gain to judge: neither champion and challenger were tested, nor best and defaults complete',
    );
  });
});
