/**
 * One group's model: where good rows are dense and the others are not.
 *
 * Candidates come from the density of the good rows, l; the one with the greatest l / g is taken, g being the density of
 * all the other rows. Pending rows are among those, so that trials in flight together spread out (a constant liar), and
 * failed ones too, so that a crashing region is left.
 */
import { Candidates } from './candidates.ts';
import type { Group } from './groups.ts';
import { Mixture } from './mixture.ts';
import { Observations } from './observations.ts';
import type { Rng } from '../sampler.ts';
import { MOST_GOOD } from './split.ts';

/** Draws of one group for one trial: `purpose` and what has been drawn before them. */
export interface Draws {
  readonly rng: Rng;
  readonly purpose: number;
  readonly attempt: number;
}

const IDENTITY = Int32Array.from({ length: MOST_GOOD }, (_, i) => i + 1);

export class GroupModel {
  readonly group: Group;
  readonly observations: Observations;
  private readonly good: Mixture;
  private readonly rest: Mixture;
  /** The members at the last fit: how many there were, and which counted as good. */
  private fitted = 0;
  private goodMembers: readonly number[] = [];
  /** member + 1, but 0 for good members. */
  private restSlotOf: Int32Array = new Int32Array(0);

  constructor(group: Group) {
    this.group = group;
    this.observations = new Observations(group);
    this.good = new Mixture(group);
    this.rest = new Mixture(group);
  }

  /** Fits both densities; `goodRows` are row numbers, of which those where the group is inactive do not matter. */
  fit(goodRows: readonly number[]): void {
    const { observations } = this;
    const { count } = observations;
    const members = goodRows.map((row) => observations.memberOf(row)).filter((member) => member >= 0);
    members.sort((a, b) => a - b);
    if (this.restSlotOf.length < count) this.restSlotOf = slotsFor(2 * count, this.goodMembers);
    const changed = this.goodMembers.filter((member) => !members.includes(member));
    for (const member of changed) this.restSlotOf[member] = member + 1;
    for (const member of members) {
      if (this.restSlotOf[member] > 0 && member < this.fitted) changed.push(member);
      this.restSlotOf[member] = 0;
    }
    for (let member = this.fitted; member < count; member++) changed.push(member);
    this.rest.fit(observations, this.restSlotOf, this.fitted > 0 ? changed : undefined);
    this.good.fit(observations.subset(members), IDENTITY);
    this.fitted = count;
    this.goodMembers = members;
  }

  /**
   * Puts the best of `count` candidates into x, whose numbers on this group's dimensions are kept where they are not NaN
   * and condition the others.
   * @returns false, with x as it was, if no candidate is eligible
   */
  propose(x: Float64Array, count: number, draws: Draws, isEligible: (x: Float64Array) => boolean): boolean {
    const { axes } = this.group;
    const given = [...axes.keys()].filter((a) => !Number.isNaN(x[axes[a].dim]));
    const candidates = this.draw(x, given, count, draws);
    const good = new Float64Array(count);
    const rest = new Float64Array(count);
    this.good.logDensities(candidates, good);
    this.rest.logDensities(candidates, rest);
    const before = axes.map(({ dim }) => x[dim]);
    let best = -1;
    for (let c = 0; c < count; c++) {
      if (best >= 0 && !(good[c] - rest[c] > good[best] - rest[best])) continue;
      for (const [a, { dim }] of axes.entries()) x[dim] = candidates.values[c * axes.length + a];
      if (isEligible(x)) best = c;
    }
    for (const [a, { dim }] of axes.entries()) x[dim] = best < 0 ? before[a] : candidates.values[best * axes.length + a];
    return best >= 0;
  }

  private draw(x: Float64Array, given: readonly number[], count: number, { rng, purpose, attempt }: Draws): Candidates {
    const { axes } = this.group;
    const candidates = new Candidates(this.group, count);
    for (const a of given) for (let c = 0; c < count; c++) candidates.set(c, a, x[axes[a].dim]);
    const free = [...axes.keys()].filter((a) => !given.includes(a));
    const weights = given.length > 0 ? this.good.weightsGiven(given, candidates) : undefined;
    for (let c = 0; c < count; c++) {
      const first = (attempt * count + c) * (axes.length + 1);
      const slot = this.good.pick(rng.uniform(purpose, first), weights);
      for (const a of free) candidates.set(c, a, this.good.draw(slot, a, rng.uniform(purpose, first + 1 + a)));
    }
    return candidates;
  }
}

function slotsFor(length: number, good: readonly number[]): Int32Array {
  const slots = Int32Array.from({ length }, (_, member) => member + 1);
  for (const member of good) slots[member] = 0;
  return slots;
}
