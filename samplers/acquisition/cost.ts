/**
 * Improvement by what it costs, with a weight on costs that cools as the budget is spent: cheap points first, in the end
 * whatever improves most.
 *
 * Measured costs are measurements: a study that uses them is repeatable from its log, but not by running it again.
 *
 * [Snoek 2012] Snoek, Larochelle and Adams, "Practical Bayesian Optimization of Machine Learning Algorithms", NeurIPS
 *   2012, section 3.2.
 * [Lee 2020] Lee et al., "Cost-aware Bayesian Optimization", arXiv:2003.10870.
 */

/**
 * ln(EI / cost^cooling) [Lee 2020, section 4]; with cooling 1 it is the improvement per unit of cost [Snoek 2012]. Its
 * slope by the mean of ln cost is -cooling.
 * @param logImprovement  ln EI, or the logarithm of any other utility
 * @param meanLogCost     posterior mean of ln cost
 * @param cooling         0 to 1
 */
export function perCost(logImprovement: number, meanLogCost: number, cooling: number): number {
  return cooling === 0 ? logImprovement : logImprovement - cooling * meanLogCost;
}

/**
 * (total - spent) / (total - initial) [Lee 2020, eq. 6]: 1 after the initial design, 0 when the budget is used up.
 * @param spent, total, initial  in one unit: costs, or trials where no budget of costs was given
 * @returns 0 to 1; 1 where the budget has no end
 */
export function cooling(spent: number, total: number, initial: number): number {
  if (!Number.isFinite(total)) return 1;
  if (!(total > initial)) return spent < total ? 1 : 0;
  return Math.min(1, Math.max(0, (total - spent) / (total - initial)));
}
