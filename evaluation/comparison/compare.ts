/** Champion against challenger by the test that their results allow. */
import type { ComparisonMethod, Verdict } from '../../study/evaluation/contract.ts';
import { bayesianCorrelatedT } from './bayesian-t.ts';
import { pairedBootstrap, type BootstrapInput, type RowStatistic } from './bootstrap.ts';
import { correctedT } from './corrected-t.ts';
import { delong, type BinaryScores } from './delong.ts';
import { checkAlpha, checkCount, checkLength, checkMinimumEffect } from './door.ts';
import { discordanceOf, mcnemarP, tangoInterval } from './mcnemar.ts';
import { decide, type Finding } from './verdict.ts';

/** A verdict without what only a schedule knows: which look it is, and what others spent. */
export type Comparison = Omit<Verdict, 'look' | 'alphaSpent' | 'alphaTotal'>;

export interface ComparisonRules {
  /** Its name, for the reason. */
  readonly metric: string;
  readonly goal: 'minimize' | 'maximize';
  /** The least gain that is worth a change, in the metric's unit, >= 0. */
  readonly minimumEffect: number;
  /** What this look may spend, in (0, 1). */
  readonly alpha: number;
}

export interface FoldScores extends ComparisonRules {
  /** The metric on each fold; on the same folds, in the same order. */
  readonly champion: readonly number[];
  readonly challenger: readonly number[];
  /** Rows of a test part by rows of a training part, > 0: 1/9 for ten folds. */
  readonly testRatio: number;
}

export interface PredictionScores extends ComparisonRules, Omit<BootstrapInput, 'statistic'> {
  /** The metric from how often each row counts. */
  readonly champion: RowStatistic;
  readonly challenger: RowStatistic;
  /** Whether rows have weights, which the statistics heed: exact McNemar and DeLong know none. */
  readonly weighted?: boolean;
  /** For `accuracy`: 1 where the prediction is right; champion, challenger. */
  readonly correct?: readonly [champion: Uint8Array, challenger: Uint8Array] | undefined;
  /** For `rocAuc` of two classes. */
  readonly scores?: BinaryScores | undefined;
}

/**
 * By the corrected resampled t test, with the probabilities of the Bayesian one (region of practical equivalence: the minimum
 * effect on either side of 0). From one fold each there is an effect but no interval, from none there is nothing.
 * @throws RangeError where the lists differ in length, hold something not finite, or a rule cannot be
 */
export function compareFolds(input: FoldScores): Comparison {
  const { champion, challenger, testRatio, minimumEffect, alpha } = input;
  checkRules(input);
  checkLength('challenger', challenger, champion.length);
  const n = champion.length;
  if (n === 0) return judge(input, 'none', { over: 'no folds', lacks: 'there are no folds' });
  const means = { champion: meanOf('champion', champion), challenger: meanOf('challenger', challenger) };
  if (n === 1) {
    const effect = gain(input.goal, means.champion, means.challenger);
    return judge(
      input,
      'single values',
      { over: 'one run', effect, lacks: 'one value each shows no spread' },
      means,
      n,
    );
  }
  const gains = champion.map((value, fold) => gain(input.goal, value, challenger[fold]!));
  const { mean, interval, p } = correctedT(gains, testRatio, alpha);
  const bayesian = bayesianCorrelatedT(gains, testRatio, minimumEffect);
  return { ...judge(input, 'corrected t', { over: `${n} folds`, effect: mean, interval, p }, means, n), bayesian };
}

/**
 * By DeLong for `rocAuc` of two classes, by exact McNemar with Tango's interval for `accuracy`, both only where rows have neither
 * groups nor weights; else by the paired bootstrap.
 * @throws RangeError where lists are not as long as n, or a rule cannot be
 */
export function comparePredictions(input: PredictionScores): Comparison {
  const { metric, goal, n, groups, weighted, correct, scores, alpha } = input;
  checkRules(input);
  checkCount('n', n, 0);
  if (n === 0) return judge(input, 'none', { over: 'no rows', lacks: 'there are no rows' });
  const over = groups ? `${n} rows in ${new Set(groups).size} groups` : `${n} rows`;
  const plain = !groups && !weighted && goal === 'maximize';
  if (plain && metric === 'rocAuc' && scores) {
    checkLength('scores', scores.positive, n);
    const { champion, challenger, difference, interval, p } = delong(scores, alpha);
    return judge(input, 'DeLong', { over, effect: difference, interval, p }, { champion, challenger }, n);
  }
  if (plain && metric === 'accuracy' && correct) {
    for (const list of correct) checkLength('correct', list, n);
    const rows = discordanceOf(...correct);
    const effect = (rows.challengerAlone - rows.championAlone) / n;
    const [champion, challenger] = correct.map((list) => list.reduce((sum, right) => sum + right, 0) / n);
    const found = { over, effect, interval: tangoInterval(rows, alpha), p: mcnemarP(rows) };
    return judge(input, 'exact McNemar', found, { champion: champion!, challenger: challenger! }, n);
  }
  const statistic: RowStatistic = (counts) => gain(goal, input.champion(counts), input.challenger(counts));
  const once = new Int32Array(n).fill(1);
  const values = { champion: input.champion(once), challenger: input.challenger(once) };
  const { effect, interval, p, lacks } = pairedBootstrap({ ...input, statistic }, alpha);
  const known = Number.isFinite(effect) && { effect };
  const found = {
    over,
    ...known,
    ...(interval && { interval }),
    ...(p !== undefined && { p }),
    ...(lacks && { lacks }),
  };
  return judge(input, known ? 'paired bootstrap' : 'none', found, values, n);
}

/** How much better the challenger is; nothing where the two differ by rounding alone. */
function gain(goal: ComparisonRules['goal'], champion: number, challenger: number): number {
  const difference = goal === 'maximize' ? challenger - champion : champion - challenger;
  const rounding = 1e-15 * Math.max(Math.abs(champion), Math.abs(challenger));
  return Math.abs(difference) <= rounding ? 0 : difference;
}

function judge(
  { metric, goal, minimumEffect, alpha }: ComparisonRules,
  method: ComparisonMethod,
  found: Pick<Finding, 'over' | 'effect' | 'interval' | 'p' | 'lacks'>,
  values: { readonly champion?: number; readonly challenger?: number } = {},
  n?: number,
): Comparison {
  const { effect, interval, p } = found;
  return {
    ...decide({ metric, minimumEffect, alpha, ...found }),
    metric,
    goal,
    method,
    ...Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value))),
    ...(effect !== undefined && { effect }),
    ...(interval && { interval }),
    ...(p !== undefined && { p }),
    minimumEffect,
    alpha,
    ...(n !== undefined && { n }),
  };
}

function checkRules({ alpha, minimumEffect }: ComparisonRules): void {
  checkAlpha(alpha);
  checkMinimumEffect(minimumEffect);
}

function meanOf(whose: string, values: readonly number[]): number {
  const odd = values.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) throw new RangeError(`the ${whose}'s value on fold ${odd} is ${values[odd]}, expected a finite number`);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
