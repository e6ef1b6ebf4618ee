/**
 * What a study's trials brought, budget by budget.
 *
 * | row | says |
 * |---|---|
 * | with ended segments | its value at each of their budgets |
 * | complete | its value at the full budget, beside those of its earlier segments |
 * | pruned without an ended segment | at the full budget, or the one it was started for: ranked after the complete ones, by its step, then by value |
 * | infeasible | at all budgets it reached, or was to reach: after all those, by its total violation |
 * | failed | there, too: bad |
 * | pending, or of another length (a space before an edit) | nothing |
 *
 * Without a scheduler all rows are of the full budget.
 */
import { isBefore, isRanked, rankOf, type Rank } from '../objectives/rank.ts';
import type { Row, View } from '../sampler.ts';

export interface Observation {
  readonly number: number;
  readonly rank: Rank;
}

/** Above all others. */
const FULL = Infinity;
const FAILED_TIER = 3;

export class Budgets {
  private readonly observations = new Map<number, Observation[]>();
  private closed = 0;

  /** Takes in what has closed since. */
  advance({ rows, closed }: View, dimensions: number): void {
    for (; this.closed < closed.length; this.closed++) {
      const row = rows[closed[this.closed]];
      if (row.x.length !== dimensions) continue;
      for (const [budget, rank] of resultsOf(row)) this.add(budget, { number: row.number, rank });
    }
  }

  /** From the largest on. */
  budgets(): number[] {
    return [...this.observations.keys()].sort((a, b) => b - a);
  }

  /** Best first. */
  at(budget: number): readonly Observation[] {
    return this.observations.get(budget) ?? [];
  }

  /** Trials that have come to a smaller budget, not to this one, at their largest: the furthest first, then the best. */
  leftBelow(budget: number): Observation[] {
    const known = new Set(this.at(budget).map(({ number }) => number));
    const left: Observation[] = [];
    for (const smaller of this.budgets().filter((to) => to < budget))
      for (const observation of this.at(smaller)) {
        if (known.has(observation.number)) continue;
        known.add(observation.number);
        left.push(observation);
      }
    return left;
  }

  private add(budget: number, observation: Observation): void {
    let list = this.observations.get(budget);
    if (!list) this.observations.set(budget, (list = []));
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(list[middle].rank, observation.rank)) low = middle + 1;
      else high = middle;
    }
    list.splice(low, 0, observation);
  }
}

export function hasFailed({ rank }: Observation): boolean {
  return rank[0] === FAILED_TIER;
}

/** A row's ranks by budget. */
function resultsOf(row: Row): (readonly [budget: number, rank: Rank])[] {
  const { number, state, segments = [], rung, closed } = row;
  if (state === 'failed' || state === 'infeasible') {
    const rank: Rank = isRanked(row) ? rankOf(row) : [FAILED_TIER, 0, 0, number];
    const reached = segments.length > 0 ? segments.map(({ to }) => to) : [rung?.to ?? FULL];
    return reached.map((budget) => [budget, rank]);
  }
  // the segment that completes a trial is its result
  const paused = state === 'complete' ? segments.filter(({ seq }) => seq !== closed) : segments;
  const results = paused.map(({ to, y }): [number, Rank] => [to, [0, 0, y[0], number]]);
  if (state === 'complete') return [...results, [FULL, rankOf(row)]];
  return results.length > 0 ? results : [[rung?.to ?? FULL, rankOf(row)]];
}
