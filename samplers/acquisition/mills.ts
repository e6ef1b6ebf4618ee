/**
 * How the normal distribution's tail compares with its density: what every improvement far below the mean comes down to.
 *
 * [Gordon 1941] Gordon, "Values of Mills' ratio of area to bounding ordinate", Ann. Math. Stat. 12(3), 364-366.
 */
import { erfcx } from '../numerics/normal.ts';

/** From here on the asymptotic series is exact to the last digit but one. */
const FAR = 12;

/** Mills' ratio (1 - Phi(t)) / phi(t) for t >= 0: sqrt(pi / 2) at 0, about 1 / t for large t [Gordon 1941]. */
export function mills(t: number): number {
  return 1.2533141373155003 * erfcx(t * 0.7071067811865476);
}

/** 1 - t mills(t) for t >= 0, that is (phi(t) - t (1 - Phi(t))) / phi(t): 1 at 0, about 1 / t^2 for large t. Relative error 1e-13. */
export function millsRest(t: number): number {
  if (t < FAR) return 1 - t * mills(t);
  // t^-2 - 3 t^-4 + 15 t^-6 - ..., summed from its smallest term
  const square = 1 / t / t;
  let sum = 1;
  for (let k = 35; k >= 3; k -= 2) sum = 1 - k * square * sum;
  return square * sum;
}
