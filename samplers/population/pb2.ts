/**
 * Population based bandits [Parker-Holder 2020]: a member that begins where another one ended takes the parameters with the highest
 * upper confidence bound on how much the next interval will bring, by a Gaussian process over parameters and time that drifts
 * (time-varying-gp.ts), given what the others of its generation are about to try.
 *
 * What an interval brought is standardised within its generation: early intervals bring orders of magnitude more than late ones, and
 * members are compared with those of their own time. The process sees the last `window` intervals of earlier generations, so in a
 * synchronous population no suggestion depends on which member was faster. Its bound is mean + sqrt(beta) sd with beta = c1 + c2 ln(g + 1)
 * in generation g, as in the authors' code. Candidates are quasi-random points, and points around the best ones seen lately.
 *
 * Only numbers and ordinals are modelled; what is a category or has a condition is explored as pbt does, as all is while fewer than two generations have
 * ended.
 *
 * [Parker-Holder 2020] Parker-Holder, Nguyen and Roberts, "Provably efficient online hyperparameter optimization with population-based
 *   bandits", NeurIPS 2020, arXiv:2002.02518.
 */
import type { Dimension } from '../../study/space/dimensions.ts';
import { forbiddenAt } from '../../study/space/point.ts';
import { pinned } from '../fixed-values.ts';
import type { Seen } from '../no-repeats.ts';
import { log } from '../numerics/elementary.ts';
import { scrambledHalton } from '../numerics/halton.ts';
import { random } from '../designs/random.ts';
import { sameNumbers } from '../same-numbers.ts';
import type { Ask, Options, Problem, Rng, Row, Sampler, Suggestion, View } from '../sampler.ts';
import { fromUnit, toUnit } from '../unit-cube.ts';
import { explore, parentOf, pbt } from './pbt.ts';
import { TimeVaryingProcess, type Point } from './time-varying-gp.ts';

interface Pb2Cache {
  readonly seen: Seen;
  gains?: Gains;
  learned?: Learned;
}

/** What the intervals before a generation brought, by number. */
interface Gains {
  readonly generation: number;
  readonly space: Problem['space'];
  /** How many closed rows it follows from. */
  closed: number;
  readonly list: readonly { readonly row: Row; readonly gain: number }[];
}

/** A process, and what it was made from and told of. */
interface Learned {
  readonly generation: number;
  /** Numbers of the trials whose gains it has seen. */
  readonly from: readonly number[];
  readonly process: TimeVaryingProcess;
  /** Good points to look around. */
  readonly best: readonly Point[];
  /** Rows below this number of its own generation have been added. */
  told: number;
  added: number;
}

/** Points of its own generation that a process is told of at most. */
const MOST_ADDED = 64;
/** Widths of the candidates around good points. */
const SPREADS = [0.02, 0.1];
/** Purposes: of candidates, of shifts around good points; above those of pbt. */
const CANDIDATES = 0x300000;
const AROUND = 0x310000;

export const pb2: Sampler<Pb2Cache> = {
  name: 'pb2',
  version: 1,
  options: {
    window: {
      type: 'int',
      default: 150,
      low: 10,
      high: 1000,
      doc: 'How many of the latest intervals are learned from',
    },
    candidates: { type: 'int', default: 200, low: 10, high: 10_000, doc: 'Points that are compared for a suggestion' },
    c1: {
      type: 'float',
      default: 0.2,
      low: 0,
      high: 100,
      doc: 'Share of exploration from the start: beta = c1 + c2 ln(g + 1)',
    },
    c2: { type: 'float', default: 0.4, low: 0, high: 100, doc: 'How exploration grows with the generation g' },
  },
  heavy: () => true,
  supports({ objectives }: Problem): true | string {
    return (
      objectives === 1 || `pb2 models one objective, and this study has ${objectives}; use pbt, which ranks by fronts`
    );
  },
  advance: (cache: Pb2Cache | undefined, view: View, problem: Problem, options: Options): Pb2Cache => ({
    ...cache,
    seen: random.advance(cache?.seen, view, problem, options),
  }),

  suggest(cache, view, ask, rng, problem, options): Suggestion | 'exhausted' {
    const parent = parentOf(view, ask);
    if (!parent) return random.suggest(cache.seen, view, ask, rng, problem, options);
    const x = explore(problem, parent, ask, rng, PBT_DEFAULTS);
    const modelled = modelledIn(problem, ask);
    if (modelled.length === 0) return { x };
    const learned = learnedFor(cache, view, ask, modelled, problem, options);
    if (!learned) return { x };
    const time = ask.rung!.rung;
    const beta = Number(options['c1']) + Number(options['c2']) * log(time + 1);
    let best = { bound: -Infinity, x };
    for (const u of candidatesFor(learned.best, modelled.length, rng, Number(options['candidates']))) {
      const tried = withValues(x, problem, modelled, u);
      if (forbiddenAt(problem.space, tried) >= 0) continue;
      const { mean, sd } = learned.process.at({ u, time });
      const bound = mean + Math.sqrt(beta) * sd;
      if (bound > best.bound) best = { bound, x: tried };
    }
    return { x: best.x };
  },
};

const PBT_DEFAULTS: Options = Object.fromEntries(
  Object.entries(pbt.options).map(([name, { default: value }]) => [name, value]),
);

