/**
 * A trust region: in many dimensions a model is right near the best point only, so that is where to look [Eriksson 2019,
 * TuRBO-1]. The region grows with successes in a row, shrinks with failures in a row, and when it has become too small a new
 * one begins elsewhere, from new points and without the results of the old one.
 *
 * It is a fold over closed rows in commit order. A row belongs to the region that its suggestion saw: those still in flight
 * when a region ended count for no other (`asOf`). With several trials in flight so many closings are one round, which is a
 * success where one of them is, as one batch is in the paper.
 *
 * [Eriksson 2019] Eriksson et al., "Scalable Global Optimization via Local Bayesian Optimization", NeurIPS 2019,
 *   arXiv:1910.01739.
 */
import type { CompiledSpace, Dimension } from '../../study/space/dimensions.ts';
import { exp, log } from '../numerics/elementary.ts';
import type { Options, OptionSpec, Problem, Row, Seq } from '../sampler.ts';
import type { Box } from './ground.ts';

/** To be spread into a sampler's own options. */
export const TRUST_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  trustRegion: {
    type: 'enum',
    default: 'auto',
    values: ['auto', 'always', 'never'],
    doc:
      'Look in a region around the best point that grows with success and shrinks with failure; auto: in spaces of at least ' +
      '20 floats and ints of more than 16 values. Not beside dynamicBounds',
  },
};

export interface TrustRegion {
  /** Side of the region, in units of the cube, before it is shaped. */
  length: number;
  /** Rounds in a row that were better, or were not. */
  successes: number;
  failures: number;
  /** Closings of the round that is not complete, and whether one of them was better. */
  inRound: number;
  isBetter: boolean;
  /** How many regions have ended. */
  restarts: number;
  /** Log position from which on a suggestion belongs to this region. */
  since: Seq;
  /** Its closed rows. */
  members: number;
  /** The best result of these; Infinity without one. */
  best: number;
}

/** Constants of [Eriksson 2019, appendix D] and its code, in sides of the cube. */
const FIRST = 0.8;
const LONGEST = 1.6;
const SHORTEST = 0.0078125;
const SUCCESSES = 3;
/** Length scales of the authors' code, in sides of the cube. */
const SCALES = [0.005, 2] as const;
/** From so many dimensions on a trust region is of use. */
const MANY = 20;
/** Numbers of no more values keep them all. */
const FEW = 16;

/** Whether these options ask for a trust region in this space. */
export function usesRegion({ space, objectives }: Problem, options: Options): boolean {
  const { trustRegion, dynamicBounds } = options;
  if (trustRegion === 'never' || dynamicBounds === true || objectives > 1) return false;
  const numbers = space.dimensions.filter(isBounded).length;
  return numbers >= (trustRegion === 'always' ? 1 : MANY);
}

function isBounded({ kind, size }: Dimension): boolean {
  return (kind === 'float' || kind === 'int') && size > FEW;
}

/** The region of a study without results. */
export function openRegion(): TrustRegion {
  return {
    length: FIRST,
    successes: 0,
    failures: 0,
    inRound: 0,
    isBetter: false,
    restarts: 0,
    since: 0,
    members: 0,
    best: Infinity,
  };
}

/** Whether the row belongs to the region. */
export function belongs({ since }: TrustRegion, { asOf }: Row): boolean {
  return asOf >= since;
}

/**
 * Takes in one more closed row of the region, which is changed.
 * @param startup  closings that a region begins with, drawn without a model: they, those before the first result, and those
 *   that somebody told or enqueued do not count
 * @returns whether the region has ended: it is the next one, then
 */
export function afterRow(region: TrustRegion, row: Row, { space, parallel }: Problem, startup: number): boolean {
  const value = row.state === 'complete' && row.y ? row.y[0] : Infinity;
  const before = region.best;
  region.best = Math.min(value, before);
  if (++region.members <= startup || before === Infinity || row.origin !== 'sampler') return false;
  // by a thousandth at least, as in the authors' code
  if (value < before - 1e-3 * Math.abs(before)) region.isBetter = true;
  if (++region.inRound < parallel) return false;
  region.successes = region.isBetter ? region.successes + 1 : 0;
  region.failures = region.isBetter ? 0 : region.failures + 1;
  region.inRound = 0;
  region.isBetter = false;
  if (region.successes === SUCCESSES) {
    region.length = Math.min(2 * region.length, LONGEST);
    region.successes = 0;
  }
  if (region.failures >= Math.ceil(Math.max(4, space.dimensions.length) / parallel)) {
    region.length /= 2;
    region.failures = 0;
  }
  if (region.length >= SHORTEST) return false;
  Object.assign(region, openRegion(), { restarts: region.restarts + 1, since: row.closed });
  return true;
}

/**
 * The region as a box around its best point: sides in proportion to the length scales, of the volume of a cube of its length
 * [Eriksson 2019, section 2]. Numbers of few values keep them all, as categories do.
 * @param centre  coordinates of the best point, NaN where inactive: the whole range there
 * @param scales  length scales, > 0, in units of the cube
 */
export function boxAround(
  centre: Float64Array,
  length: number,
  scales: Float64Array,
  { dimensions }: CompiledSpace,
): Box {
  const sides = scales.map((scale) => Math.min(Math.max(scale, SCALES[0]), SCALES[1]));
  const isCut = centre.map((at, i) => Number(isBounded(dimensions[i]) && !Number.isNaN(at)));
  const cut = isCut.reduce((sum, one) => sum + one, 0);
  let logs = 0;
  for (const [i, side] of sides.entries()) if (isCut[i]) logs += log(side) / cut;
  const unit = (0.5 * length) / exp(logs);
  return {
    low: centre.map((at, i) => (isCut[i] ? Math.max(0, at - unit * sides[i]) : 0)),
    high: centre.map((at, i) => (isCut[i] ? Math.min(1, at + unit * sides[i]) : 1)),
  };
}
