import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Hyperparameters } from '../../../samplers/gp/kernel.ts';
import { layoutOf } from '../../../samplers/gp/layout.ts';
import { hyperparametersOf, negativeLogPosterior } from '../../../samplers/gp/likelihood.ts';
import { Posterior } from '../../../samplers/gp/posterior.ts';
import { warped, warpRates, warpSlope } from '../../../samplers/gp/warping.ts';
import { cube, drawn, mixed } from './spaces.ts';

interface Case {
  readonly amplitude: number;
  readonly noise: number;
  readonly weights: readonly number[];
  readonly x: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly at: readonly (readonly number[])[];
  readonly mean: readonly number[];
  readonly variance: readonly number[];
  readonly logLikelihood: number;
}

const { cases } = JSON.parse(readFileSync(new URL('fixtures/regression.json', import.meta.url), 'utf8')) as {
  cases: readonly Case[];
};

const THETA: Hyperparameters = {
  weights: Float64Array.of(0.7, 5, 2, 3, 0.4),
  amplitude: 1.3,
  noise: 0.01,
  warps: new Float64Array(0),
};

function flat(rows: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(rows.flat());
}

describe.each(cases)(
  'with weights $weights',
  ({ amplitude, noise, weights, x, y, at, mean, variance, logLikelihood }) => {
    const layout = layoutOf(cube(weights.length));

    it('the posterior has the mean and variance of scikit-learn', () => {
      const posterior = new Posterior(layout, {
        weights: Float64Array.from(weights),
        amplitude,
        noise,
        warps: new Float64Array(0),
      });
      posterior.append(flat(x), 0, x.length);
      posterior.observe(Float64Array.from(y));
      const [means, variances] = [new Float64Array(at.length), new Float64Array(at.length)];
      posterior.predict(flat(at), at.length, means, variances);
      for (let i = 0; i < at.length; i++) {
        expect(means[i]).toBeCloseTo(mean[i], 8);
        expect(variances[i]).toBeCloseTo(variance[i], 8);
      }
    });

    it('the likelihood is that of scikit-learn, times the priors', () => {
      const priors =
        weights.reduce((sum, w) => sum + 0.1 / w + 0.1 * w, 0) +
        (amplitude - Math.log(amplitude)) +
        0.5 * (Math.log(noise / 1e-4) / 2) ** 2;
      const objective = negativeLogPosterior(layout, flat(x), Float64Array.from(y));
      const logs = Float64Array.from([...weights, amplitude, noise], Math.log);
      expect(objective(logs, new Float64Array(logs.length))).toBeCloseTo(priors - logLikelihood, 8);
    });
  },
);

