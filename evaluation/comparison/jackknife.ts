/**
 * The acceleration of a BCa interval: how fast the standard error changes with the effect, a sixth of the skewness of what
 * each unit contributes, which leaving units out tells.
 *
 * [Efron 1987] Efron, "Better bootstrap confidence intervals", J. Am. Stat. Assoc. 82, 171-185, eq. 6.6; over several strata
 *   eq. 7.3 sums each stratum's own.
 */
import { shuffled } from './resampling.ts';
import { addUnit, type Units } from './units.ts';

/** At most about this often is the statistic computed. */
const EVALUATIONS = 2000;

/**
 * Over the units, group by group where they are groups. Above 2,000 units, blocks of units drawn at random are left out instead
 * of single ones: a block's mean is sqrt(its size) less skewed, and there are as many fewer blocks, so the acceleration is the
 * same; what it loses is precision, about 0.01.
 * @returns  NaN where the statistic is not finite without some unit, or does not depend on any
 */
export function acceleration(units: Units, statistic: (counts: Int32Array) => number, seed: number): number {
  const total = units.strata.reduce((sum, stratum) => sum + stratum.length, 0);
  const counts = new Int32Array(units.rows).fill(1);
  let [cubes, squares] = [0, 0];
  for (const [s, stratum] of units.strata.entries()) {
    const blocks = Math.min(stratum.length, Math.max(2, Math.floor(EVALUATIONS * (stratum.length / total))));
    const order = total > EVALUATIONS ? shuffled(stratum, seed, s) : stratum;
    const without = Float64Array.from({ length: blocks }, (_, b) => {
      for (let i = b; i < order.length; i += blocks) addUnit(units, order[i]!, -1, counts);
      const value = statistic(counts);
      for (let i = b; i < order.length; i += blocks) addUnit(units, order[i]!, 1, counts);
      return value;
    });
    const mean = without.reduce((sum, value) => sum + value, 0) / blocks;
    for (const value of without) {
      const influence = ((blocks - 1) * (mean - value)) / blocks;
      squares += influence * influence;
      cubes += influence * influence * influence;
    }
  }
  return cubes / (6 * squares * Math.sqrt(squares));
}
