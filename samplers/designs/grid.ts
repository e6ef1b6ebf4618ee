/**
 * Every point of the space once, then it is exhausted: the first point in the order of lattice.ts that is neither forbidden
 * nor taken. A point is taken by any trial there, whatever became of it, enqueued ones included. A continuous parameter gets
 * `points` values, even on its scale, both ends among them. What an enqueued trial leaves open is drawn from the priors.
 */
import { narrowed } from '../../study/space/fixed.ts';
import { forbiddenAt } from '../../study/space/point.ts';
import { isWanted } from '../fixed-values.ts';
import { latticeOf, type Lattice } from './lattice.ts';
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import type { Ask, Options, Problem, Rng, Sampler, Suggestion, View } from '../sampler.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';

export interface GridCache {
  readonly lattice: Lattice;
  /** A bit a place. */
  readonly taken: Uint8Array;
  readonly seen: Seen;
  rows: number;
  /** Every place below it is taken or forbidden. */
  next: number;
}

const MAX_POINTS = 10_000_000;

export const grid: Sampler<GridCache> = {
  name: 'grid',
  version: 1,
  options: {
    points: { type: 'int', default: 10, low: 2, high: 10_000, doc: 'How many values a float without a step gets' },
  },

  supports(problem: Problem, options: Options): true | string {
    const { size } = gridOf(problem, options);
    if (size <= MAX_POINTS) return true;
    const many = size < 1e300 ? `about ${size.toPrecision(2)}` : 'no end of';
    return (
      `the grid has ${many} points, more than 10 million; lower its option points, ` +
      'give parameters larger steps or fewer choices, or use the sampler random, quasi-random or tpe'
    );
  },

  advance(cache: GridCache | undefined, view: View, problem: Problem, options: Options): GridCache {
    const next = cache ?? createCache(gridOf(problem, options), view, problem);
    for (; next.rows < view.rows.length; next.rows++) {
      const { x } = view.rows[next.rows];
      const place = x.length === problem.space.dimensions.length ? next.lattice.placeOf(x) : -1;
      if (place >= 0) next.taken[place >> 3] |= 1 << (place & 7);
    }
    advanceSeen(next.seen, view, problem);
    return next;
  },

  suggest(
    cache: GridCache,
    view: View,
    ask: Ask,
    rng: Rng,
    problem: Problem,
    _options: Options,
  ): Suggestion | 'exhausted' {
    const { space } = problem;
    if (isWanted(problem, ask)) {
      const draw = (retry: number): Float64Array => drawPoint(space, ask, unitDraws(rng, retry * MAX_ATTEMPTS));
      const x = withoutRepeat(cache.seen, view, ask, rng, problem, draw);
      return x === 'exhausted' ? x : { x };
    }
    for (; cache.next < cache.lattice.size; cache.next++) {
      if ((cache.taken[cache.next >> 3] >> (cache.next & 7)) & 1) continue;
      const x = cache.lattice.at(cache.next);
      if (forbiddenAt(space, x) < 0) return { x };
    }
    return 'exhausted';
  },
};

/** Of the points that have the study's fixed values. */
function gridOf({ space, fixed }: Problem, options: Options): Lattice {
  return latticeOf(narrowed(space, fixed), Number(options['points']));
}

function createCache(lattice: Lattice, view: View, problem: Problem): GridCache {
  const taken = new Uint8Array(Math.ceil(lattice.size / 8));
  return { lattice, taken, seen: advanceSeen(undefined, view, problem), rows: 0, next: 0 };
}
