/**
 * Whether scores on the same folds differ, for racing. Lower scores are better. Folds share their training rows, so that their scores
 * are not independent and the probabilities are rougher than they look.
 *
 * [Conover 1999] Conover, "Practical nonparametric statistics", 3rd ed.: sec. 5.7 signed ranks, sec. 5.8 Friedman's test.
 */
import { fisherTail, studentTails } from './half-beta.ts';

/**
 * How probable it is that scores look worse than others' at least so clearly, if they are not: Wilcoxon's signed ranks, exact, one
 * sided, equal scores left out. Never below 2^-folds.
 */
export function signedRankTail(scores: readonly number[], others: readonly number[]): number {
  const differences = scores.map((score, fold) => score - others[fold]!).filter((difference) => difference !== 0);
  // doubled, ranks are whole numbers even where some are shared
  const doubled = ranks(differences.map(Math.abs)).map((rank) => 2 * rank);
  const observed = doubled.reduce((sum, rank, i) => sum + (differences[i]! > 0 ? rank : 0), 0);
  let ways = [1];
  for (const rank of doubled) {
    const more = Array.from({ length: ways.length + rank }, () => 0);
    for (const [sum, count] of ways.entries()) {
      more[sum]! += count / 2;
      more[sum + rank]! += count / 2;
    }
    ways = more;
  }
  return ways.slice(observed).reduce((sum, share) => sum + share, 0);
}

/**
 * Who of those in a race is worse than the best, by Friedman's test of all (in its F form) and Conover's comparison with the least sum
 * of ranks afterwards, two-sided. Approximate where folds are few.
 *
 * @param scores by trial, then by fold: at least three trials, two folds
 */
export function friedmanWorse(scores: readonly (readonly number[])[], alpha: number): boolean[] {
  const trials = scores.length;
  const folds = scores[0]!.length;
  const byFold = Array.from({ length: folds }, (_, fold) => ranks(scores.map((own) => own[fold]!)));
  const sums = scores.map((_, trial) => byFold.reduce((sum, rank) => sum + rank[trial]!, 0));
  const squares = byFold.flat().reduce((sum, rank) => sum + rank * rank, 0);
  const spread = sums.reduce((sum, own) => sum + own * own, 0) / folds;
  const level = (folds * trials * (trials + 1) * (trials + 1)) / 4;
  const degrees = (folds - 1) * (trials - 1);
  // all folds agree where what is left is 0
  const left = squares - spread;
  const nothing = left <= 1e-9 * squares;
  const f = spread - level <= 1e-9 * squares ? 0 : nothing ? Infinity : ((folds - 1) * (spread - level)) / left;
  if (fisherTail(f, trials - 1, degrees) > alpha) return scores.map(() => false);
  const least = Math.min(...sums);
  const scale = Math.sqrt((2 * folds * left) / degrees);
  return sums.map((sum) => sum > least && studentTails(nothing ? Infinity : (sum - least) / scale, degrees) <= alpha);
}

/** From 1 for the least; equal ones share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}
