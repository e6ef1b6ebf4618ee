/**
 * How a node is split on one feature: the best split there is, or a random one [Geurts 2006].
 *
 * A split's score is S_L^2 / W_L + S_R^2 / W_R, S and W the sums of weighted targets and of weights on each side: the larger
 * it is, the smaller is the squared error left. The best split of a number lies between two neighbouring values, at a random
 * place between them, which makes a forest's variance grow with the distance to the data [Hutter 2014, sec. 4.3.2]. The best
 * split of classes is among those that cut them in the order of their means [Fisher 1958]; it is found for up to 32 classes,
 * beyond that one class is told from the rest. A class that the node has not seen goes to a random side, so the trees of a
 * forest disagree about it.
 *
 * [Fisher 1958] Fisher, "On grouping for maximum homogeneity", JASA 53(284), 789-798.
 * [Geurts 2006] Geurts, Ernst and Wehenkel, "Extremely randomized trees", Machine Learning 63, 3-42.
 * [Hutter 2014] Hutter et al., "Algorithm runtime prediction: Methods & evaluation", Artificial Intelligence 206, 79-111.
 */
import type { Draws } from './draws.ts';
import { AMONG, BELOW, EQUAL } from './tree.ts';

/** The points of a node, in the order of one feature: order[start] to order[end - 1]. */
export interface Span {
  readonly column: Float64Array;
  readonly order: Int32Array;
  readonly start: number;
  readonly end: number;
  readonly targets: Float64Array;
  readonly weights: Float64Array;
  /** Sums over the node: of weights, and of weighted targets. */
  readonly weight: number;
  readonly sum: number;
  /** Points that a side has at least. */
  readonly leaf: number;
}

export interface Split {
  score: number;
  test: number;
  threshold: number;
  set: number;
}

const MOST_CLASSES = 32;

/** A feature's split, or undefined where no split leaves enough points on both sides. `classes` is 0 for a number. */
export function splitOn(span: Span, classes: number, random: boolean, draws: Draws): Split | undefined {
  const { column, order, start, end } = span;
  if (column[order[start]] === column[order[end - 1]]) return undefined;
  if (classes === 0) return random ? randomNumber(span, draws) : bestNumber(span, draws);
  const runs = runsOf(span);
  if (classes > MOST_CLASSES) return random ? randomClass(span, runs, draws) : bestClass(span, runs);
  return random ? randomSet(span, runs, draws) : bestSet(span, runs, draws);
}

function bestNumber(
  { column, order, start, end, targets, weights, weight, sum, leaf }: Span,
  draws: Draws,
): Split | undefined {
  let score = -Infinity;
  let at = -1;
  let w = 0;
  let s = 0;
  const last = end - leaf;
  for (let i = start; i < last; i++) {
    const point = order[i];
    w += weights[point];
    s += weights[point] * targets[point];
    if (i - start + 1 < leaf || column[point] === column[order[i + 1]]) continue;
    const gained = scoreOf(w, s, weight, sum);
    if (gained > score) {
      score = gained;
      at = i;
    }
  }
  if (at < 0) return undefined;
  return { score, test: BELOW, threshold: between(column[order[at]], column[order[at + 1]], draws.unit()), set: 0 };
}

function randomNumber(span: Span, draws: Draws): Split | undefined {
  const { column, order, start, end, targets, weights, weight, sum, leaf } = span;
  const threshold = between(column[order[start]], column[order[end - 1]], draws.unit());
  let w = 0;
  let s = 0;
  let i = start;
  for (; column[order[i]] <= threshold; i++) {
    const point = order[i];
    w += weights[point];
    s += weights[point] * targets[point];
  }
  if (i - start < leaf || end - i < leaf) return undefined;
  return { score: scoreOf(w, s, weight, sum), test: BELOW, threshold, set: 0 };
}

/** The points of one class in a node. */
interface Run {
  readonly value: number;
  count: number;
  weight: number;
  sum: number;
}

function runsOf({ column, order, start, end, targets, weights }: Span): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (let i = start; i < end; i++) {
    const point = order[i];
    if (run?.value !== column[point]) runs.push((run = { value: column[point], count: 0, weight: 0, sum: 0 }));
    run.count++;
    run.weight += weights[point];
    run.sum += weights[point] * targets[point];
  }
  return runs;
}

function bestSet(span: Span, runs: readonly Run[], draws: Draws): Split | undefined {
  const byMean = runs.toSorted((a, b) => a.sum / a.weight - b.sum / b.weight || a.value - b.value);
  let best: Split | undefined;
  const side: Run = { value: 0, count: 0, weight: 0, sum: 0 };
  let set = 0;
  for (let i = 0; i + 1 < byMean.length; i++) {
    add(side, byMean[i]);
    set |= 1 << byMean[i].value;
    const score = scoreOfSide(span, side);
    if (score > (best?.score ?? -Infinity)) best = { score, test: AMONG, threshold: 0, set };
  }
  if (best) best.set = withUnseen(best.set, runs, draws);
  return best;
}

function randomSet(span: Span, runs: readonly Run[], draws: Draws): Split | undefined {
  let set = draws.bits();
  // both sides have a class: if none or all went left, one that is drawn changes its side
  const left = runs.filter(({ value }) => (set >>> value) & 1).length;
  if (left === 0 || left === runs.length) set ^= 1 << runs[draws.index(runs.length)].value;
  const side: Run = { value: 0, count: 0, weight: 0, sum: 0 };
  for (const run of runs) if ((set >>> run.value) & 1) add(side, run);
  const score = scoreOfSide(span, side);
  return score === -Infinity ? undefined : { score, test: AMONG, threshold: 0, set: set >>> 0 };
}

function bestClass(span: Span, runs: readonly Run[]): Split | undefined {
  let best: Split | undefined;
  for (const run of runs) {
    const score = scoreOfSide(span, run);
    if (score > (best?.score ?? -Infinity)) best = { score, test: EQUAL, threshold: run.value, set: 0 };
  }
  return best;
}

function randomClass(span: Span, runs: readonly Run[], draws: Draws): Split | undefined {
  const run = runs[draws.index(runs.length)];
  const score = scoreOfSide(span, run);
  return score === -Infinity ? undefined : { score, test: EQUAL, threshold: run.value, set: 0 };
}

function add(side: Run, run: Run): void {
  side.count += run.count;
  side.weight += run.weight;
  side.sum += run.sum;
}

function withUnseen(set: number, runs: readonly Run[], draws: Draws): number {
  let seen = 0;
  for (const { value } of runs) seen |= 1 << value;
  return (set | (draws.bits() & ~seen)) >>> 0;
}

/** -Infinity where a side has too few points. */
function scoreOfSide({ start, end, weight, sum, leaf }: Span, side: Run): number {
  if (side.count < leaf || end - start - side.count < leaf) return -Infinity;
  return scoreOf(side.weight, side.sum, weight, sum);
}

function scoreOf(w: number, s: number, weight: number, sum: number): number {
  return (s * s) / w + ((sum - s) * (sum - s)) / (weight - w);
}

/** A place in [a, b), a share u of the way. */
function between(a: number, b: number, u: number): number {
  const place = a + u * (b - a);
  return place < b ? place : a;
}
