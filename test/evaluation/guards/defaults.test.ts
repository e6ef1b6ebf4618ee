import { describe, expect, it } from 'vitest';
import { defaults } from '../../../evaluation/guards/defaults.ts';
import { read, studyOf, testedOf, trialOf } from './studies.ts';

describe('the defaults guard', () => {
  it('fires and blocks where no trial has the defaults', () => {
    expect(read(defaults, studyOf([trialOf(1, 0.8)]))).toBe(
      "No trial has the model's own defaults: what tuning gained is unknown. " +
        'Enqueue the defaults: enqueue: [{ …, baseline: true }], or name what is in use today as the champion. (blocks)',
    );
  });

  it('fires where they came to no result, and says why', () => {
    const failed = trialOf(0, 0, { state: 'failed', values: null, reason: 'out of memory' });
    expect(read(defaults, studyOf([failed, trialOf(1, 0.8)]))).toBe(
      "Trial 0 has the model's own defaults, and is failed (out of memory): what tuning gained is unknown. " +
        'Make the defaults run to their end, within the constraints, or name other parameters as baseline. (blocks)',
    );
    expect(read(defaults, studyOf([trialOf(0, 0.7, { state: 'infeasible' })]))).toContain('and is infeasible: what');
  });

  it('is silent with complete defaults, also after failed ones', () => {
    expect(defaults(studyOf([trialOf(0, 0.8)]))).toBeNull();
    expect(
      defaults(studyOf([trialOf(0, 0, { state: 'failed', values: null }), trialOf(1, 0.8, { baseline: true })])),
    ).toBeNull();
  });

  it('is silent where a champion was tested', () => {
    expect(defaults(studyOf([trialOf(1, 0.8)], { champion: testedOf([0.7]) }))).toBeNull();
    const champion = testedOf([], { runs: [{ seed: 1, failed: 'out of memory' }] });
    expect(defaults(studyOf([trialOf(1, 0.8)], { champion }))).not.toBeNull();
  });

  it('says that it lacks trials', () => {
    expect(read(defaults, studyOf([]))).toBe('lacks: there are no trials');
  });
});
