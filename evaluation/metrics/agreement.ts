/**
 * How well predicted classes agree with the true ones, all classes together.
 *
 * [Kubat 1997] Kubat and Matwin, "Addressing the curse of imbalanced training sets: one-sided selection", ICML.
 * [Gorodkin 2004] Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient",
 *   Comput. Biol. Chem. 28(5-6), 367-374.
 * [Cohen 1960] Cohen, "A coefficient of agreement for nominal scales", Educ. Psychol. Meas. 20(1), 37-46.
 */
import { exp, log } from '../../samplers/numerics/elementary.ts';
import type { ClassTally } from './tally.ts';

/** Share predicted right, 0 to 1; NaN of no weight. */
export function accuracy({ correct, total }: ClassTally): number {
  return sum(correct) / total;
}

/**
 * Mean recall of the classes that occur in the truth, 0 to 1; NaN of no weight.
 * @param adjusted  scaled so that guessing gives 0 and 1 stays 1; NaN or -Infinity of one class
 */
export function balancedAccuracy({ correct, truth }: ClassTally, adjusted = false): number {
  let recalls = 0;
  let classes = 0;
  for (let c = 0; c < truth.length; c++) {
    if (truth[c] === 0) continue;
    recalls += correct[c] / truth[c];
    classes++;
  }
  const score = recalls / classes;
  return adjusted ? (score - 1 / classes) / (1 - 1 / classes) : score;
}

/**
 * Geometric mean of the recalls [Kubat 1997], as imbalanced-learn's geometric_mean_score: over the classes that occur, so 0 where one of
 * them is never recognized, or never true.
 * @param correction  takes the place of recalls of 0
 */
export function gMean({ correct, truth, occurs }: ClassTally, correction = 0): number {
  let logs = 0;
  let classes = 0;
  for (let c = 0; c < truth.length; c++) {
    if (!occurs[c]) continue;
    logs += log(correct[c] > 0 ? correct[c] / truth[c] : correction);
    classes++;
  }
  return exp(logs / classes);
}

/** Matthews' correlation coefficient [Gorodkin 2004, eq. 8], -1 to 1; 0 where truth or predictions are all of one class. */
export function mcc({ correct, truth, predicted, total }: ClassTally): number {
  const spread = (total * total - dot(predicted, predicted)) * (total * total - dot(truth, truth));
  return spread === 0 ? 0 : (sum(correct) * total - dot(truth, predicted)) / Math.sqrt(spread);
}

/** Cohen's kappa [Cohen 1960]: agreement beyond chance, at most 1; NaN where chance alone makes all agree. */
export function kappa({ correct, truth, predicted, total }: ClassTally): number {
  let [differ, expected] = [0, 0];
  for (let c = 0; c < truth.length; c++) {
    differ += truth[c] - correct[c];
    expected += (truth[c] * (total - predicted[c])) / total;
  }
  return expected === 0 ? NaN : 1 - differ / expected;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, value, i) => total + value * b[i], 0);
}
