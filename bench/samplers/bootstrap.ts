/** How sure a difference between two peers is: problems drawn anew, and of each problem the runs of both. */
import { createRng } from '../../samplers/numerics/philox.ts';
import type { ProblemSpec } from './problem.ts';
import type { Scoreboard } from './scoring.ts';

export interface Difference {
  /** Of normalised regret, ours − theirs: below 0 ours is better. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const ROUNDS = 2000;

/**
 * Mean difference of the scores on these problems and its 95 % percentile interval (2,000 rounds, seeded).
 * @param problems  at least one, run by both
 */
export function difference(
  board: Scoreboard,
  ours: string,
  theirs: string,
  problems: readonly ProblemSpec[],
): Difference {
  const pairs = problems.map((problem) => ({
    problem,
    a: board.bests(ours, problem),
    b: board.bests(theirs, problem),
  }));
  const exact = pairs.map(({ problem, a, b }) => board.score(problem, a) - board.score(problem, b));
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const rng = createRng(round, 0);
    let drawn = 0;
    const draw = <T>(from: readonly T[]): T => from[Math.floor(rng.uniform(0, drawn++) * from.length)];
    const differences = pairs.map(() => {
      const { problem, a, b } = draw(pairs);
      return (
        board.score(
          problem,
          a.map(() => draw(a)),
        ) -
        board.score(
          problem,
          b.map(() => draw(b)),
        )
      );
    });
    return mean(differences);
  }).toSorted((x, y) => x - y);
  return { mean: mean(exact), low: rounds[Math.floor(0.025 * ROUNDS)], high: rounds[Math.ceil(0.975 * ROUNDS) - 1] };
}

function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}