describe('the likelihood', () => {
  it.each([
    ['a mixed space', mixed, 5],
    ['a cube', cube(3), 3],
    ['a space whose dimensions share their scales', cube(41), 2],
  ])('has the slopes of its differences on %s', (_, space, scales) => {
    const { layout, columns, y } = drawn(space, 25, 3);
    expect(layout.scales).toBe(scales);
    const shares = Float64Array.from(y, (_unused, i) => 1 / (1 + (i % 3)));
    const objective = negativeLogPosterior(layout, columns, y, shares);
    const logs = Float64Array.from({ length: scales + 2 }, (_unused, i) => 0.3 * Math.cos(i) - (i > scales ? 3 : 0));
    const slopes = new Float64Array(logs.length);
    objective(logs, slopes);
    for (let i = 0; i < logs.length; i++) {
      const at = (by: number): number =>
        objective(
          logs.map((value, k) => (k === i ? value + by : value)),
          new Float64Array(logs.length),
        );
      expect(slopes[i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 5);
    }
  });
});

describe('a posterior', () => {
  const { layout, columns, y } = drawn(mixed, 50, 1);
  const width = layout.columns;

  function posteriorOf(steps: readonly number[], observed = y): Posterior {
    const posterior = new Posterior(layout, THETA);
    let from = 0;
    for (const to of steps) {
      posterior.append(columns, from, to);
      from = to;
    }
    posterior.observe(observed.slice(0, from));
    return posterior;
  }

  function predictions(posterior: Posterior, count = 50): [means: Float64Array, variances: Float64Array] {
    const result: [Float64Array, Float64Array] = [new Float64Array(count), new Float64Array(count)];
    posterior.predict(columns, count, ...result);
    return result;
  }

  it('has the same bits however its points arrived', () => {
    const atOnce = predictions(posteriorOf([37]));
    expect(predictions(posteriorOf([1, 2, 3, 20, 36, 37]))).toEqual(atOnce);
    const cut = posteriorOf([37]);
    cut.append(columns, 37, 50);
    cut.truncate(37);
    expect(predictions(cut)).toEqual(atOnce);
  });

  it('takes a mean of several runs as that many results', () => {
    const runs = Array.from({ length: 20 }, (_, i) => 1 + (i % 3));
    const of = (i: number, run: number): number => y[i] + 0.1 * Math.sin(5 * i + run);
    const means = runs.map((n, i) => Array.from({ length: n }, (_, run) => of(i, run)).reduce((a, b) => a + b) / n);
    const byMeans = new Posterior(layout, THETA);
    byMeans.append(
      columns,
      0,
      20,
      runs.map((n) => 1 / n),
    );
    byMeans.observe(Float64Array.from(means));
    const byRuns = new Posterior(layout, THETA);
    const each = runs.flatMap((n, i) => Array.from({ length: n }, (_, run) => [i, run] as const));
    for (const [i] of each) byRuns.append(columns, i, i + 1);
    byRuns.observe(Float64Array.from(each, ([i, run]) => of(i, run)));
    const [mean, variance] = predictions(byMeans);
    const [expected, left] = predictions(byRuns);
    for (let i = 0; i < 50; i++) {
      expect(mean[i]).toBeCloseTo(expected[i], 8);
      expect(variance[i]).toBeCloseTo(left[i], 8);
    }
  });

  it('models what is left beside a mean function, and adds it to what it predicts', () => {
    const around = {
      at: (of: Float64Array, count: number) => Float64Array.from({ length: count }, (_, i) => 3 + 2 * of[i * width]),
      addSlopes: (_: Float64Array, slopes: Float64Array) => void (slopes[0] += 2),
    };
    const posterior = new Posterior(layout, THETA, around);
    posterior.append(columns, 0, 30);
    posterior.observe(y.slice(0, 30));
    const rest = new Posterior(layout, THETA);
    rest.append(columns, 0, 30);
    rest.observe(y.slice(0, 30).map((value, i) => value - (3 + 2 * columns[i * width])));
    const [means, variances] = predictions(posterior);
    const [left, same] = predictions(rest);
    expect(variances).toEqual(same);
    for (let i = 0; i < 50; i++) expect(means[i]).toBeCloseTo(left[i] + 3 + 2 * columns[i * width], 12);
    expect([...posterior.means(columns, 50)]).toEqual([...means]);
    const [byMean, byRest] = [new Float64Array(width), new Float64Array(width)];
    const at = columns.subarray(40 * width, 41 * width);
    const value = posterior.slopes(at, byMean, new Float64Array(width));
    rest.slopes(at, byRest, new Float64Array(width));
    expect(value.mean).toBeCloseTo(means[40], 10);
    byRest[0] += 2;
    expect([...byMean]).toEqual([...byRest]);
    const added = new Float64Array(width);
    posterior.addMeanSlopes(at, 0.5, added);
    for (const [c, slope] of added.entries()) expect(slope).toBeCloseTo(0.5 * byMean[c], 10);
  });

  it('keeps its mean and loses variance where a trial runs', () => {
    const posterior = posteriorOf([30]);
    const [means, variances] = predictions(posterior);
    posterior.append(columns, 30, 35);
    const [after, left] = predictions(posterior);
    expect(after).toEqual(means);
    for (let i = 0; i < 50; i++) expect(left[i]).toBeLessThanOrEqual(variances[i] + 1e-12);
    for (let i = 30; i < 35; i++) expect(left[i]).toBeLessThan(THETA.noise);
  });

  it('has the covariances by which one more point takes variance from the others', () => {
    const posterior = posteriorOf([30]);
    const [, variances] = predictions(posterior);
    const covariances = posterior.covariance(columns, 50, posterior.solved(columns.subarray(40 * width), 1));
    expect(covariances[40]).toBeCloseTo(variances[40], 12);
    posterior.append(columns, 40, 41);
    const [, left] = predictions(posterior);
    for (let i = 0; i < 50; i++) {
      const taken = (covariances[i] * covariances[i]) / (variances[40] + THETA.noise);
      expect(left[i]).toBeCloseTo(variances[i] - taken, 10);
    }
  });

  it('tells its means where it was observed', () => {
    const posterior = new Posterior(layout, THETA);
    posterior.append(columns, 0, 50);
    const means = posterior.observe(y);
    const [predicted] = predictions(posterior);
    for (let i = 0; i < 50; i++) expect(means[i]).toBeCloseTo(predicted[i], 9);
  });

  it('has the slopes of its differences by every numeric column', () => {
    const posterior = posteriorOf([40]);
    const [byMean, byVariance] = [new Float64Array(layout.numeric), new Float64Array(layout.numeric)];
    for (let i = 40; i < 50; i++) {
      const point = columns.slice(i * width, (i + 1) * width);
      const here = posterior.slopes(point, byMean, byVariance);
      const [mean, variance] = [new Float64Array(1), new Float64Array(1)];
      posterior.predict(point, 1, mean, variance);
      expect([here.mean, here.variance]).toEqual([mean[0], variance[0]]);
      for (let c = 0; c < layout.numeric; c++) {
        const at = (by: number): [number, number] => {
          const moved = point.map((value, k) => (k === c ? value + by : value));
          posterior.predict(moved, 1, mean, variance);
          return [mean[0], variance[0]];
        };
        const [[m1, v1], [m0, v0]] = [at(1e-5), at(-1e-5)];
        expect(byMean[c]).toBeCloseTo((m1 - m0) / 2e-5, 5);
        expect(byVariance[c]).toBeCloseTo((v1 - v0) / 2e-5, 5);
      }
    }
  });
});

describe('a warped posterior', () => {
  const layout = layoutOf(mixed, true);
  const { columns, y } = drawn(mixed, 30, 5);
  const logs = Float64Array.from(
    { length: layout.scales + 2 + 2 * layout.warped.length },
    (_, i) => 0.4 * Math.cos(2 * i),
  );

  it('warps what is always active', () => {
    expect(layout.warped).toHaveLength(2);
  });

  it('has a likelihood with the slopes of its differences', () => {
    const objective = negativeLogPosterior(layout, columns, y);
    const slopes = new Float64Array(logs.length);
    objective(logs, slopes);
    for (let i = 0; i < logs.length; i++) {
      const at = (by: number): number =>
        objective(
          logs.map((value, k) => (k === i ? value + by : value)),
          new Float64Array(logs.length),
        );
      expect(slopes[i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 5);
    }
  });

  it('has slopes of its own differences, and covariances too', () => {
    const posterior = new Posterior(layout, hyperparametersOf(layout, logs));
    posterior.append(columns, 0, 20);
    posterior.observe(y.slice(0, 20));
    const others = posterior.solved(columns, 10);
    const rates = Float64Array.from({ length: 10 }, (_, j) => Math.sin(j));
    const point = columns.slice(25 * layout.columns, 26 * layout.columns);
    const [byMean, byVariance, byCovariance] = [0, 1, 2].map(() => new Float64Array(layout.numeric));
    posterior.slopes(point, byMean, byVariance);
    posterior.covarianceSlopes(point, others, rates, byCovariance);
    const at = (c: number, by: number): number[] => {
      const moved = point.map((value, k) => (k === c ? value + by : value));
      const [mean, variance] = [new Float64Array(1), new Float64Array(1)];
      posterior.predict(moved, 1, mean, variance);
      const sum = posterior.covariance(moved, 1, others).reduce((total, v, j) => total + rates[j] * v, 0);
      return [mean[0], variance[0], sum];
    };
    for (let c = 0; c < layout.numeric; c++) {
      const [up, down] = [at(c, 1e-5), at(c, -1e-5)];
      for (const [k, slope] of [byMean[c], byVariance[c], byCovariance[c]].entries())
        expect(slope).toBeCloseTo((up[k] - down[k]) / 2e-5, 6);
    }
  });
});

describe('a warp', () => {
  it('is a way from 0 to 1, straight for a = b = 1, with the slopes of its differences', () => {
    for (const u of [0, 0.01, 0.3, 0.8, 1]) expect(warped(u, 1, 1)).toBeCloseTo(u, 5);
    for (const [a, b] of [
      [0.3, 2],
      [4, 0.5],
      [8, 8],
    ]) {
      expect(warped(0, a, b)).toBeGreaterThanOrEqual(0);
      expect(warped(1, a, b)).toBeLessThanOrEqual(1);
      for (const u of [0.05, 0.3, 0.6, 0.95]) {
        expect(warped(u, a, b)).toBeCloseTo(1 - (1 - u ** a) ** b, 4);
        expect(warpSlope(u, a, b)).toBeCloseTo((warped(u + 1e-6, a, b) - warped(u - 1e-6, a, b)) / 2e-6, 5);
        const [byA, byB] = warpRates(u, a, b);
        const up = Math.exp(1e-6);
        expect(byA).toBeCloseTo((warped(u, a * up, b) - warped(u, a / up, b)) / 2e-6, 6);
        expect(byB).toBeCloseTo((warped(u, a, b * up) - warped(u, a, b / up)) / 2e-6, 6);
      }
    }
  });
});

describe('covariances with other points', () => {
  const { layout, columns, y } = drawn(mixed, 40, 4);
  const width = layout.columns;

  it('have the slopes of their differences', () => {
    const posterior = new Posterior(layout, THETA);
    posterior.append(columns, 0, 25);
    posterior.observe(y.slice(0, 25));
    const others = posterior.solved(columns.slice(20 * width, 30 * width), 10);
    const rates = Float64Array.from({ length: 10 }, (_, j) => Math.cos(j));
    const point = columns.slice(35 * width, 36 * width);
    const sum = (at: Float64Array): number =>
      posterior.covariance(at, 1, others).reduce((total, covariance, j) => total + rates[j] * covariance, 0);
    const slopes = new Float64Array(layout.numeric);
    posterior.covarianceSlopes(point, others, rates, slopes);
    for (let c = 0; c < layout.numeric; c++) {
      const at = (by: number): number => sum(point.map((value, k) => (k === c ? value + by : value)));
      expect(slopes[c]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 7);
    }
  });
});
