/**
 * Which of a trial's reports cross to its study. Each crossing stands for the marks at or before it: fixed budgets, or a grid of steps
 * that gets sparser, so that a trial of n steps makes O(log n) crossings. The marks do not depend on what was reported; so whoever knows
 * the last step that crossed knows the rest, a worker that goes on with a trial as well as the study that hears of it.
 */
import type { Crossings } from '../scheduling.ts';

/** Fed the steps of one trial in the order of their reports, says of each whether it crosses. */
export class CrossingSteps {
  private readonly crossings: Crossings;
  private last: number;
  private next: number;

  /** @param last  the last step that has crossed already; absent: none has */
  constructor(crossings: Crossings, last: number = -Infinity) {
    this.crossings = crossings;
    this.last = last;
    this.next = markAfter(crossings, last);
  }

  /** True of the first step at or past a mark; never of one at or below a step before it. */
  crosses(step: number): boolean {
    if (step < this.next || step <= this.last) return false;
    this.last = step;
    this.next = markAfter(this.crossings, step);
    return true;
  }
}

/**
 * The first mark past this step; Infinity: there is none. Marks are the budgets of `at`; else `most` of them every `every` steps from
 * `from` on, then half as many at twice the distance, as many at twice that, and so on.
 */
export function markAfter(crossings: Crossings, step: number): number {
  if ('at' in crossings) return Math.min(...crossings.at.filter((mark) => mark > step));
  const { from, every, most } = crossings;
  if (step < from) return from;
  let [start, distance, count] = [from, every, most - 1];
  while (step >= start + count * distance) {
    start += count * distance;
    distance *= 2;
    count = Math.ceil(most / 2);
  }
  const before = Math.floor((step - start) / distance);
  // the quotient may have been rounded up or down
  for (const k of [before, before + 1]) if (start + k * distance > step) return start + k * distance;
  return start + (before + 2) * distance;
}
