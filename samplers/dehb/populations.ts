/**
 * DEHB's subpopulations, one a budget of the ladder, and one of trials that no scheduler has run in segments: a fold over what has
 * closed, in that order.
 *
 * A trial that is started for a budget is the offspring of the slot whose turn it is; its result there replaces what the slot holds
 * unless it is worse. So does a result of a trial that was promoted to a budget, in the slots' order by a count of its own. A result
 * that belongs to no segment (told, imported) counts as promoted to the full budget. Complete and pruned results compare by value, then
 * come infeasible ones by total violation; failed trials leave their slot as it is.
 */
import { compareRanks, isRanked, rankOf, type Rank } from '../objectives/rank.ts';
import type { Row, View } from '../sampler.ts';

export interface Sizes {
  /** Slots of each budget's subpopulation, lowest first. */
  readonly levels: readonly number[];
  /** Of trials without segments. */
  readonly plain: number;
}

export interface Member {
  readonly number: number;
  readonly rank: Rank;
}

/** The subpopulation of trials without segments. */
export const PLAIN = -1;

export class Populations {
  private readonly sizes: Sizes;
  private readonly levelOf: (budget: number) => number;
  private readonly slots = new Map<number, (Member | undefined)[]>();
  /** Trials started for each subpopulation; and which one of them each row is. */
  private readonly started = new Map<number, number>();
  private readonly turns: number[] = [];
  private readonly promoted = new Map<number, number>();
  private closed = 0;

  /** @param levelOf  index of the budget's subpopulation */
  constructor(sizes: Sizes, levelOf: (budget: number) => number) {
    this.sizes = sizes;
    this.levelOf = levelOf;
  }

  advance({ rows, closed }: View, dimensions: number): void {
    for (let i = this.turns.length; i < rows.length; i++) this.turns.push(count(this.started, this.levelFor(rows[i])));
    for (; this.closed < closed.length; this.closed++) {
      const row = rows[closed[this.closed]];
      if (row.x.length === dimensions) this.take(row);
    }
  }

  /** The subpopulation that a trial is started for. */
  levelFor({ rung }: Pick<Row, 'rung'>): number {
    return rung ? this.levelOf(rung.to) : PLAIN;
  }

  /** What the slot holds whose turn is next. */
  target(level: number): Member | undefined {
    return this.slots.get(level)?.[(this.started.get(level) ?? 0) % this.sizeOf(level)];
  }

  /** Best first. */
  members(level: number): Member[] {
    return (this.slots.get(level) ?? [])
      .filter((member) => member !== undefined)
      .sort((a, b) => compareRanks(a.rank, b.rank) || a.number - b.number);
  }

  sizeOf(level: number): number {
    return level === PLAIN ? this.sizes.plain : this.sizes.levels[level];
  }

  private take(row: Row): void {
    const own = this.levelFor(row);
    for (const [level, rank] of this.resultsOf(row)) {
      const turn = level === own ? this.turns[row.number] : count(this.promoted, level);
      let slots = this.slots.get(level);
      if (!slots) this.slots.set(level, (slots = []));
      const slot = turn % this.sizeOf(level);
      const before = slots[slot];
      const member = { number: row.number, rank };
      if (!before || compareRanks(member.rank, before.rank) <= 0) slots[slot] = member;
    }
  }

  private resultsOf(row: Row): (readonly [level: number, rank: Rank])[] {
    if (!isRanked(row)) return [];
    const { number, state, segments = [], rung } = row;
    const top = this.sizes.levels.length - 1;
    if (segments.length > 0 && state !== 'infeasible')
      return segments.map(({ to, y }) => [this.levelOf(to), [0, 0, y[0], number]]);
    const rank = rankOf(row);
    return rung
      ? [[this.levelOf(rung.to), rank]]
      : [
          [PLAIN, rank],
          [top, rank],
        ];
  }
}

/** @returns the count before */
function count(counts: Map<number, number>, key: number): number {
  const before = counts.get(key) ?? 0;
  counts.set(key, before + 1);
  return before;
}
