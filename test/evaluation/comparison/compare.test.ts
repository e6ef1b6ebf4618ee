import { describe, expect, it } from 'vitest';
import {
  compareFolds,
  comparePredictions,
  type PredictionScores,
  type RowStatistic,
} from '../../../evaluation/comparison/index.ts';
import { permuted, reference, uniforms } from './fixtures.ts';

const rules = { metric: 'accuracy', goal: 'maximize', minimumEffect: 0, alpha: 0.05 } as const;

/** Share of rows, as often as they count, that are marked. */
function shareOf(marks: ArrayLike<number>): RowStatistic {
  return (counts) => {
    let [sum, n] = [0, 0];
    for (let i = 0; i < counts.length; i++) {
      sum += counts[i] * marks[i];
      n += counts[i];
    }
    return sum / n;
  };
}

function marks(length: number, seed: number, share: number): Uint8Array {
  const uniform = uniforms(seed);
  return Uint8Array.from({ length }, () => Number(uniform() < share));
}

describe('a comparison by folds', () => {
  const champion = [0.81, 0.79, 0.83, 0.8, 0.82];
  const challenger = [0.86, 0.85, 0.87, 0.84, 0.88];

  it('is the corrected t test with the Bayesian probabilities', () => {
    const found = compareFolds({ ...rules, champion, challenger, testRatio: 0.25, minimumEffect: 0.01 });
    expect(found).toMatchObject({ decision: 'promote', method: 'corrected t', n: 5, minimumEffect: 0.01, alpha: 0.05 });
    expect([found.champion, found.challenger, found.effect]).toEqual(
      [0.81, 0.86, 0.05].map((v) => expect.closeTo(v, 12)),
    );
    expect(found.bayesian!.better).toBeGreaterThan(0.98);
    expect(found.reason).toMatch(/^on 5 folds the challenger's accuracy is better by 0.05; with 95 % confidence/);
  });

  it('turns the effect round for a metric that is minimised, and with the models', () => {
    const up = compareFolds({ ...rules, champion, challenger, testRatio: 0.25 });
    const down = compareFolds({ ...rules, goal: 'minimize', champion, challenger, testRatio: 0.25 });
    const swapped = compareFolds({ ...rules, champion: challenger, challenger: champion, testRatio: 0.25 });
    for (const other of [down, swapped]) {
      expect(other.effect).toBeCloseTo(-up.effect!, 14);
      expect(other.interval).toEqual([expect.closeTo(-up.interval![1], 13), expect.closeTo(-up.interval![0], 13)]);
      expect(other.bayesian!.worse).toBeCloseTo(up.bayesian!.better, 13);
      expect([other.decision, other.p]).toEqual(['keep', expect.closeTo(up.p!, 13)]);
    }
  });

  it('takes differences that rounding makes for none', () => {
    const found = compareFolds({ ...rules, champion: [0.3, 0.3], challenger: [0.1 + 0.2, 0.1 + 0.2], testRatio: 1 });
    expect(found).toMatchObject({ decision: 'keep', effect: 0, interval: [0, 0], p: 1 });
  });

  it('knows nothing of chance from one value each, and nothing at all from none', () => {
    const single = compareFolds({ ...rules, champion: [0.5], challenger: [0.75], testRatio: 0.25 });
    expect(single).toEqual({
      ...rules,
      decision: 'inconclusive',
      reason:
        "on one run the challenger's accuracy is better by 0.25, which may be chance: one value each shows no spread",
      method: 'single values',
      champion: 0.5,
      challenger: 0.75,
      effect: 0.25,
      n: 1,
    });
    expect(compareFolds({ ...rules, champion: [], challenger: [], testRatio: 0.25 })).toEqual({
      ...rules,
      decision: 'inconclusive',
      reason: 'champion and challenger cannot be compared: there are no folds',
      method: 'none',
    });
  });

  it('refuses what cannot be, in words', () => {
    const wrong = (over: object) => (): unknown =>
      compareFolds({ ...rules, champion, challenger, testRatio: 1, ...over });
    expect(wrong({ challenger: [1] })).toThrow('challenger has 1 entries for 5 rows');
    expect(wrong({ champion: [1, 2, Infinity, 3, 4] })).toThrow("the champion's value on fold 2 is Infinity");
    expect(wrong({ alpha: 5 })).toThrow('alpha is 5, expected a chance of error between 0 and 1');
    expect(wrong({ minimumEffect: -0.1 })).toThrow('minimumEffect is -0.1');
  });
});

describe('a comparison by predictions', () => {
  const n = 400;
  const [champion, challenger] = [marks(n, 1, 0.7), marks(n, 2, 0.85)];
  const accuracy: PredictionScores = {
    ...rules,
    n,
    champion: shareOf(champion),
    challenger: shareOf(challenger),
    correct: [champion, challenger],
    seed: 1,
  };

  it("is McNemar's exact test with Tango's interval for accuracy", () => {
    const found = comparePredictions(accuracy);
    expect(found).toMatchObject({ method: 'exact McNemar', decision: 'promote', n });
    expect(found.effect).toBeCloseTo(found.challenger! - found.champion!, 12);
    expect(found.p).toBeLessThan(1e-4);
  });

  it('is the bootstrap where rows have groups or weights, or the metric is another', () => {
    const plain = comparePredictions(accuracy);
    const groups = Array.from({ length: n }, (_, i) => i >> 2);
    for (const other of [{ groups }, { weighted: true }, { metric: 'f1' }, { correct: undefined }]) {
      const found = comparePredictions({ ...accuracy, ...other });
      expect(found.method).toBe('paired bootstrap');
      expect(found.effect).toBeCloseTo(plain.effect!, 12);
      for (const end of [0, 1]) expect(Math.abs(found.interval![end] - plain.interval![end])).toBeLessThan(0.015);
    }
    expect(comparePredictions({ ...accuracy, groups }).reason).toMatch('on 400 rows in 100 groups');
  });

  it("is DeLong's test for the area under the curve of two classes", () => {
    const scores = reference.delong[1];
    const area = { ...rules, metric: 'rocAuc', n: 65, champion: () => 0, challenger: () => 0, scores, seed: 1 };
    const found = comparePredictions(area);
    expect(found).toMatchObject({ method: 'DeLong', n: 65, p: expect.closeTo(scores.p, 10) });
    expect([found.champion, found.challenger]).toEqual(scores.areas.map((v) => expect.closeTo(v, 12)));
  });

  it('is mirrored when the models change places', () => {
    for (const other of [{}, { weighted: true }]) {
      const found = comparePredictions({ ...accuracy, ...other });
      const swapped = comparePredictions({
        ...accuracy,
        ...other,
        champion: accuracy.challenger,
        challenger: accuracy.champion,
        correct: [challenger, champion],
      });
      expect(swapped.decision).toBe('keep');
      expect(swapped.effect).toBeCloseTo(-found.effect!, 12);
      expect(swapped.interval!.map((bound) => -bound).reverse()).toEqual(
        found.interval!.map((b) => expect.closeTo(b, 9)),
      );
      expect(swapped.p).toBeCloseTo(found.p!, 9);
    }
  });

  it('is the same in any order of the rows', () => {
    const rows = permuted([...champion.keys()], 6);
    const correct = [champion, challenger].map((list) => Uint8Array.from(rows, (i) => list[i]));
    expect(comparePredictions({ ...accuracy, correct: [correct[0], correct[1]] })).toEqual(
      comparePredictions(accuracy),
    );
  });

  it('turns the effect round for a metric that is minimised', () => {
    const error = comparePredictions({ ...accuracy, metric: 'error', goal: 'minimize' });
    expect(error.decision).toBe('keep');
    expect(error.effect).toBeCloseTo(error.champion! - error.challenger!, 12);
  });

  it('says so where the metric is undefined, or there are no rows', () => {
    const nothing = comparePredictions({ ...accuracy, metric: 'f1', challenger: () => NaN });
    expect(nothing).toMatchObject({
      method: 'none',
      decision: 'inconclusive',
      champion: accuracy.champion(new Int32Array(n).fill(1)),
    });
    expect(nothing.reason).toBe('champion and challenger cannot be compared: the metric is undefined on these rows');
    expect(Object.keys(nothing)).not.toContain('challenger');
    expect(comparePredictions({ ...accuracy, n: 0 })).toMatchObject({ method: 'none', decision: 'inconclusive' });
  });

  it('refuses what cannot be, in words', () => {
    expect(() => comparePredictions({ ...accuracy, n: 5 })).toThrow('correct has 400 entries for 5 rows');
    expect(() => comparePredictions({ ...accuracy, n: 400, groups: [1] })).toThrow('groups has 1 entries for 400 rows');
  });
});
