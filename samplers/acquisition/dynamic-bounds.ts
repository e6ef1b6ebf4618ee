/**
 * The option `dynamicBounds`: sequential domain reduction (domain-reduction.ts) for any sampler that takes a box, folded over
 * a view's closed rows. Numbers have windows, on their own scales; ordinals and categories keep all their values.
 */
import type { Options, OptionSpec, Problem, View } from '../sampler.ts';
import { toUnit } from '../unit-cube.ts';
import { nextWindow, openWindow, type Reduction, type Window } from './domain-reduction.ts';
import type { Box } from './ground.ts';

/** To be spread into a sampler's own options. */
export const BOUNDS_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  dynamicBounds: {
    type: 'bool',
    default: false,
    doc: 'Look in a window around the best point that shrinks while the best stays and pans when it moves',
  },
  gammaOsc: {
    type: 'float',
    default: 0.7,
    low: 0.01,
    high: 2,
    doc: 'dynamicBounds: shrinks windows whose centre swings',
  },
  gammaPan: { type: 'float', default: 1, low: 0.01, high: 2, doc: 'dynamicBounds: the same for one that moves on' },
  eta: { type: 'float', default: 0.9, low: 0.01, high: 1, doc: 'dynamicBounds: factor while the best point stays' },
  minimumWindow: {
    type: 'float',
    default: 0,
    low: 0,
    high: 1,
    doc: "dynamicBounds: least width of a window, as a share of a parameter's range on its scale",
  },
};

/** Part of a sampler's cache. */
export interface Bounds {
  /** Closed rows taken in. */
  closed: number;
  /** Results among them: the window stands still for the first `startup`. */
  results: number;
  best: { readonly x: Float64Array; readonly value: number } | undefined;
  window: Window;
  readonly whole: Box;
  readonly reduction: Reduction;
}

/**
 * The window brought up to the view. Complete, pruned and infeasible rows are results, of which complete ones can be best,
 * the first of equal ones; failed rows change nothing.
 * @param startup  results before the first step, as many as are drawn without a model
 */
export function advanceBounds(
  bounds: Bounds | undefined,
  view: View,
  { space }: Problem,
  options: Options,
  startup: number,
): Bounds {
  const { dimensions } = space;
  const next = bounds ?? create(dimensions.length, options);
  for (; next.closed < view.closed.length; next.closed++) {
    const row = view.rows[view.closed[next.closed]];
    if (row.state === 'failed' || row.x.length !== dimensions.length) continue;
    if (row.state === 'complete' && row.y && row.y[0] < (next.best?.value ?? Infinity))
      next.best = { x: row.x.slice(), value: row.y[0] };
    if (++next.results <= startup || !next.best) continue;
    const centre = next.best.x.map((value, i) => {
      const { kind } = dimensions[i];
      return kind === 'float' || kind === 'int' ? toUnit(dimensions[i], value) : NaN;
    });
    next.window = nextWindow(next.window, centre, next.whole, next.reduction);
  }
  return next;
}

function create(dimensions: number, options: Options): Bounds {
  const whole = { low: new Float64Array(dimensions), high: new Float64Array(dimensions).fill(1) };
  const reduction = {
    gammaOsc: Number(options['gammaOsc']),
    gammaPan: Number(options['gammaPan']),
    eta: Number(options['eta']),
    minimumWindow: new Float64Array(dimensions).fill(Number(options['minimumWindow'])),
  };
  return { closed: 0, results: 0, best: undefined, window: openWindow(whole, reduction), whole, reduction };
}
