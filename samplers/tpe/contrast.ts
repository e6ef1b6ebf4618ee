/**
 * Where the good rows of some axes are dense and the others are not: candidates come from the density of the good rows,
 * l, and score log l - log g, g being the density of all the other rows but those left out [Bergstra 2011, eq. 3 and sec. 4.1:
 * expected improvement grows with l/g].
 *
 * [Bergstra 2011] Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NeurIPS 2011.
 */
import type { Axis } from './axis.ts';
import { Candidates } from './candidates.ts';
import { Mixture, type KernelSettings } from './mixture.ts';
import type { Columns, Observations } from './observations.ts';
import type { Rng } from '../sampler.ts';
import { MOST_GOOD, weightOf, type Split } from './split.ts';

export class Contrast {
  readonly axes: readonly Axis[];
  private readonly observations: Observations;
  /** Which of the observations' axes these are. */
  private readonly positions: readonly number[];
  /** The good members alone, renumbered from 0. */
  private readonly few: { count: number; units: Float64Array[]; orders: Int32Array[] };
  /** Their slots: all have one. */
  private fewSlots: Int32Array = slotsFor(MOST_GOOD, new Set());
  private readonly good: Mixture;
  private readonly rest: Mixture;
  /** The members at the last fit: how many there were, and which were not among the rest. */
  private fitted = 0;
  private outside: ReadonlySet<number> = new Set();
  /** member + 1, but 0 for members outside the rest. */
  private restSlotOf: Int32Array = new Int32Array(0);

  constructor(observations: Observations, positions: readonly number[]) {
    this.observations = observations;
    this.positions = positions;
    this.axes = positions.map((a) => observations.group.axes[a]);
    this.few = {
      count: 0,
      units: positions.map(() => new Float64Array(MOST_GOOD)),
      orders: positions.map(() => new Int32Array(MOST_GOOD)),
    };
    this.good = new Mixture(this.axes);
    this.rest = new Mixture(this.axes);
  }

  /**
   * Brings both densities up to the observations.
   * @param members  the good ones, ascending
   * @param ignored  members that are in neither density
   * @param weights  of the good ones; absent: by age
   * @param light  rows that weigh less in the other density
   */
  fit(
    members: readonly number[],
    ignored: readonly number[],
    kernels: KernelSettings,
    weights?: readonly number[],
    light?: Split['light'],
  ): void {
    const { count } = this.observations;
    const outside = new Set(ignored.length > 0 ? [...members, ...ignored] : members);
    if (this.restSlotOf.length < count) this.restSlotOf = slotsFor(2 * count, this.outside);
    const changed: number[] = [];
    for (const member of this.outside) {
      if (outside.has(member)) continue;
      this.restSlotOf[member] = member + 1;
      changed.push(member);
    }
    for (const member of outside) {
      if (this.restSlotOf[member] > 0 && member < this.fitted) changed.push(member);
      this.restSlotOf[member] = 0;
    }
    for (let member = this.fitted; member < count; member++) changed.push(member);
    this.rest.fit(
      this.columns(),
      this.restSlotOf,
      this.fitted > 0 ? changed : undefined,
      { ...kernels, fineness: 1 },
      light && this.restWeights(outside, light),
    );
    this.gather(members);
    this.good.fit(this.few, this.fewSlots, undefined, kernels, weights);
    this.fitted = count;
    this.outside = outside;
  }

  /** Candidates from the good density; what x has of their numbers is kept and conditions the others. */
  draw(x: Float64Array, count: number, rng: Rng, purpose: number, first: number): Candidates {
    const { axes } = this;
    const candidates = new Candidates(axes, count);
    const given = [...axes.keys()].filter((a) => !Number.isNaN(x[axes[a].dim]));
    for (const a of given) for (let c = 0; c < count; c++) candidates.set(c, a, x[axes[a].dim]);
    const free = [...axes.keys()].filter((a) => Number.isNaN(x[axes[a].dim]));
    const weights = given.length > 0 ? this.good.weightsGiven(given, candidates) : undefined;
    for (let c = 0; c < count; c++) {
      const counter = first + c * (axes.length + 1);
      const slot = this.good.pick(rng.uniform(purpose, counter), weights);
      for (const a of free) candidates.set(c, a, this.good.draw(slot, a, rng.uniform(purpose, counter + 1 + a)));
    }
    return candidates;
  }

  /** Scores of candidates, log l - log g. */
  score(candidates: Candidates): Float64Array {
    const scores = new Float64Array(candidates.count);
    const others = new Float64Array(candidates.count);
    this.good.logDensities(candidates, scores);
    this.rest.logDensities(candidates, others);
    for (let c = 0; c < scores.length; c++) scores[c] -= others[c];
    return scores;
  }

  /** Weights of the members of the other density, in their order. */
  private restWeights(outside: ReadonlySet<number>, light: NonNullable<Split['light']>): number[] {
    const numbers = this.observations.rows.subarray(0, this.observations.count);
    const weights = Array.from(numbers, (row) => light.get(row)).filter((_, member) => !outside.has(member));
    const usual = weights.filter((weight) => weight === undefined).length;
    let i = 0;
    return weights.map((weight) => weight ?? weightOf(i++, usual));
  }

  private gather(members: readonly number[]): void {
    if (members.length > this.fewSlots.length) this.makeRoom(2 * members.length);
    this.few.count = members.length;
    for (const [p, a] of this.positions.entries()) {
      const column = this.observations.units[a];
      const units = this.few.units[p];
      const order = this.few.orders[p];
      // sorted by insertion: there are few
      for (let i = 0; i < members.length; i++) {
        units[i] = column[members[i]];
        let at = i;
        for (; at > 0 && units[order[at - 1]] > units[i]; at--) order[at] = order[at - 1];
        order[at] = i;
      }
    }
  }

  private makeRoom(members: number): void {
    this.fewSlots = slotsFor(members, new Set());
    this.few.units = this.positions.map(() => new Float64Array(members));
    this.few.orders = this.positions.map(() => new Int32Array(members));
  }

  private columns(): Columns {
    const { count, units, orders } = this.observations;
    return { count, units: this.positions.map((a) => units[a]), orders: this.positions.map((a) => orders[a]) };
  }
}

function slotsFor(length: number, outside: ReadonlySet<number>): Int32Array {
  const slots = Int32Array.from({ length }, (_, member) => member + 1);
  for (const member of outside) slots[member] = 0;
  return slots;
}
