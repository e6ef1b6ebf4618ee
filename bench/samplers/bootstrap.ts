/** How sure a mean score is: problems drawn anew, and of each problem the runs. Seeded. */
import { createRng } from '../../samplers/numerics/philox.ts';
import type { ProblemSpec } from './problem.ts';
import { median, type Bests, type Scoreboard } from './scoring.ts';

export interface Interval {
  /** Over the problems. */
  readonly mean: number;
  readonly median: number;
  /** 95 % of the rounds lie within. */
  readonly low: number;
  readonly high: number;
  /** 95 % of the rounds lie below: the one-sided bound. */
  readonly upper: number;
}

/** Picks one of these, another one each time. */
type Draw = <T>(from: readonly T[]) => T;

/**
 * Mean difference of two peers' scores on these problems, ours − theirs: below 0 ours is better.
 * @param problems  at least one, run by both
 */
export function difference(
  board: Scoreboard,
  ours: string,
  theirs: string,
  problems: readonly ProblemSpec[],
): Interval {
  return meanOver(problems, 2000, (problem, draw) => {
    const [a, b] = [board.bests(ours, problem), board.bests(theirs, problem)];
    return board.score(problem, drawnFrom(a, draw)) - board.score(problem, drawnFrom(b, draw));
  });
}

/** Mean score of a peer on these problems. @param problems  at least one, run by it */
export function level(board: Scoreboard, peer: string, problems: readonly ProblemSpec[]): Interval {
  return meanOver(problems, 300, (problem, draw) => board.score(problem, drawnFrom(board.bests(peer, problem), draw)));
}

function meanOver(
  problems: readonly ProblemSpec[],
  rounds: number,
  figure: (problem: ProblemSpec, draw?: Draw) => number,
): Interval {
  const means = Array.from({ length: rounds }, (_, round) => {
    const rng = createRng(round, 0);
    let drawn = 0;
    const draw: Draw = (from) => from[Math.floor(rng.uniform(0, drawn++) * from.length)];
    return mean(problems.map(() => figure(draw(problems), draw)));
  }).toSorted((x, y) => x - y);
  const figures = problems.map((problem) => figure(problem));
  return {
    mean: mean(figures),
    median: median(figures),
    low: means[Math.floor(0.025 * rounds)],
    high: means[Math.ceil(0.975 * rounds) - 1],
    upper: means[Math.ceil(0.95 * rounds) - 1],
  };
}

function drawnFrom(bests: Bests, draw: Draw | undefined): Bests {
  return draw ? bests.map(() => draw(bests)) : bests;
}

export function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}
