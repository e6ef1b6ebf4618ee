/**
 * A parameter that changes while a trial trains, a learning rate mostly: what its value is at a step. A space has it as ordinary
 * parameters (syntax/schedule.ts), and a trial computes from their values, with these formulas in any language:
 *
 *   n the steps of the whole training, s those already made: 0 to n - 1; w = round(warmup n), u = s - w, m = n - w
 *   while s < w         base (s + 1) / (w + 1)
 *   constant            base
 *   step                base factor^floor(u / every)
 *   exponential         base rate^u
 *   cosine              base (final + (1 - final) (1 + cos(pi u / m)) / 2)                                  [Loshchilov 2017, eq. 5]
 *   one-cycle           p = peak n - 1; from `from` base up to base while s <= p, down to `final` base at n - 1, each along half a cosine,
 *                       a + (b - a) (1 - cos(pi t)) / 2 from a to b, t from 0 to 1 [Smith 2018]; it has no warm-up
 *
 * These are PyTorch's StepLR, ExponentialLR, CosineAnnealingLR and OneCycleLR (cos, two phases), after a LinearLR from 1 / (w + 1).
 * The same bits everywhere: powers are products, the cosine is a polynomial of our own.
 *
 * [Loshchilov 2017] Loshchilov and Hutter, "SGDR: Stochastic gradient descent with warm restarts", ICLR 2017, arXiv:1608.03983.
 * [Smith 2018] Smith and Topin, "Super-convergence: Very fast training of neural networks using large learning rates", arXiv:1708.07120.
 */
import { TrialFailedError } from '../errors.ts';
import { show } from '../wording/json.ts';

/** The parameters of a schedule, as a trial receives them under its name. */
export interface ParameterSchedule {
  /** What the shape begins with; of one-cycle the highest value. */
  readonly base: number;
  readonly shape: 'constant' | 'step' | 'exponential' | 'cosine' | 'one-cycle';
  /** Share of the steps that lead up to `base`, 0 to 1; absent: none. */
  readonly warmup?: number;
  /** Of that shape: times `factor` after each `every` steps. */
  readonly step?: { readonly factor: number; readonly every: number };
  /** Times `rate` after each step. */
  readonly exponential?: { readonly rate: number };
  /** The share of `base` that it comes down to. */
  readonly cosine?: { readonly final: number };
  /** The share of the steps that lead to the top, and the shares of `base` at the first and the last step. */
  readonly 'one-cycle'?: { readonly peak: number; readonly from: number; readonly final: number };
}

/**
 * The value of a parameter with a schedule.
 * @param step   how many steps were made before: a whole number from 0; from `total` on the value is that of the last step
 * @param total  steps of the whole training, a whole number >= 1; the same in all segments of a trial that a scheduler divides
 * @throws TrialFailedError where step or total is no such number, or the schedule lacks what its shape needs
 */
export function scheduleValue(schedule: ParameterSchedule, step: number, total: number): number {
  if (!Number.isSafeInteger(total) || total < 1)
    throw new TrialFailedError(`total is ${show(total)}, expected a whole number of steps, at least 1`);
  if (!Number.isSafeInteger(step) || step < 0)
    throw new TrialFailedError(
      `step is ${show(step)}, expected how many steps were made before, a whole number from 0`,
    );
  const at = Math.min(step, total - 1);
  const { base, shape, warmup = 0 } = schedule;
  if (shape === 'one-cycle') return base * cycleShare(needed(schedule, shape), at, total);
  const warm = Math.round(warmup * total);
  if (at < warm) return (base * (at + 1)) / (warm + 1);
  return base * shareOf(schedule, at - warm, total - warm);
}

/** What is left of the base after `step` of `total` steps without a warm-up. */
function shareOf(schedule: ParameterSchedule, step: number, total: number): number {
  switch (schedule.shape) {
    case 'constant':
      return 1;
    case 'step': {
      const { factor, every } = needed(schedule, 'step');
      return power(factor, Math.floor(step / every));
    }
    case 'exponential':
      return power(needed(schedule, 'exponential').rate, step);
    case 'cosine': {
      const { final } = needed(schedule, 'cosine');
      return final + ((1 - final) * (1 + cosPi(step / total))) / 2;
    }
    default:
      throw new TrialFailedError(
        `the schedule's shape is ${show(schedule.shape)}, expected constant, step, exponential, cosine or one-cycle`,
      );
  }
}

function cycleShare(
  { peak, from, final }: NonNullable<ParameterSchedule['one-cycle']>,
  step: number,
  total: number,
): number {
  const top = Math.max(0, peak * total - 1);
  if (step < top) return eased(from, 1, step / top);
  const left = total - 1 - top;
  return left > 0 ? eased(1, final, (step - top) / left) : 1;
}

/** From a to b along half a cosine. */
function eased(a: number, b: number, t: number): number {
  return a + ((b - a) * (1 - cosPi(t))) / 2;
}

function needed<Shape extends 'step' | 'exponential' | 'cosine' | 'one-cycle'>(
  schedule: ParameterSchedule,
  shape: Shape,
): NonNullable<ParameterSchedule[Shape]> {
  const found = schedule[shape];
  if (found) return found;
  throw new TrialFailedError(
    `the schedule ${show(schedule)} has the shape ${shape}, but no ${shape}: expected its parameters there, as trials of a space with a schedule have them`,
  );
}

/** x to a whole power n >= 0, by squaring. */
function power(x: number, n: number): number {
  let [result, square] = [1, x];
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** 1 / k! with the signs of Taylor's series of the cosine, and of the sine over x, by powers of x squared: enough up to pi / 4. */
const COSINE = [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40_320, -1 / 3_628_800, 1 / 479_001_600, -1 / 87_178_291_200];
const SINE = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362_880, -1 / 39_916_800, 1 / 6_227_020_800, -1 / 1_307_674_368_000];

/** cos(pi t) for 0 <= t <= 1, to some units in the last place; exact at 0, 1/2 and 1. */
function cosPi(t: number): number {
  if (t > 0.75) return -series(COSINE, Math.PI * (1 - t));
  if (t > 0.25) return series(SINE, Math.PI * (0.5 - t)) * (Math.PI * (0.5 - t));
  return series(COSINE, Math.PI * t);
}

function series(terms: readonly number[], x: number): number {
  return terms.reduceRight((sum, term) => sum * x * x + term, 0);
}
