/**
 * Reference points on the unit simplex [Das 1998]: all points whose coordinates are multiples of 1 / divisions and sum to 1.
 *
 * [Das 1998] Das & Dennis, "Normal-Boundary Intersection: A New Method for Generating the Pareto Surface in Nonlinear Multicriteria
 *   Optimization Problems", SIAM Journal on Optimization 8(3), 1998.
 */

/** In lexicographic order; there are `referenceCount` of them. @param objectives  >= 1 */
export function referencePoints(objectives: number, divisions: number): number[][] {
  const points: number[][] = [];
  const extend = (point: readonly number[], left: number): void => {
    if (point.length === objectives - 1) points.push([...point, left / divisions]);
    else for (let part = 0; part <= left; part++) extend([...point, part / divisions], left - part);
  };
  extend([], divisions);
  return points;
}

/** The binomial coefficient of (objectives - 1 + divisions) over divisions. */
export function referenceCount(objectives: number, divisions: number): number {
  let count = 1;
  for (let i = 1; i < objectives; i++) count = (count * (divisions + i)) / i;
  return Math.round(count);
}

/** The finest divisions that have at most `most` points, at least 1. */
export function finestDivisions(objectives: number, most: number): number {
  if (objectives === 1) return 1;
  let divisions = 1;
  while (referenceCount(objectives, divisions + 1) <= most) divisions++;
  return divisions;
}
