/**
 * A step along a line that fulfils the weak Wolfe conditions [Nocedal 2006, eq. 3.6]: a bracket that shrinks by cubic
 * interpolation, or grows fourfold while there is none.
 *
 * [Nocedal 2006] Nocedal and Wright, "Numerical Optimization", 2nd edition, Springer; interpolation: eq. 3.59.
 */

/** What is known at a step along the line. */
export interface LinePoint {
  readonly step: number;
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  /** Of the value by the step. */
  readonly slope: number;
}

/** Share of the slope that the value must fall by, and that the slope must fall to. */
const DECREASE = 1e-3;
const CURVATURE = 0.9;

/**
 * @param at       evaluates at a step; a value that is no finite number counts as too far
 * @param start    step 0, slope < 0
 * @param first    the first one to try, in (0, longest]
 * @param longest  no step is longer; there the slope may still be falling
 * @param tries    evaluations at most
 * @returns        undefined where no step was found that lowers the value enough
 */
export function wolfeStep(
  at: (step: number) => LinePoint,
  start: LinePoint,
  first: number,
  longest: number,
  tries: number,
): LinePoint | undefined {
  let step = first;
  let low = start;
  let high: LinePoint | undefined;
  for (let i = 0; i < tries; i++) {
    const here = at(step);
    if (!(here.value <= start.value + DECREASE * step * start.slope) || !Number.isFinite(here.slope)) high = here;
    else if (here.slope >= CURVATURE * start.slope || step >= longest) return here;
    else low = here;
    step = high ? inside(low, high) : Math.min(4 * low.step, longest);
    // so short a step means a gradient that is not the function's, or rounding
    if (step < 1e-10 * first || step <= low.step || (high && step >= high.step)) break;
  }
  return low.step > 0 ? low : undefined;
}

/** Within the bracket, a tenth of it away from its ends at least. */
function inside(low: LinePoint, high: LinePoint): number {
  const width = high.step - low.step;
  if (!Number.isFinite(high.value) || !Number.isFinite(high.slope)) return low.step + 0.1 * width;
  const d1 = low.slope + high.slope - (3 * (high.value - low.value)) / width;
  const square = d1 * d1 - low.slope * high.slope;
  const d2 = Math.sqrt(square > 0 ? square : 0);
  const share = 1 - (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2);
  return low.step + width * (share > 0.1 ? (share < 0.9 ? share : 0.9) : share <= 0.1 ? 0.1 : 0.5);
}
