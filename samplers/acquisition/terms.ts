/** A utility as a sum of terms, each a function of one model's mean and spread: ln of what is to be multiplied. */
import type { Utility, UtilitySlope } from './polish.ts';
import type { Model, Slopes } from './posterior.ts';

/** What a point is worth by a model's mean and standard deviation there; writes its slopes. */
export type Worth = (mean: number, sd: number, slopes?: Slopes) => number;

export interface Term {
  readonly model: Model;
  readonly worth: Worth;
}

/** The sum over the terms at many points. */
export function utilityOf(terms: readonly Term[]): Utility {
  return (units, count) => {
    const sums = new Float64Array(count);
    for (const { model, worth } of terms) {
      const { mean, sd } = model.predict(units, count);
      for (let i = 0; i < count; i++) sums[i] += worth(mean[i], sd[i]);
    }
    return sums;
  };
}

/** The sum over the terms at one point, and its slopes; undefined where a model has none. */
export function slopeOf(terms: readonly Term[]): UtilitySlope | undefined {
  if (terms.some(({ model }) => !model.slopes)) return undefined;
  const rates: Slopes = { byMean: 0, bySd: 0 };
  return (unit, slope) => {
    const [byMean, bySd] = [new Float64Array(unit.length), new Float64Array(unit.length)];
    let sum = 0;
    slope.fill(0);
    for (const { model, worth } of terms) {
      const { mean, sd } = model.slopes!(unit, byMean, bySd);
      sum += worth(mean, sd, rates);
      for (let i = 0; i < unit.length; i++) slope[i] += rates.byMean * byMean[i] + rates.bySd * bySd[i];
    }
    return sum;
  };
}
