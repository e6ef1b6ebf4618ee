/** From an interval to a decision, and the decision in a sentence. */
import type { Decision } from '../../study/evaluation/contract.ts';
import { figure } from '../figures.ts';
import { checkAlpha, checkMinimumEffect } from './door.ts';

/** What is known of champion and challenger. Effects are oriented: positive is better, in the metric's unit. */
export interface Finding {
  readonly metric: string;
  /** What was compared: '1200 rows', '10 folds'. */
  readonly over: string;
  readonly effect?: number;
  /** Of the effect, at confidence 1 - alpha; absent where chance is unknown. */
  readonly interval?: readonly [low: number, high: number];
  /** Two-sided, of no effect: where there is one it has to agree with a promotion. */
  readonly p?: number;
  readonly minimumEffect: number;
  readonly alpha: number;
  /** Why there is no effect or no interval. */
  readonly lacks?: string;
}

/**
 * `promote` only if all of the interval is above the minimum effect (and p, where there is one, does not exceed alpha), `keep` if
 * none of it is, else `inconclusive`.
 * @returns  the decision and why, with its figures, as a sentence without a full stop
 * @throws RangeError  where alpha or minimumEffect cannot be, or the interval's bounds are no numbers in order
 */
export function decide(finding: Finding): { decision: Decision; reason: string } {
  const { metric, over, effect, interval, p, minimumEffect, alpha } = finding;
  checkAlpha(alpha);
  checkMinimumEffect(minimumEffect);
  const lacks = finding.lacks ?? 'nothing is known of chance';
  if (effect === undefined)
    return { decision: 'inconclusive', reason: `champion and challenger cannot be compared: ${lacks}` };
  const seen = `on ${over} the challenger's ${metric} is ${inWords(effect)}`;
  if (!interval) return { decision: 'inconclusive', reason: `${seen}, which may be chance: ${lacks}` };
  const [low, high] = interval;
  if (!(low <= high)) throw new RangeError(`the interval is [${low}, ${high}], expected two numbers, the lower first`);
  const sure = `with ${confidence(alpha)} % confidence`;
  const least = minimumEffect > 0 ? `the ${figure(minimumEffect)} that a change has to bring` : '0';
  const between = `the true gain is between ${figure(low)} and ${figure(high)}`;
  if (high <= minimumEffect) return { decision: 'keep', reason: `${seen}; ${sure} ${between}: not more than ${least}` };
  if (low <= minimumEffect)
    return {
      decision: 'inconclusive',
      reason: `${seen}, but they do not settle it: ${sure} ${between}, which may or may not be more than ${least}`,
    };
  if (p !== undefined && p > alpha)
    return {
      decision: 'inconclusive',
      reason: `${seen}, but chance alone makes a difference as large in ${figure(100 * p)} % of cases, and at most ${figure(100 * alpha)} % are accepted`,
    };
  return { decision: 'promote', reason: `${seen}; ${sure} ${between}: more than ${least}` };
}

function inWords(effect: number): string {
  return effect === 0 ? 'the same' : `${effect > 0 ? 'better' : 'worse'} by ${figure(Math.abs(effect))}`;
}

/** 100 (1 - alpha) with the digits that alpha needs: 95, 97.5, 99.9946. */
function confidence(alpha: number): string {
  let decimals = 0;
  for (let share = 100 * alpha; share < 10 && decimals < 12; share *= 10) decimals++;
  return String(Number((100 * (1 - alpha)).toFixed(decimals)));
}
