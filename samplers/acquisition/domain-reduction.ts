/**
 * Sequential domain reduction: a window around the best point that shrinks as long as the best stays where it is, and pans
 * after it when it moves [Stander 2002]. Parameters and steps are those of SequentialDomainReductionTransformer of the
 * bayesian-optimization library, trimming included.
 *
 * It is a fold over results in commit order, so the window after a resume is the window before it, and a suggestion's window
 * follows from the log position that it saw.
 *
 * One difference: there only points inside the present window can become its centre. Here the best of all is the centre. One
 * trial after another it is the same, since each is asked for inside; a better result of a trial that was in flight while the
 * window shrank, or was told, moves the window instead of being left out for ever.
 *
 * [Stander 2002] Stander and Craig, "On the robustness of a simple domain reduction scheme for simulation-based
 *   optimization", Engineering Computations 19(4), 431-450.
 */
import { StudyDefinitionError } from '../../study/errors.ts';
import type { Box } from './ground.ts';

export interface Reduction {
  /** Scales (damps) what a window does whose centre swings, > 0. */
  readonly gammaOsc: number;
  /** The same for one that moves on in one direction, > 0. */
  readonly gammaPan: number;
  /** Factor of a window whose centre stays, > 0. */
  readonly eta: number;
  /** Least width of a window, one number a dimension, in the units of the bounds, >= 0. */
  readonly minimumWindow: Float64Array;
}

/** A window after some results. Serialisable but for the type of its arrays. */
export interface Window {
  /** The box to look in: around `centre`, cut to the bounds, no narrower than the least width. */
  readonly box: Box;
  readonly centre: Float64Array;
  /** Widths before cutting; the rule can turn the sign of one, which changes nothing. */
  readonly widths: Float64Array;
  /** The last move of the centre, in half widths. */
  readonly moves: Float64Array;
}

/**
 * The window of a study without results: all of the bounds.
 * @throws StudyDefinitionError if a least width does not fit in the bounds
 */
export function openWindow(bounds: Box, { eta, minimumWindow }: Reduction): Window {
  bounds.low.forEach((low, i) => {
    if (bounds.high[i] - low >= minimumWindow[i]) return;
    throw new StudyDefinitionError(
      `minimumWindow is ${minimumWindow[i]}, wider than the ${bounds.high[i] - low} of dimension ${i}; make it smaller`,
    );
  });
  return {
    box: bounds,
    centre: bounds.low.map((low, i) => (low + bounds.high[i]) / 2),
    // the centre has not moved: the first step takes the factor eta, before any result
    widths: bounds.low.map((low, i) => eta * (bounds.high[i] - low)),
    moves: new Float64Array(bounds.low.length),
  };
}

/**
 * The window after one more result.
 * @param best  the best point of all so far; NaN where a dimension is inactive: nothing changes there
 */
export function nextWindow(window: Window, best: Float64Array, bounds: Box, reduction: Reduction): Window {
  const { gammaOsc, gammaPan, eta } = reduction;
  const n = best.length;
  const next = {
    box: { low: new Float64Array(n), high: new Float64Array(n) },
    centre: new Float64Array(n),
    widths: new Float64Array(n),
    moves: new Float64Array(n),
  };
  for (let i = 0; i < n; i++) {
    const at = best[i];
    const isAbsent = Number.isNaN(at) || window.widths[i] === 0;
    const move = isAbsent ? window.moves[i] : (2 * (at - window.centre[i])) / window.widths[i];
    const swing = move * window.moves[i];
    const normal = Math.sqrt(Math.abs(swing)) * Math.sign(swing);
    const gamma = 0.5 * (gammaPan * (1 + normal) + gammaOsc * (1 - normal));
    const width = isAbsent ? window.widths[i] : (eta + Math.abs(move) * (gamma - eta)) * window.widths[i];
    // a jump out of a window that thousands of steps have shrunk
    const isLost = !Number.isFinite(width);
    next.moves[i] = isLost ? 0 : move;
    next.centre[i] = isAbsent ? window.centre[i] : at;
    next.widths[i] = isLost ? bounds.high[i] - bounds.low[i] : width;
    [next.box.low[i], next.box.high[i]] = isAbsent
      ? [window.box.low[i], window.box.high[i]]
      : trimmed(at, next.widths[i], bounds.low[i], bounds.high[i], reduction.minimumWindow[i]);
  }
  return next;
}

/** An interval cut to its bounds, widened to both sides, or to the one with room, where it is too narrow. */
function trimmed(centre: number, width: number, low: number, high: number, least: number): [number, number] {
  let left = Math.min(centre - 0.5 * width, centre + 0.5 * width);
  let right = Math.max(centre - 0.5 * width, centre + 0.5 * width);
  if (left < low) left = low;
  if (right > high) right = high;
  if (left > high) left = low;
  if (right < low) right = high;
  const missing = (least - Math.abs(left - right)) / 2;
  if (!(missing > 0)) return [left, right];
  const toLeft = Math.min(missing, Math.abs(low - left));
  const toRight = Math.min(missing, Math.abs(high - right));
  return [left - (toLeft + (missing - toRight)), right + (toRight + (missing - toLeft))];
}
