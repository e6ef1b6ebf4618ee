/**
 * The rows of a study by their model class: each class's sampler sees its own trials alone, in the class's own space, numbered from 0
 * as if they were a study by themselves. Positions of the log stay those of the study.
 */
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import type { ClassSpace } from '../../study/models.ts';
import type { Row, View } from '../sampler.ts';

export class ClassRows {
  readonly rows: Row[] = [];
  readonly closed: number[] = [];
  /** Trials that count against the budget, pending ones among them: the study's own that have not failed. */
  started = 0;
  /** All of those, and the failed ones. */
  tried = 0;
  /** The smallest value of its complete trials. */
  best: number = Infinity;
  private readonly part: ClassSpace;

  constructor(part: ClassSpace) {
    this.part = part;
  }

  get space(): CompiledSpace {
    return this.part.space;
  }

  add(row: Row): number {
    const number = this.rows.length;
    this.rows.push(this.seen(row, number));
    if (counts(row)) this.started++;
    if (isOwn(row)) this.tried++;
    return number;
  }

  /** A row that has closed, or ended a segment, since it was added. */
  close(row: Row, number: number): void {
    this.started += Number(counts(row)) - Number(counts(this.rows[number]));
    this.rows[number] = this.seen(row, number);
    this.closed.push(number);
    if (isMeasured(row) && row.y![0] < this.best) this.best = row.y![0];
  }

  /** The numbers of a point of the study, or of an ask, that are this class's. */
  ownOf(x: Float64Array): Float64Array {
    const { first, space } = this.part;
    return x.slice(first, first + space.dimensions.length);
  }

  /** The study's point of class `model` with these numbers. */
  whole(x: Float64Array, model: number, dimensions: number): Float64Array {
    const point = new Float64Array(dimensions).fill(NaN);
    point[0] = model;
    point.set(x, this.part.first);
    return point;
  }

  private seen(row: Row, number: number): Row {
    return { ...row, number, x: this.ownOf(row.x) };
  }
}

function isOwn({ origin }: Row): boolean {
  return origin !== 'told' && origin !== 'imported';
}

function counts(row: Row): boolean {
  return isOwn(row) && row.state !== 'failed';
}

/** Values of told and imported trials are evidence as good as the study's own. */
function isMeasured({ state }: Row): boolean {
  return state === 'complete';
}

/** All classes of one study, brought up to views of it that only grow. */
export class StudyRows {
  readonly classes: readonly ClassRows[];
  /** Each trial's class and its number there. */
  private readonly places: { readonly model: number; readonly number: number }[] = [];
  private closed = 0;
  /** The values of complete trials, ascending. */
  readonly values: number[] = [];

  constructor(parts: readonly ClassSpace[]) {
    this.classes = parts.map((part) => new ClassRows(part));
  }

  advance({ rows, closed }: View): void {
    for (let i = this.places.length; i < rows.length; i++) {
      const model = rows[i].x[0];
      this.places.push({ model, number: this.classes[model].add(rows[i]) });
    }
    for (; this.closed < closed.length; this.closed++) {
      const { model, number } = this.places[closed[this.closed]];
      const row = rows[closed[this.closed]];
      this.classes[model].close(row, number);
      if (isMeasured(row)) insert(this.values, row.y![0]);
    }
  }
}

/** Into its place in an ascending list. */
function insert(sorted: number[], value: number): void {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, value);
}
