import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type Finding } from '../../../evaluation/comparison/verdict.ts';

const finding: Finding = {
  metric: 'accuracy',
  over: '1200 rows',
  effect: 0.031,
  interval: [0.0121, 0.05],
  minimumEffect: 0.01,
  alpha: 0.05,
};

describe('a verdict', () => {
  it('promotes where even the lower bound is more than the minimum effect', () => {
    expect(decide(finding)).toEqual({
      decision: 'promote',
      reason:
        "on 1200 rows the challenger's accuracy is better by 0.031; with 95 % confidence the true gain is between 0.0121 and 0.05: more than the 0.01 that a change has to bring",
    });
  });

  it('keeps the champion where even the upper bound is not', () => {
    expect(decide({ ...finding, effect: -0.02, interval: [-0.05, 0.009], alpha: 0.05 / 930 })).toEqual({
      decision: 'keep',
      reason:
        "on 1200 rows the challenger's accuracy is worse by 0.02; with 99.9946 % confidence the true gain is between -0.05 and 0.009: not more than the 0.01 that a change has to bring",
    });
  });

  it('is open where the interval holds both', () => {
    expect(decide({ ...finding, interval: [0.01, 0.05], alpha: 0.025 })).toEqual({
      decision: 'inconclusive',
      reason:
        "on 1200 rows the challenger's accuracy is better by 0.031, but they do not settle it: with 97.5 % confidence the true gain is between 0.01 and 0.05, which may or may not be more than the 0.01 that a change has to bring",
    });
  });

  it('keeps the champion where nothing differs and nothing has to', () => {
    const same = decide({ ...finding, effect: 0, interval: [0, 0], minimumEffect: 0 });
    expect(same).toEqual({
      decision: 'keep',
      reason:
        "on 1200 rows the challenger's accuracy is the same; with 95 % confidence the true gain is between 0 and 0: not more than 0",
    });
    expect(decide({ ...finding, effect: -0.1, interval: [-0.2, 0], minimumEffect: 0 }).decision).toBe('keep');
  });

  it('asks that an exact p agree with a promotion', () => {
    expect(decide({ ...finding, p: 0.0502 })).toEqual({
      decision: 'inconclusive',
      reason:
        "on 1200 rows the challenger's accuracy is better by 0.031, but chance alone makes a difference as large in 5.02 % of cases, and at most 5 % are accepted",
    });
    expect(decide({ ...finding, p: 0.05 }).decision).toBe('promote');
  });

  it('is open where chance, or even the effect, is unknown', () => {
    const { interval: _, effect: __, ...nothing } = finding;
    expect(decide({ ...nothing, effect: 0.5, lacks: 'one value each shows no spread' })).toEqual({
      decision: 'inconclusive',
      reason:
        "on 1200 rows the challenger's accuracy is better by 0.5, which may be chance: one value each shows no spread",
    });
    expect(decide({ ...nothing, lacks: 'there are no rows' })).toEqual({
      decision: 'inconclusive',
      reason: 'champion and challenger cannot be compared: there are no rows',
    });
  });

  it('never promotes both ways round', () => {
    const bound = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(bound, bound, fc.double({ min: 0, max: 0.5, noNaN: true }), (a, b, minimumEffect) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const one = decide({ ...finding, effect: 0, interval: [low, high], minimumEffect });
        const other = decide({ ...finding, effect: 0, interval: [-high, -low], minimumEffect });
        expect(one.decision === 'promote' ? other.decision : 'keep').toBe('keep');
      }),
      { seed: 1 },
    );
  });

  it('refuses what cannot be, in words', () => {
    expect(() => decide({ ...finding, minimumEffect: -1 })).toThrow(
      'minimumEffect is -1, expected a finite number >= 0',
    );
    expect(() => decide({ ...finding, alpha: NaN })).toThrow('alpha is NaN');
    expect(() => decide({ ...finding, interval: [1, NaN] })).toThrow('the interval is [1, NaN]');
  });
});
