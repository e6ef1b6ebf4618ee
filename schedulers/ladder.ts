/** The budgets of halving: each rung trains eta times as far as the one below, the last to the maximum. */
import type { OptionSpec, Options, OptionSpecs } from '../study/options.ts';

const budget = (doc: string, fallback: number): OptionSpec => ({
  type: 'float',
  default: fallback,
  low: 1e-6,
  high: 1e9,
  doc,
});

/** Options of all schedulers that halve. */
export const LADDER_OPTIONS: OptionSpecs = {
  min: budget('budget of the lowest rung, in the unit that trials are told: steps, epochs, a share of the data', 1),
  max: budget('budget of a complete trial, in the same unit', 81),
  eta: { type: 'int', default: 3, low: 2, high: 1000, doc: 'one in so many goes on, and trains so many times as far' },
};

/**
 * Budgets by rung, ascending: min * eta^k, with as many rungs as fit below `max`, and `max` for the last of them. Whole numbers stay
 * whole. Where max is min times a power of eta (to 1e-9 of it), the budgets are max / eta^j, each rounded once: 1/27, 1/9, 1/3, 1
 * are what a user's own divisions give. No logarithm takes part: floor(log(1000) / log(10)) is 2.
 */
export function ladder(min: number, max: number, eta: number): number[] {
  const powers = [1];
  while (min * powers.at(-1)! * eta <= max * (1 + TOLERANCE)) powers.push(powers.at(-1)! * eta);
  const top = powers.length - 1;
  const isPower = Math.abs(min * powers[top]! - max) <= max * TOLERANCE;
  return powers.map((power, k) => (k === top ? max : isPower ? max / powers[top - k]! : min * power));
}

const TOLERANCE = 1e-9;

export function ladderOf({ min, max, eta }: Options): number[] {
  return ladder(min as number, max as number, eta as number);
}

/** What is wrong with a ladder's options together, in words. */
export function ladderFault({ min, max }: Options): string | undefined {
  return (min as number) <= (max as number)
    ? undefined
    : `min is ${min} and max ${max}: the lowest rung's budget can be at most the complete one; lower min or raise max`;
}

/** base^exponent by multiplication: whole numbers stay exact below 2^53. */
export function power(base: number, exponent: number): number {
  let product = 1;
  for (let i = 0; i < exponent; i++) product *= base;
  return product;
}
