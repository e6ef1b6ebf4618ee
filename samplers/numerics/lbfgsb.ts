/**
 * L-BFGS-B: a minimum of a smooth function within bounds, by gradients and a memory of the last steps [Byrd 1995], with the
 * projected subspace step of its version 3.0 [Morales 2011] and stopping rules and defaults of that code.
 *
 * [Byrd 1995] Byrd, Lu, Nocedal and Zhu, "A limited memory algorithm for bound constrained optimization", SIAM J. Sci. Comput.
 *   16(5), 1190-1208.
 * [Morales 2011] Morales and Nocedal, "Remark on Algorithm 778", ACM Trans. Math. Softw. 38(1), 7.
 */
import { wolfeStep, type LinePoint } from './line-search.ts';
import { dot, modelMinimum, modelOf, STEEPEST, type Bounds } from './quasi-newton-model.ts';

export interface MinimizeOptions {
  /** Corrections remembered; 10. */
  readonly memory?: number;
  /** 200. */
  readonly maxIterations?: number;
  /** Calls of the function, never more; 15,000. */
  readonly maxEvaluations?: number;
  /** It ends where no entry of the projected gradient is larger; 1e-5. */
  readonly gradientTolerance?: number;
  /** It ends where a step lowers the value by no more than this share of max(|before|, |after|, 1); 2.22e-9. */
  readonly valueTolerance?: number;
}

export interface Minimum {
  /** Within the bounds. */
  readonly x: Float64Array;
  readonly f: number;
  readonly iterations: number;
  readonly evaluations: number;
  /** Whether one of the tolerances was met; if not, a limit was, or no step lowered the value, and x is the best seen. */
  readonly converged: boolean;
}

/**
 * Minimizes within bounds.
 * @param f       the value at x, with its gradient written into `gradient`; keeps neither array. NaN or Infinity where x is out of
 *                its domain: steps there are cut short
 * @param start   n numbers; those out of the bounds are moved onto them
 * @param bounds  n numbers each, lower <= upper
 * @throws RangeError where the bounds are crossed or have other lengths
 */
export function minimize(
  f: (x: Float64Array, gradient: Float64Array) => number,
  start: Float64Array,
  bounds: Bounds,
  options: MinimizeOptions = {},
): Minimum {
  checkBounds(start, bounds);
  const { memory = 10, maxIterations = 200, maxEvaluations = 15_000 } = options;
  const { gradientTolerance = 1e-5, valueTolerance = 2.220446049250313e-9 } = options;
  let evaluations = 0;
  const evaluate = (x: Float64Array, step: number, direction: Float64Array): LinePoint => {
    const gradient = new Float64Array(x.length);
    const value = f(x, gradient);
    evaluations++;
    return { step, x, value, gradient, slope: dot(gradient, direction) };
  };
  let here = evaluate(clamped(start, bounds), 0, start);
  let iterations = 0;
  const end = (converged: boolean): Minimum => ({ x: here.x, f: here.value, iterations, evaluations, converged });
  if (!Number.isFinite(here.value) || !here.gradient.every(Number.isFinite)) return end(false);

  const steps: Float64Array[] = [];
  const changes: Float64Array[] = [];
  let model = STEEPEST;
  for (;;) {
    if (projectedGradient(here.x, here.gradient, bounds) <= gradientTolerance) return end(true);
    if (iterations >= maxIterations || evaluations >= maxEvaluations) return end(false);
    const { x } = here;
    const target = modelMinimum(model, x, here.gradient, bounds);
    const direction = target.map((to, i) => to - x[i]);
    const slope = dot(direction, here.gradient);
    const at = (step: number): LinePoint => {
      const point =
        step === 1
          ? target
          : clamped(
              x.map((from, i) => from + step * direction[i]),
              bounds,
            );
      return evaluate(point.slice(), step, direction);
    };
    const [first, longest] = stepLimits(x, direction, bounds, iterations === 0);
    const tries = Math.min(20, maxEvaluations - evaluations);
    const next = slope < 0 ? wolfeStep(at, { ...here, step: 0, slope }, first, longest, tries) : undefined;
    if (!next) {
      if (model === STEEPEST) return end(false);
      // rounding has spoilt the model: begin another
      model = STEEPEST;
      steps.length = changes.length = 0;
      continue;
    }
    iterations++;
    const step = next.x.map((to, i) => to - x[i]);
    const change = next.gradient.map((to, i) => to - here.gradient[i]);
    const gain = here.value - next.value;
    const size = Math.max(Math.abs(here.value), Math.abs(next.value), 1);
    here = next;
    if (gain <= valueTolerance * size) return end(true);
    if (!(dot(step, change) > Number.EPSILON * -slope * next.step)) continue;
    steps.push(step);
    changes.push(change);
    if (steps.length > memory) {
      steps.shift();
      changes.shift();
    }
    model = modelOf(steps, changes);
  }
}

function checkBounds({ length }: Float64Array, { lower, upper }: Bounds): void {
  if (lower.length !== length || upper.length !== length)
    throw new RangeError(
      `The bounds have ${lower.length} and ${upper.length} entries, the start has ${length}: all must have the same.`,
    );
  for (let i = 0; i < length; i++)
    if (!(lower[i] <= upper[i]))
      throw new RangeError(`Bound ${i} is from ${lower[i]} to ${upper[i]}: the lower one must not be above the upper.`);
}

function clamped(x: Float64Array, { lower, upper }: Bounds): Float64Array {
  return x.map((value, i) => Math.min(Math.max(value, lower[i]), upper[i]));
}

/** The largest entry of P(x - gradient) - x. */
function projectedGradient(x: Float64Array, gradient: Float64Array, { lower, upper }: Bounds): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const g = gradient[i];
    const entry = g < 0 ? Math.max(x[i] - upper[i], g) : Math.min(x[i] - lower[i], g);
    largest = Math.max(largest, Math.abs(entry));
  }
  return largest;
}

/** The step to try first and the longest one. The very first direction has no scale but that of its box, if all sides are finite. */
function stepLimits(
  x: Float64Array,
  direction: Float64Array,
  { lower, upper }: Bounds,
  scaleless: boolean,
): [first: number, longest: number] {
  let bounded = false;
  let boxed = true;
  let longest = Infinity;
  for (let i = 0; i < x.length; i++) {
    bounded ||= lower[i] > -Infinity || upper[i] < Infinity;
    boxed &&= lower[i] > -Infinity && upper[i] < Infinity;
    if (direction[i] !== 0)
      longest = Math.min(longest, ((direction[i] < 0 ? lower[i] : upper[i]) - x[i]) / direction[i]);
  }
  longest = scaleless && bounded ? 1 : Math.max(1, longest);
  return [scaleless && !boxed ? Math.min(1 / Math.sqrt(dot(direction, direction)), longest) : 1, longest];
}
