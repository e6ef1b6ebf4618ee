/**
 * Generations as a fold over what has closed, in that order.
 *
 * A generation closes on its first `size` results that were bred for it or for none (told, imported, of another sampler), and never
 * opens again. Those bred for an earlier one that come later compete in the one that is open without counting. When one closes, the
 * survivors of all that competed and of the parents before are the parents of the next. Complete, pruned and infeasible rows are
 * results; failed ones neither count nor survive.
 */
import { isRanked } from '../objectives/rank.ts';
import type { Row, View } from '../sampler.ts';
import { generationOf } from './lineage.ts';

export interface Member {
  readonly number: number;
  /** The smaller the better. */
  readonly rank: number;
  /** Among equals in rank, the larger the better. */
  readonly room: number;
}

/** The rows, at most `size` of them, that go on. */
export type Selection = (rows: readonly Row[], size: number) => Member[];

export class Generations {
  /** Of the generation that is open; none in the first. */
  parents: readonly Member[] = [];
  /** The open one, from 0. */
  generation = 0;
  private readonly size: number;
  private readonly select: Selection;
  private pool: number[] = [];
  private counted = 0;
  private closed = 0;

  constructor(size: number, select: Selection) {
    this.size = size;
    this.select = select;
  }

  /** @param dimensions  of a row that says something in this space */
  advance({ rows, closed }: View, dimensions: number): void {
    for (; this.closed < closed.length; this.closed++) {
      const row = rows[closed[this.closed]];
      if (row.x.length === dimensions && isResult(row)) this.take(row, rows);
    }
  }

  private take({ number, memo }: Row, rows: readonly Row[]): void {
    this.pool.push(number);
    if ((generationOf(memo) ?? this.generation) >= this.generation) this.counted++;
    if (this.counted < this.size) return;
    const competing = [...this.parents.map((parent) => parent.number), ...this.pool];
    this.parents = this.select(
      competing.map((each) => rows[each]),
      this.size,
    );
    this.generation++;
    this.pool = [];
    this.counted = 0;
  }
}

function isResult(row: Row): boolean {
  return isRanked(row) && (row.y !== undefined || row.state === 'infeasible');
}
