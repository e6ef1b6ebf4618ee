import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyGap, gapOf, unpenalized } from '../../../study/evaluation/gap-rule.ts';
import { TrialFailedError } from '../../../study/errors.ts';

describe('the gap rule', () => {
  it.each([
    ['leaves a result alone as a warning', { as: 'warning', above: 0 }, { values: [0.9, 7] }],
    ['measures a constraint', { as: 'constraint', above: 0.05 }, { values: [0.9, 7], gap: 0.1 }],
    ['makes the first value worse by what is too much', { as: 'penalty', above: 0.06 }, { values: [0.86, 7] }],
    ['multiplies that by its weight', { as: 'penalty', above: 0.06, weight: 3 }, { values: [0.78, 7] }],
    ['leaves a gap below its limit alone', { as: 'penalty', above: 0.2, weight: 3 }, { values: [0.9, 7] }],
  ] as const)('%s', (_, spec, expected) => {
    const result = applyGap({ values: [0.9, 7], train: 1 }, spec, 'maximize');
    expect(result).toEqual({
      values: expected.values.map((value) => expect.closeTo(value, 12)),
      ...('gap' in expected && { gap: expect.closeTo(expected.gap, 12) }),
    });
  });

  it('adds to what is minimized', () => {
    expect(applyGap({ values: [4], train: 1 }, { as: 'penalty', above: 1, weight: 0.5 }, 'minimize').values).toEqual([
      5,
    ]);
    expect(applyGap({ values: [4], train: 1 }, { as: 'constraint', above: 1 }, 'minimize').gap).toBe(3);
  });

  it('measures a training score that is worse as a gap below 0', () => {
    expect(applyGap({ values: [4], train: 6 }, { as: 'constraint', above: 1 }, 'minimize').gap).toBe(-2);
  });

  it('refuses a result without a training score in words, but for a warning', () => {
    for (const as of ['penalty', 'constraint'] as const)
      expect(() => applyGap({ values: [1] }, { as, above: 1 }, 'minimize')).toThrow(
        new TrialFailedError(
          `the result has no train, which guards.gap (as: ${as}) compares with the first objective: return the first ` +
            'objective on the training rows as train, or set as: warning',
        ),
      );
    expect(applyGap({ values: [1] }, { as: 'warning', above: 1 }, 'minimize')).toEqual({ values: [1] });
  });

  const number = fc.double({ min: -100, max: 100, noNaN: true });
  const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
  const goal = fc.constantFrom('minimize' as const, 'maximize' as const);

  it('never makes a value better, and can be taken back', () => {
    fc.assert(
      fc.property(number, number, positive, positive, goal, (value, train, above, weight, way) => {
        const spec = { as: 'penalty', above, weight } as const;
        const [ruled] = applyGap({ values: [value], train }, spec, way).values;
        expect(gapOf(train, ruled, way)).toBeGreaterThanOrEqual(gapOf(train, value, way));
        expect(unpenalized(ruled, train, spec, way)).toBeCloseTo(value, 8);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
