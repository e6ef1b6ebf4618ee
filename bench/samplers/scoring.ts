/**
 * Normalised regret: (median best value − best known) / (random's median − best known), 0 at the optimum, 1 as good as random
 * search with as many evaluations. The best known value is the problem's own, or one that a run found. With several objectives a value
 * is the hypervolume, taken negative so that less is better.
 */
import type { ProblemSpec } from './problem.ts';
import { curveOf } from './runs.ts';
import type { Run } from './play.ts';

/** Where half of the runs have found nothing feasible. */
const WORST = 10;

/** Best values of a peer's runs on one problem after n evaluations, one a seed; Infinity: nothing feasible. */
export type Bests = readonly number[];

/** All runs after n evaluations. */
export interface Scoreboard {
  readonly n: number;
  readonly peers: readonly string[];
  readonly problems: readonly ProblemSpec[];
  /** Problems that this peer has run at least so long. */
  problemsOf(peer: string): readonly ProblemSpec[];
  bests(peer: string, problem: ProblemSpec): Bests;
  /** The score of these best values: NaN where random's median after n evaluations is not known. */
  score(problem: ProblemSpec, bests: Bests): number;
}

/** @param problems  those that runs may be of; runs of others do not count */
export function scoreboard(runs: readonly Run[], n: number, problems: readonly ProblemSpec[]): Scoreboard {
  const known = new Map(problems.map((spec) => [spec.id, spec]));
  const best = new Map(problems.map((spec) => [functionOf(spec), bestOf(spec)]));
  const bests = new Map<string, Map<string, number[]>>();
  for (const run of runs) {
    const spec = known.get(run.problem);
    const found = spec && valuesOf(run, n);
    if (!spec || !found) continue;
    best.set(functionOf(spec), Math.min(best.get(functionOf(spec))!, found.last));
    if (found.at === undefined) continue;
    const ofPeer = bests.get(run.peer) ?? bests.set(run.peer, new Map()).get(run.peer)!;
    ofPeer.set(run.problem, [...(ofPeer.get(run.problem) ?? []), found.at]);
  }
  return {
    n,
    peers: [...bests.keys()].toSorted(),
    problems,
    problemsOf: (peer) => problems.filter(({ id }) => bests.get(peer)?.has(id)),
    bests: (peer, { id }) => bests.get(peer)?.get(id) ?? [],
    score: (spec, values) => {
      const known = spec.random_median?.[n];
      if (known === undefined) return NaN;
      const random = spec.objectives > 1 ? -known : known;
      const middle = median(values);
      if (middle === Infinity) return WORST;
      const least = best.get(functionOf(spec))!;
      const [over, span] = [middle - least, random - least];
      // random search finds the optimum: who does not is as bad as random ever is
      return span > 1e-12 ? over / span : Number(over > 1e-12);
    },
  };
}

function bestOf({ best_known, best_hv }: ProblemSpec): number {
  return best_known ?? (best_hv === undefined ? Infinity : -best_hv);
}

/** A run's value in the end and after n evaluations, if it is known; Infinity: nothing feasible. */
function valuesOf(run: Run, n: number): { readonly last: number; readonly at?: number } | undefined {
  if (run.hv) {
    const at = run.hv[n];
    return { last: -Math.max(...Object.values(run.hv)), ...(at !== undefined && { at: -at }) };
  }
  const curve = curveOf(run);
  if (!curve) return undefined;
  return { last: curve.at(-1) ?? Infinity, ...(curve.length >= n && { at: curve[n - 1] ?? Infinity }) };
}

function functionOf(spec: ProblemSpec): string {
  return spec.function ?? spec.id;
}

/** The mean of the two in the middle where there are two. @param figures  at least one */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === high ? low : (low + high) / 2;
}

/** Mean rank of each row of scores over the columns, 1 best; equal scores share their ranks. */
export function meanRanks(scores: readonly (readonly number[])[]): number[] {
  return scores.map((row) => {
    const ranks = row.map((own, problem) => {
      const better = scores.filter((other) => other[problem] < own).length;
      const equal = scores.filter((other) => other[problem] === own).length;
      return better + (equal + 1) / 2;
    });
    return ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length;
  });
}

/** 'all' and the classes of these problems, with their problems. */
export function classesOf(problems: readonly ProblemSpec[]): ReadonlyMap<string, readonly ProblemSpec[]> {
  const names = new Set(problems.map((spec) => spec.class));
  return new Map([
    ...[...names].map((name) => [name, problems.filter((spec) => spec.class === name)] as const),
    ['all', problems] as const,
  ]);
}
