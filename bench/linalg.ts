/**
 * CPU time of the linear algebra under Gaussian processes: least and median over the rounds, milliseconds.
 * `node --import tsx bench/linalg.ts`.
 */
import { appendRows, cholesky } from '../samplers/numerics/cholesky.ts';
import { symmetricEigen } from '../samplers/numerics/symmetric-eigen.ts';
import { inverse, solve } from '../samplers/numerics/triangular.ts';

console.log('| n | what | least | median |\n|---|---|---|---|');
for (const n of [100, 500, 1000]) {
  const rounds = n < 500 ? 200 : 15;
  const matrix = covariance(n);
  const a = matrix.slice();
  report(
    n,
    'Cholesky',
    rounds,
    () => a.set(matrix),
    () => cholesky(a, n),
  );
  report(
    n,
    'one more row',
    rounds,
    () => a.set(matrix.subarray(n * n - n), n * n - n),
    () => appendRows(a, n - 1, n),
  );
  const b = new Float64Array(256 * n);
  report(
    n,
    'one right-hand side',
    rounds,
    () => b.fill(1),
    () => solve(a, n, b),
  );
  report(
    n,
    '256 right-hand sides',
    rounds,
    () => b.fill(1),
    () => solve(a, n, b, 256),
  );
  report(
    n,
    'inverse',
    rounds,
    () => {},
    () => inverse(a, n),
  );
  if (n > 500) continue;
  const full = matrix.slice();
  report(
    n,
    'eigenvectors',
    n < 500 ? 50 : 5,
    () => {},
    () => symmetricEigen(full, n),
  );
}

function report(n: number, what: string, rounds: number, prepare: () => void, run: () => unknown): void {
  const times = Array.from({ length: rounds }, () => {
    prepare();
    const started = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1000;
  }).toSorted((x, y) => x - y);
  console.log(`| ${n} | ${what} | ${times[0].toFixed(2)} | ${times[rounds >> 1].toFixed(2)} |`);
}

/** Of an exponential kernel on a line, with noise. */
function covariance(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => {
    const distance = Math.abs(Math.floor(at / n) - (at % n));
    return Math.exp(-distance / 50) + (distance === 0 ? 0.01 : 0);
  });
}
