/**
 * The hypervolume: how much of the space of objectives points dominate, up to a reference point; all objectives are minimised.
 *
 * Two objectives take O(n log n), and so do three, swept by planes, but for moves within a sorted list [Fonseca 2006]. More are
 * sliced along their last objective, as the WFG algorithm does [While 2012]: four take n volumes in three dimensions, O(n^2 log n), and
 * each further objective up to n times as long, which is practical for some hundred points up to six or so.
 *
 * [Fonseca 2006] Fonseca, Paquete and Lopez-Ibanez, "An Improved Dimension-Sweep Algorithm for the Hypervolume Indicator", CEC 2006.
 * [While 2012] While, Bradstreet and Barone, "A Fast Way of Calculating Exact Hypervolumes", IEEE Trans. Evol. Comput. 16(1).
 */

/** Objectives of one trial. */
export type Objectives = ArrayLike<number>;

/**
 * The volume that points dominate; those that are not better than the reference in every objective add nothing.
 * @param reference  one number an objective, at least one
 * @returns          >= 0, in the product of the objectives' units; exact but for rounding
 * @throws RangeError if a point has not one number an objective
 */
export function hypervolume(points: readonly Objectives[], reference: Objectives): number {
  return volumeOf(inside(points, reference), reference, reference.length);
}

/** What the volume of all would lose without this one, for each point in order; 0 where another is as good. O(n) volumes. */
export function contributions(points: readonly Objectives[], reference: Objectives): Float64Array {
  return Float64Array.from(points, (point, i) => improvement(point, points.toSpliced(i, 1), reference));
}

/** What a point adds to the volume of others: >= 0. */
export function improvement(point: Objectives, others: readonly Objectives[], reference: Objectives): number {
  if (inside([point], reference).length === 0) return 0;
  return addedBy(point, inside(others, reference), reference, reference.length);
}

/**
 * A reference point beyond the worst of some points, as Optuna's TPE has it: worst + |worst| / 10 in each objective; a tenth of the range
 * where the worst is 0.
 * @param points  at least one
 */
export function referenceBeyond(points: readonly Objectives[]): Float64Array {
  return Float64Array.from(points[0], (_, k) => {
    let [best, worst] = [Infinity, -Infinity];
    for (const point of points) [best, worst] = [Math.min(best, point[k]), Math.max(worst, point[k])];
    return worst === 0 ? -0.1 * best : Math.max(1.1 * worst, 0.9 * worst);
  });
}

function inside(points: readonly Objectives[], reference: Objectives): Objectives[] {
  return points.filter((point) => {
    if (point.length !== reference.length)
      throw new RangeError(
        `a point has ${point.length} objectives, expected ${reference.length} as the reference point has; give all of them`,
      );
    for (let i = 0; i < reference.length; i++) if (!(point[i] < reference[i])) return false;
    return true;
  });
}

/** Of the first d objectives, of points inside. */
function volumeOf(points: readonly Objectives[], reference: Objectives, d: number): number {
  if (points.length === 0) return 0;
  if (points.length === 1) return boxOf(points[0], reference, d);
  if (d === 1) return reference[0] - points.reduce((least, { 0: first }) => Math.min(least, first), Infinity);
  if (d === 2) {
    const steps = new Staircase(reference);
    return points.reduce((sum, point) => sum + steps.add(point), 0);
  }
  const last = d - 1;
  const sorted = points.toSorted((a, b) => a[last] - b[last]);
  if (d === 3) return sweepPlanes(sorted, reference);
  // a slice from each point to the reference: what it adds there to those before
  return sorted.reduce((sum, point, i) => {
    return sum + (reference[last] - point[last]) * addedBy(point, sorted.slice(0, i), reference, last);
  }, 0);
}

/** The dominated area from plane to plane. @param sorted  by the third objective */
function sweepPlanes(sorted: readonly Objectives[], reference: Objectives): number {
  const steps = new Staircase(reference);
  let volume = 0;
  let area = 0;
  for (const [i, point] of sorted.entries()) {
    area += steps.add(point);
    volume += area * ((i + 1 < sorted.length ? sorted[i + 1][2] : reference[2]) - point[2]);
  }
  return volume;
}

/** What a point adds to others: its box but for the volume of the others' parts in it [While 2012, sec. 3]. */
function addedBy(point: Objectives, others: readonly Objectives[], reference: Objectives, d: number): number {
  const parts = others.map((other) => {
    const part = new Float64Array(d);
    for (let i = 0; i < d; i++) part[i] = Math.max(point[i], other[i]);
    return part;
  });
  const left = d > 3 ? withoutDominated(parts) : parts;
  return Math.max(0, boxOf(point, reference, d) - volumeOf(left, reference, d));
}

function boxOf(point: Objectives, reference: Objectives, d: number): number {
  let volume = 1;
  for (let i = 0; i < d; i++) volume *= reference[i] - point[i];
  return volume;
}

function withoutDominated(points: readonly Float64Array[]): Float64Array[] {
  const left: Float64Array[] = [];
  const sums = new Map(points.map((point) => [point, point.reduce((sum, value) => sum + value, 0)]));
  // none is dominated by a later one, but for rounding, which costs time alone
  for (const point of points.toSorted((a, b) => sums.get(a)! - sums.get(b)!))
    if (!left.some((other) => other.every((value, i) => value <= point[i]))) left.push(point);
  return left;
}

/** The non-dominated points of two objectives, the first ascending and so the second descending. */
class Staircase {
  private readonly reference: Objectives;
  private readonly first: number[] = [];
  private readonly second: number[] = [];

  constructor(reference: Objectives) {
    this.reference = reference;
  }

  /** @returns the area that is dominated now and was not before */
  add({ 0: x, 1: y }: Objectives): number {
    const { first, second, reference } = this;
    const at = this.placeOf(x);
    if (first[at] === x && second[at] <= y) return 0;
    let [left, top] = [x, at > 0 ? second[at - 1] : reference[1]];
    if (top <= y) return 0;
    let area = 0;
    let end = at;
    for (; end < first.length && second[end] >= y; end++) {
      area += (first[end] - left) * (top - y);
      [left, top] = [first[end], second[end]];
    }
    area += ((end < first.length ? first[end] : reference[0]) - left) * (top - y);
    first.splice(at, end - at, x);
    second.splice(at, end - at, y);
    return area;
  }

  /** How many have a first objective below x. */
  private placeOf(x: number): number {
    let [low, high] = [0, this.first.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.first[middle] < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
