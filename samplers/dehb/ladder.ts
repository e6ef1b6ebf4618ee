/** Budgets by level, and how many trials Hyperband has on each. */

/** Past this many levels a ladder counts as ended. */
const MOST_LEVELS = 60;
/** Budgets that are this close, by their share, are one. */
const TOLERANCE = 1e-9;

/** min, min * eta, … up to max. No logarithm takes part: floor(log(1000) / log(10)) is 2. */
export function budgetsOf(min: number, max: number, eta: number): number[] {
  const budgets = [min];
  while (budgets.length < MOST_LEVELS && budgets[budgets.length - 1] * eta <= max * (1 + TOLERANCE))
    budgets.push(budgets[budgets.length - 1] * eta);
  return budgets;
}

/** The highest level that a budget reaches, 0 where it reaches none. */
export function levelOf(budgets: readonly number[], budget: number): number {
  const above = budgets.findIndex((each) => each > budget * (1 + TOLERANCE));
  return above < 0 ? budgets.length - 1 : Math.max(above - 1, 0);
}

/**
 * Slots of each level's subpopulation: the most trials that a bracket has there, where bracket s begins s levels below the highest with
 * floor(levels / (s + 1)) * eta^s trials and divides by eta at each [Awad 2021, section 3].
 */
export function populationSizes(levels: number, eta: number): number[] {
  const sizes = Array.from({ length: levels }, () => 1);
  let power = 1;
  for (let s = 0; s < levels; s++, power *= eta) {
    let trials = Math.floor(levels / (s + 1)) * power;
    for (let level = levels - 1 - s; level < levels; level++) {
      sizes[level] = Math.max(sizes[level], trials);
      trials = Math.max(Math.floor(trials / eta), 1);
    }
  }
  return sizes;
}
