/** What the tests do over many repetitions of known worlds: how often they are wrong. */
import { describe, expect, it } from 'vitest';
import { alphaOf } from '../../../evaluation/comparison/alpha.ts';
import { pairedBootstrap } from '../../../evaluation/comparison/bootstrap.ts';
import { correctedT } from '../../../evaluation/comparison/corrected-t.ts';
import { delong } from '../../../evaluation/comparison/delong.ts';
import { mcnemarP, tangoInterval } from '../../../evaluation/comparison/mcnemar.ts';
import { tQuantile } from '../../../evaluation/comparison/student-t.ts';
import { decide } from '../../../evaluation/comparison/verdict.ts';
import { normalCdf } from '../../../samplers/numerics/normal.ts';
import { normals, uniforms } from './fixtures.ts';

const REPETITIONS = 2000;
const NIGHTS = 30;
const TOTAL = 0.05;

/** Shares of schedules with a false promotion on some night: with the budget of alpha, and with all of alpha each night. */
function familyWise(
  promotes: () => (alpha: number) => boolean,
  nightsOf: () => void,
): { budget: number; naive: number } {
  let [budget, naive] = [0, 0];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    nightsOf();
    let [byBudget, byNaive] = [false, false];
    for (let night = 1; night <= NIGHTS; night++) {
      const at = promotes();
      byBudget ||= at(alphaOf(night, TOTAL));
      byNaive ||= at(TOTAL);
    }
    budget += Number(byBudget);
    naive += Number(byNaive);
  }
  return { budget: budget / REPETITIONS, naive: naive / REPETITIONS };
}

/** Share of repetitions whose interval holds the truth. */
function coverage(repetitions: number, covers: () => boolean): number {
  let held = 0;
  for (let i = 0; i < repetitions; i++) held += Number(covers());
  return held / repetitions;
}

describe('thirty nights on one test set, where no challenger is better', () => {
  it('promote falsely less often than alpha on rows, where alpha each night does far more often', () => {
    const uniform = uniforms(17);
    const n = 300;
    let right = 0;
    const count = (rows: number, chance: number): number => {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += Number(uniform() < chance);
      return sum;
    };
    // the champion is right on 80 % of all rows there are; so is each challenger: it errs on a tenth of those, and makes up for it
    const found = familyWise(
      () => {
        const rows = { challengerAlone: count(n - right, 0.4), championAlone: count(right, 0.1), n };
        const effect = (rows.challengerAlone - rows.championAlone) / n;
        const p = mcnemarP(rows);
        return (alpha) => {
          const interval = tangoInterval(rows, alpha);
          const finding = { metric: 'accuracy', over: 'rows', effect, interval, p, minimumEffect: 0, alpha };
          return effect > 0 && decide(finding).decision === 'promote';
        };
      },
      () => (right = count(n, 0.8)),
    );
    expect(found.budget).toBeLessThanOrEqual(TOTAL);
    expect(found.naive).toBeGreaterThan(0.15);
  });

  it('promote falsely less often than alpha on dependent folds, where alpha each night does far more often', () => {
    const normal = normals(23);
    const [folds, testRatio] = [10, 1 / 9];
    // correlation n_test / n between folds, and a part that all nights share
    const correlation = testRatio / (1 + testRatio);
    let shared = 0;
    const found = familyWise(
      () => {
        const common = Math.sqrt(0.5 * correlation) * (shared + normal());
        const gains = Array.from({ length: folds }, () => 0.02 * (common + Math.sqrt(1 - correlation) * normal()));
        const { mean, t } = correctedT(gains, testRatio, 0.5);
        return (alpha) => mean > 0 && t > thresholds(alpha, folds - 1);
      },
      () => (shared = normal()),
    );
    expect(found.budget).toBeLessThanOrEqual(TOTAL);
    expect(found.naive).toBeGreaterThan(0.15);
  });
});

const known = new Map<number, number>();
function thresholds(alpha: number, degrees: number): number {
  if (!known.has(alpha)) known.set(alpha, -tQuantile(0.5 * alpha, degrees));
  return known.get(alpha)!;
}

describe('an interval of 95 %', () => {
  it('of the corrected t holds the truth in 95 % of cases on correlated folds, the uncorrected one far less often', () => {
    const normal = normals(29);
    const [folds, testRatio, truth] = [25, 0.25, 0.01];
    const correlation = testRatio / (1 + testRatio);
    const run = (ratio: number): number =>
      coverage(2000, () => {
        const common = Math.sqrt(correlation) * normal();
        const gains = Array.from({ length: folds }, () => truth + common + Math.sqrt(1 - correlation) * normal());
        const [low, high] = correctedT(gains, ratio, 0.05).interval;
        return low <= truth && truth <= high;
      });
    expect(Math.abs(run(testRatio) - 0.95)).toBeLessThan(0.02);
    expect(run(1e-9)).toBeLessThan(0.7);
  });

  it("of Tango's holds the truth in 95 % of cases, with few rows that differ", () => {
    const uniform = uniforms(31);
    const [alone, n] = [[0.12, 0.06], 100];
    const held = coverage(3000, () => {
      let [b, c] = [0, 0];
      for (let i = 0; i < n; i++) {
        const u = uniform();
        if (u < alone[0]) b++;
        else if (u < alone[0] + alone[1]) c++;
      }
      const [low, high] = tangoInterval({ challengerAlone: b, championAlone: c, n }, 0.05);
      return low <= alone[0] - alone[1] && alone[0] - alone[1] <= high;
    });
    expect(Math.abs(held - 0.95)).toBeLessThan(0.015);
  });

  it("of DeLong's holds the truth in 95 % of cases", () => {
    const normal = normals(37);
    const positive = Array.from({ length: 120 }, (_, i) => Number(i < 60));
    // areas of scores with a distance of 1 between the classes and these spreads
    const [rough, fine] = [1, 0.5];
    const area = (spread: number): number => normalCdf(1 / Math.sqrt(2 + 2 * spread * spread));
    const truth = area(fine) - area(rough);
    const held = coverage(800, () => {
      const common = positive.map((each) => each + normal());
      const scores = (spread: number): number[] => common.map((value) => value + spread * normal());
      const [low, high] = delong({ positive, champion: scores(rough), challenger: scores(fine) }, 0.05).interval;
      return low <= truth && truth <= high;
    });
    expect(Math.abs(held - 0.95)).toBeLessThan(0.025);
  });

  it('of the bootstrap by groups holds the truth in about 95 % of cases with ten groups, by rows far less often', () => {
    const normal = normals(41);
    const groups = Array.from({ length: 50 }, (_, i) => Math.floor(i / 5));
    let seed = 0;
    const run = (by?: readonly number[]): number =>
      coverage(100, () => {
        const ofGroup = Array.from({ length: 10 }, normal);
        const gains = groups.map((group) => 0.3 + ofGroup[group] + 0.5 * normal());
        const statistic = (counts: Int32Array): number => {
          let [sum, n] = [0, 0];
          for (let i = 0; i < 50; i++) {
            sum += counts[i] * gains[i];
            n += counts[i];
          }
          return sum / n;
        };
        const [low, high] = pairedBootstrap({ n: 50, statistic, groups: by, seed: seed++ }, 0.05).interval!;
        return low <= 0.3 && 0.3 <= high;
      });
    expect(run(groups)).toBeGreaterThanOrEqual(0.88);
    expect(run()).toBeLessThan(0.8);
  });
});
