/**
 * The quadratic model of L-BFGS-B, its generalized Cauchy point and its minimum over the free variables.
 *
 * The model about x is g^T p + p^T B p / 2 with B = theta I - W M W^T, W = [Y, theta S] of the last corrections s (steps) and y
 * (changes of the gradient), and M^-1 = [-D, L^T; L, theta S^T S], D and L the diagonal and the strictly lower triangle of S^T Y
 * [Byrd 1995, eq. 3.2 to 3.4]. n variables, m corrections.
 *
 * [Byrd 1995] Byrd, Lu, Nocedal and Zhu, "A limited memory algorithm for bound constrained optimization", SIAM J. Sci. Comput.
 *   16(5), 1190-1208.
 * [Morales 2011] Morales and Nocedal, "Remark on Algorithm 778", ACM Trans. Math. Softw. 38(1), 7.
 */
import { factorLu, solveLu } from './lu.ts';

export interface Bounds {
  /** -Infinity where there is none. */
  readonly lower: Float64Array;
  /** Infinity where there is none. */
  readonly upper: Float64Array;
}

export interface QuasiNewtonModel {
  readonly theta: number;
  /** W by rows: n x size, size = 2m. */
  readonly w: Float64Array;
  readonly size: number;
  /** M^-1, size x size. */
  readonly middle: Float64Array;
  readonly lu: Float64Array;
  readonly pivots: Int32Array;
}

/** The model without corrections: B = I. */
export const STEEPEST: QuasiNewtonModel = {
  theta: 1,
  w: new Float64Array(),
  size: 0,
  middle: new Float64Array(),
  lu: new Float64Array(),
  pivots: new Int32Array(),
};

/**
 * @param steps    s, oldest first, n numbers each
 * @param changes  y, s^T y > 0
 * @returns        the model, STEEPEST where rounding has made M^-1 singular
 */
export function modelOf(steps: readonly Float64Array[], changes: readonly Float64Array[]): QuasiNewtonModel {
  const m = steps.length;
  const size = 2 * m;
  const n = steps[0].length;
  const theta = dot(changes[m - 1], changes[m - 1]) / dot(steps[m - 1], changes[m - 1]);
  const w = new Float64Array(n * size);
  const middle = new Float64Array(size * size);
  for (let i = 0; i < m; i++) {
    for (let v = 0; v < n; v++) {
      w[v * size + i] = changes[i][v];
      w[v * size + m + i] = theta * steps[i][v];
    }
    middle[i * size + i] = -dot(steps[i], changes[i]);
    for (let j = 0; j < i; j++) middle[(m + i) * size + j] = middle[j * size + m + i] = dot(steps[i], changes[j]);
    for (let j = 0; j <= i; j++) {
      const product = theta * dot(steps[i], steps[j]);
      middle[(m + i) * size + m + j] = middle[(m + j) * size + m + i] = product;
    }
  }
  const lu = middle.slice();
  const pivots = new Int32Array(size);
  return factorLu(lu, size, pivots) ? { theta, w, size, middle, lu, pivots } : STEEPEST;
}

/**
 * Where the model should be minimal: its first minimum along the projected gradient, then over the variables that are off
 * their bounds there.
 * @param x         n numbers within the bounds
 * @param gradient  at x
 * @returns         a point within the bounds, in a direction of descent from x unless rounding forbids
 */
export function modelMinimum(
  model: QuasiNewtonModel,
  x: Float64Array,
  gradient: Float64Array,
  bounds: Bounds,
): Float64Array {
  const { point, c } = cauchyPoint(model, x, gradient, bounds);
  const free = Int32Array.from(x.keys()).filter((i) => point[i] > bounds.lower[i] && point[i] < bounds.upper[i]);
  if (model.size === 0 || free.length === 0) return point;
  const step = subspaceStep(model, x, gradient, point, c, free);
  if (!step) return point;
  // projected as in [Morales 2011]; if that leads uphill, cut short at the first bound instead [Byrd 1995, eq. 5.8]
  const projected = point.slice();
  for (const [f, i] of free.entries())
    projected[i] = Math.min(Math.max(point[i] + step[f], bounds.lower[i]), bounds.upper[i]);
  let slope = 0;
  for (let i = 0; i < x.length; i++) slope += (projected[i] - x[i]) * gradient[i];
  if (slope < 0) return projected;
  let share = 1;
  for (const [f, i] of free.entries())
    if (step[f] !== 0)
      share = Math.min(share, ((step[f] < 0 ? bounds.lower[i] : bounds.upper[i]) - point[i]) / step[f]);
  for (const [f, i] of free.entries())
    point[i] = Math.min(Math.max(point[i] + share * step[f], bounds.lower[i]), bounds.upper[i]);
  return point;
}

