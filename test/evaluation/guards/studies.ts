/** Small finished studies for the guards' tests; each test changes what it is about. */
import { DEFAULT_GUARDS, type GuardInput } from '../../../evaluation/guards/index.ts';
import type { Finding, Guard } from '../../../evaluation/guards/guard.ts';
import type { TestedCandidate, TestRun, Verdict } from '../../../study/evaluation/contract.ts';
import type { Label, Predictions } from '../../../study/evaluation/predictions.ts';
import type { EvaluationSpec, GuardSpec } from '../../../study/evaluation/spec.ts';
import type { TrialRecord } from '../../../study/trial/trial.ts';
import { definitionOf } from '../../study/definitions.ts';

/** Trial 0 has the defaults, and each trial other parameters. */
export function trialOf(number: number, value: number, more: Partial<TrialRecord> = {}): TrialRecord {
  return {
    number,
    state: 'complete',
    params: { x: 0.3 + 0.01 * number, y: 1 },
    values: { accuracy: value },
    reports: [],
    asOf: number,
    origin: 'sampler',
    startedAt: null,
    finishedAt: null,
    attempts: 1,
    seed: number,
    ...(number === 0 && { baseline: true }),
    ...more,
  };
}

/** A study that maximizes accuracy over x in [0, 1] and y in [0.001, 1000] on a log scale; the best of `trials` is its best. */
export function studyOf(trials: readonly TrialRecord[], more: Partial<GuardInput> = {}): GuardInput {
  const complete = trials.filter(({ state }) => state === 'complete');
  const [best] = complete.toSorted((a, b) => b.values!['accuracy'] - a.values!['accuracy']);
  return {
    definition: definitionOf({ objectives: [{ name: 'accuracy', goal: 'maximize' }] }),
    guards: DEFAULT_GUARDS,
    trials,
    best: best ? { number: best.number, params: best.params, values: best.values! } : null,
    metric: { name: 'accuracy', goal: 'maximize' },
    ...more,
  };
}

export function testedOf(values: readonly number[], more: Partial<TestedCandidate> = {}): TestedCandidate {
  return { params: {}, runs: values.map((value, seed): TestRun => ({ seed, values: [value] })), ...more };
}

/** 'ham 90 ham, ham 4 spam' is 90 rows of true ham predicted as ham, and 4 as spam. */
export function predictionsOf(text: string): Predictions {
  const rows = text.split(', ').flatMap((part) => {
    const [truth, count, predicted] = part.split(' ') as [string, string, string];
    return Array.from({ length: Number(count) }, (): [Label, Label] => [truth, predicted]);
  });
  return { truth: rows.map(([truth]) => truth), predicted: rows.map(([, predicted]) => predicted) };
}

export function verdictOf(more: Partial<Verdict> = {}): Verdict {
  return {
    decision: 'promote',
    reason: '',
    metric: 'accuracy',
    goal: 'maximize',
    method: 'exact McNemar',
    minimumEffect: 0,
    look: 1,
    alpha: 0.05,
    alphaSpent: 0.05,
    alphaTotal: 0.05,
    ...more,
  };
}

export function guardsOf(more: Partial<GuardSpec>): GuardSpec {
  return { ...DEFAULT_GUARDS, ...more };
}

export function evaluationOf(test: EvaluationSpec['test']): EvaluationSpec {
  const guards = DEFAULT_GUARDS;
  return { test, metrics: [], minimumEffect: 0, alpha: 0.05, repeats: 1, guards, seed: 1, look: 1 };
}

/** What somebody reads: 'SAW ADVICE (blocks)', 'lacks: …', or 'silent'. */
export function read(guard: Guard, input: GuardInput): string {
  const finding: Finding = guard(input);
  if (!finding) return 'silent';
  return 'lacks' in finding
    ? `lacks: ${finding.lacks}`
    : `${finding.saw} ${finding.advice}${finding.blocks ? ' (blocks)' : ''}`;
}
