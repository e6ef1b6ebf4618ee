/** What is made of a study's final test: a verdict, what the guards saw, the scores of both candidates. Pure: the same tests, the same judgement. */
import type { BestTrial } from '../study/contract.ts';
import type { Evaluation, Judgement, Verdict } from '../study/evaluation/contract.ts';
import type { StudyDefinition } from '../study/study.ts';
import type { TrialRecord } from '../study/trial/trial.ts';
import { checkGuards } from './guards/index.ts';
import { compareCandidates, decidingMetric } from './judging/compare-candidates.ts';
import { confusionsOf, scoresOf } from './judging/scores.ts';
import { pairPredictions, type Read } from './judging/tested-predictions.ts';
import { alphaOf, alphaSpent } from './comparison/index.ts';

export interface JudgeInput {
  /** With `evaluate`. */
  readonly definition: StudyDefinition;
  /** After its tests. */
  readonly evaluation: Evaluation;
  readonly best: BestTrial | null;
  readonly trials: readonly TrialRecord[];
  /** What each run of a candidate predicted, by repeat. */
  readonly predictions: { readonly champion: readonly Read[]; readonly challenger: readonly Read[] };
}

/** Never throws on what trials gave back: what cannot be compared makes the verdict inconclusive, in words. */
export function judge({ definition, evaluation, best, trials, predictions }: JudgeInput): Judgement {
  const spec = definition.evaluate!;
  const { champion, challenger, look } = evaluation;
  const pair = pairPredictions(predictions);
  const compared: Verdict = {
    ...compareCandidates(definition, evaluation, pair, alphaOf(look, spec.alpha)),
    look,
    alphaSpent: alphaSpent(look, spec.alpha),
    alphaTotal: spec.alpha,
  };
  const first = { champion: pair.champion?.[0], challenger: pair.challenger?.[0] };
  const guarded = checkGuards({
    definition,
    guards: spec.guards,
    trials,
    best,
    ...(champion && { champion }),
    ...(challenger && { challenger }),
    predictions: {
      ...(first.champion && { champion: first.champion }),
      ...(first.challenger && { challenger: first.challenger }),
    },
    verdict: compared,
    ...(spec.costs && { costs: spec.costs }),
    metric: decidingMetric(definition),
  });
  const confusion = confusionsOf(definition, pair);
  return {
    verdict: heeding(compared, guarded.warnings),
    ...guarded,
    scores: scoresOf(definition, evaluation, pair),
    ...(confusion && { confusion }),
  };
}

/** A promotion that would rest on what a guard saw is none. */
function heeding(verdict: Verdict, warnings: Judgement['warnings']): Verdict {
  const blocking = warnings.filter(({ blocks }) => blocks);
  if (verdict.decision !== 'promote' || blocking.length === 0) return verdict;
  const why = blocking.map(({ guard, saw }) => `${guard}: ${saw}`).join('; ');
  return {
    ...verdict,
    decision: 'inconclusive',
    reason: `${verdict.reason}; but it would rest on what a guard saw: ${why}`,
  };
}
