/**
 * Which class the next trial is for, where the budget moves to the better one: MaxUCB for the max K-armed bandit [Balef 2025], since a
 * study keeps the best value of a class, not its mean.
 *
 * A class is worth its best value, plus a bonus that shrinks with the square of its trials and grows with the logarithm of all:
 * U_i = r_i + (alpha ln t / n_i)^2. Their values lie in [0, 1]; ours are put on the scale of the study, 1 for
 * its best value and 0 for its median, which an outlier does not move. It needs no budget in advance.
 *
 * [Balef 2025] Balef, Vernade, Eggensperger, "Put CASH on Bandits: A Max K-Armed Problem for Automated Machine Learning", NeurIPS 2025,
 * arXiv:2505.05226.
 */
import { log } from '../numerics/elementary.ts';

/** What is known of a class. */
export interface Arm {
  /** Trials that it had, in flight or ended in whatever way. */
  readonly tried: number;
  /** Its smallest value; Infinity while there is none. */
  readonly best: number;
}

/**
 * The class to try: the one that is furthest behind its minimum while one is, then the one with the largest U; the first of equals.
 *
 * @param minimums  how many trials each class has first, >= 1
 * @param open  classes that may be chosen
 * @param values  of all classes, ascending
 * @param exploration  alpha, >= 0
 */
export function bestArm(
  arms: readonly Arm[],
  minimums: readonly number[],
  open: readonly boolean[],
  values: readonly number[],
  exploration: number,
): number | undefined {
  const trials = arms.reduce((sum, { tried }) => sum + tried, 0);
  const lacks = arms.some(({ tried }, i) => open[i] && tried < minimums[i]);
  const [low, middle] = [values[0], values[values.length >> 1]];
  const worth = ({ best, tried }: Arm): number => {
    const bonus = (exploration * log(trials)) / tried;
    return (best < middle ? (middle - best) / (middle - low) : 0) + bonus * bonus;
  };
  let chosen: number | undefined;
  let most = -Infinity;
  for (const [i, arm] of arms.entries()) {
    const score = lacks ? 1 - arm.tried / minimums[i] : worth(arm);
    if (!open[i] || !(score > most)) continue;
    most = score;
    chosen = i;
  }
  return chosen;
}