/** The dimensions that are modelled: those of which every member has a number. */
function modelledIn({ space }: Problem, ask: Ask): number[] {
  const { fixed } = pinned(space, ask.fixed);
  const isModelled = ({ kind, size, when }: Dimension, i: number): boolean =>
    kind !== 'categorical' && size > 1 && when.length === 0 && Number.isNaN(fixed[i]);
  return space.dimensions.flatMap((dimension, i) => (isModelled(dimension, i) ? [i] : []));
}

/** What is known before the ask, with all asked before in its generation; undefined where that is too little. */
function learnedFor(
  cache: Pb2Cache,
  view: View,
  ask: Ask,
  modelled: readonly number[],
  problem: Problem,
  options: Options,
): Learned | undefined {
  const generation = ask.rung!.rung;
  const pointOf = ({ x, rung }: Row): Point => ({
    u: Float64Array.from(modelled, (i) => toUnit(problem.space.dimensions[i], x[i])),
    time: rung!.rung,
  });
  const gains = gainsFor(cache, view, generation, problem).slice(-Number(options['window']));
  if (new Set(gains.map(({ row }) => row.rung!.rung)).size < 2) return undefined;
  const from = gains.map(({ row }) => row.number);
  const known = cache.learned;
  const isKnown = known?.generation === generation && known.told <= ask.number && sameNumbers(known.from, from);
  const learned = isKnown
    ? known
    : {
        generation,
        from,
        process: new TimeVaryingProcess(
          gains.map(({ row }) => pointOf(row)),
          Float64Array.from(gains, ({ gain }) => gain),
          MOST_ADDED,
        ),
        best: gains
          .filter(({ row }) => row.rung!.rung >= generation - 2)
          .toSorted((a, b) => b.gain - a.gain || a.row.number - b.row.number)
          .slice(0, 4)
          .map(({ row }) => pointOf(row)),
        told: 0,
        added: 0,
      };
  for (; learned.told < ask.number; learned.told++) {
    const row = view.rows[learned.told];
    if (!isMember(row) || row.rung!.rung !== generation || learned.added === MOST_ADDED) continue;
    learned.process.add(pointOf(row));
    learned.added++;
  }
  return (cache.learned = learned);
}

/** Whether a row has a parent, and a point in the present space. */
function isMember({ x, rung, parent }: Row): boolean {
  return x.length > 0 && rung !== undefined && parent !== undefined;
}

/** Worked out again only where an interval of an earlier generation has closed since: in a synchronous population once a generation. */
function gainsFor(cache: Pb2Cache, view: View, generation: number, { space }: Problem): Gains['list'] {
  const { length } = view.closed;
  const known = cache.gains;
  const isNews = (number: number): boolean => isBefore(view.rows[number], generation);
  if (known?.generation === generation && known.space === space && known.closed <= length)
    if (!view.closed.slice(known.closed).some(isNews)) {
      known.closed = length;
      return known.list;
    }
  const list = gainsIn(view, generation);
  cache.gains = { generation, space, closed: length, list };
  return list;
}

function isBefore(row: Row, generation: number): boolean {
  return isMember(row) && row.rung!.rung < generation && row.state === 'complete';
}

/** What the intervals of earlier generations brought, standardised within each, by number. */
function gainsIn(view: View, generation: number): { row: Row; gain: number }[] {
  const byGeneration = new Map<number, { row: Row; gain: number }[]>();
  for (const row of view.rows) {
    if (!isBefore(row, generation)) continue;
    const before = view.rows[row.parent!].y;
    if (!before) continue;
    const list = byGeneration.get(row.rung!.rung) ?? [];
    list.push({ row, gain: before[0] - row.y![0] });
    byGeneration.set(row.rung!.rung, list);
  }
  return [...byGeneration.values()]
    .flatMap((list) => {
      const mean = list.reduce((sum, { gain }) => sum + gain, 0) / list.length;
      const sd = Math.sqrt(list.reduce((sum, { gain }) => sum + (gain - mean) * (gain - mean), 0) / list.length);
      return list.map(({ row, gain }) => ({ row, gain: sd > 0 ? (gain - mean) / sd : 0 }));
    })
    .toSorted((a, b) => a.row.number - b.row.number);
}

function candidatesFor(best: readonly Point[], d: number, rng: Rng, count: number): Float64Array[] {
  const [key0, key1] = [0, 1].map((i) => Math.floor(rng.uniform(CANDIDATES, i) * 4294967296));
  const spread = Array.from({ length: count }, (_, i) =>
    Float64Array.from({ length: d }, (_, j) => scrambledHalton(i + 1, j, key0, key1)),
  );
  const around = best.flatMap(({ u }, b) =>
    SPREADS.flatMap((width, w) =>
      Array.from({ length: Math.ceil(count / 16) }, (_, i) =>
        u.map((value, j) => {
          const shifted = value + width * rng.normal(AROUND + b * 4 + w, i * d + j);
          return Math.min(1, Math.max(0, shifted));
        }),
      ),
    ),
  );
  return [...spread, ...around];
}

/** The point with these places of the modelled dimensions. */
function withValues(x: Float64Array, { space }: Problem, modelled: readonly number[], u: Float64Array): Float64Array {
  const point = x.slice();
  modelled.forEach((i, j) => {
    const dimension = flat(space.dimensions[i]);
    point[i] = u[j] <= 0 ? dimension.low : u[j] >= 1 ? dimension.high : fromUnit(dimension, u[j]);
  });
  return point;
}

/** Without its prior: places are on the dimension's own scale. */
function flat({ prior: _prior, ...dimension }: Dimension): Dimension {
  return dimension;
}
