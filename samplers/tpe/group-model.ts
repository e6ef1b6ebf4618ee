/**
 * The model of one group: its axes jointly, so that it knows how good values go together, once there are two good rows to
 * know it from; before that each axis by itself, which says more about a branch that has only seen bad rows.
 */
import { Contrast } from './contrast.ts';
import type { Group } from './groups.ts';
import type { KernelSettings } from './mixture.ts';
import type { Split } from './split.ts';
import { Observations } from './observations.ts';
import type { Rng } from '../sampler.ts';

/** What is known of a point: a repeat is taken only where nothing else is allowed. */
export type Judge = (x: Float64Array) => 'fresh' | 'repeat' | 'forbidden';

const JOINT = 2;

export class GroupModel {
  readonly group: Group;
  readonly observations: Observations;
  private readonly joint: readonly Contrast[];
  private readonly singles: readonly Contrast[];
  private contrasts: readonly Contrast[];

  constructor(group: Group, dimensions: number) {
    this.group = group;
    this.observations = new Observations(group, dimensions);
    const all = [...group.axes.keys()];
    this.singles = all.map((a) => new Contrast(this.observations, [a]));
    this.joint = all.length > 1 ? [new Contrast(this.observations, all)] : this.singles;
    this.contrasts = this.joint;
  }

  /**
   * Fits the densities to row numbers, of which those where the group is inactive do not matter.
   * @param ignored  ascending
   */
  fit({ good, weights, ignored, light }: Split, jointly: boolean, kernels: KernelSettings): void {
    const membersOf = (rows: readonly number[]): number[] => rows.map((row) => this.observations.memberOf(row));
    const found = [...membersOf(good).entries()].filter(([, member]) => member >= 0).sort(([, a], [, b]) => a - b);
    const members = found.map(([, member]) => member);
    this.contrasts = jointly && members.length >= JOINT ? this.joint : this.singles;
    const outside = membersOf(ignored).filter((member) => member >= 0);
    const weightsOf = weights && found.map(([i]) => weights[i]);
    for (const contrast of this.contrasts) contrast.fit(members, outside, kernels, weightsOf, light);
  }

  /**
   * Puts the best of `count` candidates into x. What x has of this group's numbers is kept and conditions the others.
   * @param stream   purpose of the first dimension's random numbers; each dimension has the next one
   * @param attempt  another one draws other candidates
   * @returns false if no candidate is allowed; x then holds something of no use
   */
  propose(x: Float64Array, count: number, rng: Rng, stream: number, attempt: number, judge: Judge): boolean {
    for (const contrast of this.contrasts) {
      const { axes } = contrast;
      const candidates = contrast.draw(x, count, rng, stream + axes[0].dim, attempt * count * (axes.length + 1));
      const scores = contrast.score(candidates);
      const put = (c: number): void => {
        for (let a = 0; a < axes.length; a++) x[axes[a].dim] = candidates.values[c * axes.length + a];
      };
      let repeat = -1;
      const best = byScore(scores).find((c) => {
        put(c);
        const verdict = judge(x);
        if (verdict === 'repeat' && repeat < 0) repeat = c;
        return verdict === 'fresh';
      });
      if (best === undefined && repeat < 0) return false;
      put(best ?? repeat);
    }
    return true;
  }
}

/** Candidates from the highest score down, the earlier first among equals. */
function byScore(scores: Float64Array): number[] {
  return [...scores.keys()].sort((a, b) => scores[b] - scores[a] || a - b);
}
