/**
 * Which of several ways to suggest serves a study: a bandit over them whose state follows from the rows in the order they
 * closed.
 *
 * Adaptive operator selection by probability matching [Thierens 2005], for rewards that age: a trial's reward is its place
 * among the best ones at the moment it closed, 1 for a new best down to 0 for one that is not among them. With every
 * rewarded trial the sums of all ways fade by FADE, so that the last 1 / (1 - FADE) trials count. A way is taken with
 * probability FLOOR, and the rest of the probability goes by the square of the ways' mean rewards.
 *
 * [Thierens 2005] Thierens, "An Adaptive Pursuit Strategy for Allocating Operator Probabilities", GECCO 2005, sec. 2.
 */

const FADE = 0.96;
/** At most a half of an even share. */
const FLOOR = 0.15;
/** What a way is worth before it was tried: as many trials at this mean reward. */
const TRIALS = 2;
const REWARD = 0.5;

export class Credit {
  private readonly rewards: Float64Array;
  private readonly trials: Float64Array;

  constructor(ways: number) {
    this.rewards = new Float64Array(ways);
    this.trials = new Float64Array(ways);
  }

  /** A trial that `way` suggested was closed; reward in [0, 1]. */
  add(way: number, reward: number): void {
    for (let w = 0; w < this.trials.length; w++) {
      this.rewards[w] *= FADE;
      this.trials[w] *= FADE;
    }
    this.rewards[way] += reward;
    this.trials[way]++;
  }

  /** Probabilities of these ways, which sum to 1. */
  shares(ways: readonly number[]): number[] {
    const floor = Math.min(FLOOR, 0.5 / ways.length);
    const worth = ways.map((way) => (this.rewards[way] + REWARD * TRIALS) / (this.trials[way] + TRIALS));
    const total = worth.reduce((sum, mean) => sum + mean * mean, 0);
    return worth.map((mean) => floor + (1 - ways.length * floor) * ((mean * mean) / total));
  }

  /** The one of these ways at a share u in (0, 1). */
  pick(u: number, ways: readonly number[]): number {
    let left = u;
    return ways[this.shares(ways).findIndex((share) => (left -= share) < 0)] ?? ways[0];
  }
}