/** Algorithm CP of [Byrd 1995]; c = W^T (point - x). */
function cauchyPoint(
  model: QuasiNewtonModel,
  x: Float64Array,
  gradient: Float64Array,
  { lower, upper }: Bounds,
): { point: Float64Array; c: Float64Array } {
  const { theta, w, size } = model;
  const n = x.length;
  const point = x.slice();
  const c = new Float64Array(size);
  const p = new Float64Array(size);
  const d = new Float64Array(n);
  const breaks = new Float64Array(n);
  let slope = 0;
  for (let i = 0; i < n; i++) {
    const g = gradient[i];
    breaks[i] = g === 0 ? Infinity : (x[i] - (g < 0 ? upper[i] : lower[i])) / g;
    if (!(breaks[i] > 0)) continue;
    d[i] = -g;
    slope -= g * g;
    for (let k = 0; k < size; k++) p[k] += w[i * size + k] * d[i];
  }
  if (slope === 0) return { point, c };
  let curvature = -theta * slope - dot(p, timesM(model, p));
  const least = Number.EPSILON * -theta * slope;
  let ahead = -slope / curvature;
  let time = 0;
  const order = Array.from(breaks.keys())
    .filter((i) => breaks[i] > 0 && breaks[i] < Infinity)
    .toSorted((a, b) => breaks[a] - breaks[b] || a - b);
  for (const i of order) {
    const delta = breaks[i] - time;
    if (ahead < delta) break;
    const g = gradient[i];
    point[i] = g < 0 ? upper[i] : lower[i];
    for (let k = 0; k < size; k++) c[k] += delta * p[k];
    const row = w.subarray(i * size, (i + 1) * size);
    const mRow = timesM(model, row);
    slope += delta * curvature + g * g + theta * g * (point[i] - x[i]) - g * dot(mRow, c);
    curvature = Math.max(curvature - theta * g * g - 2 * g * dot(mRow, p) - g * g * dot(mRow, row), least);
    for (let k = 0; k < size; k++) p[k] += g * row[k];
    d[i] = 0;
    ahead = -slope / curvature;
    time = breaks[i];
  }
  ahead = ahead > 0 ? ahead : 0;
  for (let k = 0; k < size; k++) c[k] += ahead * p[k];
  time += ahead;
  for (let i = 0; i < n; i++)
    if (d[i] !== 0 && time > 0 && time < Infinity)
      point[i] = Math.min(Math.max(x[i] + time * d[i], lower[i]), upper[i]);
  return { point, c };
}

/**
 * The direct primal method [Byrd 1995, eq. 5.4 and 5.11]: from the Cauchy point to the minimum over the free variables, without
 * their bounds. With M^-1 multiplied in, one system (M^-1 - W_F^T W_F / theta) v = W_F^T r remains.
 */
function subspaceStep(
  model: QuasiNewtonModel,
  x: Float64Array,
  gradient: Float64Array,
  point: Float64Array,
  c: Float64Array,
  free: Int32Array,
): Float64Array | undefined {
  const { theta, w, size } = model;
  const mc = timesM(model, c);
  const system = model.middle.slice();
  const v = new Float64Array(size);
  const r = new Float64Array(free.length);
  for (const [f, i] of free.entries()) {
    const row = w.subarray(i * size, (i + 1) * size);
    r[f] = gradient[i] + theta * (point[i] - x[i]) - dot(row, mc);
    for (let a = 0; a < size; a++) {
      v[a] += row[a] * r[f];
      for (let b = 0; b < size; b++) system[a * size + b] -= (row[a] * row[b]) / theta;
    }
  }
  const pivots = new Int32Array(size);
  if (!factorLu(system, size, pivots)) return undefined;
  solveLu(system, size, pivots, v);
  for (const [f, i] of free.entries()) r[f] = -(r[f] + dot(w.subarray(i * size, (i + 1) * size), v) / theta) / theta;
  return r.every(Number.isFinite) ? r : undefined;
}

function timesM({ lu, size, pivots }: QuasiNewtonModel, vector: Float64Array): Float64Array {
  const result = vector.slice();
  solveLu(lu, size, pivots, result);
  return result;
}

/** By ascending index. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
