/** A Gaussian process in the plainest form there is, to try acquisition on: squared exponential kernel, noise, no fitting. */
import { jitteredCholesky } from '../../../samplers/numerics/cholesky.ts';
import { solve, solveLower } from '../../../samplers/numerics/triangular.ts';
import type { Model } from '../../../samplers/acquisition/posterior.ts';

export interface Data {
  readonly units: readonly Float64Array[];
  readonly values: readonly number[];
}

export function referenceModel({ units, values }: Data, scale: number, noise: number): Model {
  const n = units.length;
  const d = units[0]!.length;
  const kernel = (a: Float64Array, b: Float64Array): number => {
    let square = 0;
    for (let i = 0; i < d; i++) square += ((a[i]! - b[i]!) / scale) ** 2;
    return Math.exp(-0.5 * square);
  };
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) gram[i * n + j] = kernel(units[i]!, units[j]!) + (i === j ? noise : 0);
  const factor = new Float64Array(n * n);
  jitteredCholesky(gram, factor, n);
  const weights = Float64Array.from(values);
  solve(factor, n, weights);
  const row = (points: Float64Array, i: number): Float64Array => points.subarray(i * d, (i + 1) * d);
  const projected = (points: Float64Array, count: number): Float64Array => {
    const k = new Float64Array(count * n);
    for (let i = 0; i < count; i++) for (let j = 0; j < n; j++) k[i * n + j] = kernel(row(points, i), units[j]!);
    solveLower(factor, n, k, count);
    return k;
  };
  const predict: Model['predict'] = (points, count) => {
    const v = projected(points, count);
    const mean = new Float64Array(count);
    const sd = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      let left = 1;
      for (let j = 0; j < n; j++) {
        mean[i]! += kernel(row(points, i), units[j]!) * weights[j]!;
        left -= v[i * n + j]! ** 2;
      }
      sd[i] = Math.sqrt(Math.max(left, 1e-12));
    }
    return { mean, sd };
  };
  return {
    predict,
    covarianceWith(b, countB) {
      const vb = projected(b, countB);
      const of = (a: Float64Array, countA: number): Float64Array => {
        const va = projected(a, countA);
        return Float64Array.from({ length: countA * countB }, (_, at) => {
          const [i, j] = [Math.floor(at / countB), at % countB];
          let left = kernel(row(a, i), row(b, j));
          for (let k = 0; k < n; k++) left -= va[i * n + k]! * vb[j * n + k]!;
          return left;
        });
      };
      return {
        of,
        addSlopes(unit, rates, out) {
          for (let i = 0; i < unit.length; i++) {
            const at = (t: number): number =>
              of(
                unit.map((u, k) => (k === i ? u + t : u)),
                1,
              ).reduce((sum, covariance, j) => sum + rates[j]! * covariance, 0);
            out[i]! += (at(1e-5) - at(-1e-5)) / 2e-5;
          }
        },
      };
    },
    slopes(unit, byMean, bySd) {
      const at = (i: number, t: number) => {
        const moved = unit.slice();
        moved[i]! += t;
        const { mean, sd } = predict(moved, 1);
        return { mean: mean[0]!, sd: sd[0]! };
      };
      for (let i = 0; i < d; i++) {
        const [up, down] = [at(i, 1e-5), at(i, -1e-5)];
        byMean[i] = (up.mean - down.mean) / 2e-5;
        bySd[i] = (up.sd - down.sd) / 2e-5;
      }
      return at(0, 0);
    },
  };
}
