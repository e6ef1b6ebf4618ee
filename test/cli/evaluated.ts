/** A study that was evaluated, as its workflow leaves it: digits of three classes, tuned against its defaults. */
import { reportInputOf, type ReportInput } from '../../cli/report/input.ts';
import type { BestTrial, StudyStatus } from '../../study/contract.ts';
import type { Evaluation, Judgement, Promotion, Verdict } from '../../study/evaluation/contract.ts';
import type { StudyDefinition } from '../../study/study.ts';
import type { Measurement, TrialRecord } from '../../study/trial/trial.ts';
import { definitionOf } from '../study/definitions.ts';
import { trialOf } from './histories.ts';

export const VERDICT: Verdict = {
  decision: 'promote',
  reason: 'the challenger is better by at least what is worth a change, with chance kept in check',
  metric: 'balancedAccuracy',
  goal: 'maximize',
  method: 'paired bootstrap',
  champion: 0.90617284,
  challenger: 0.9452,
  effect: 0.03902716,
  interval: [0.0121, 0.06612],
  p: 0.0034,
  minimumEffect: 0.005,
  look: 1,
  alpha: 0.05,
  alphaSpent: 0.05,
  alphaTotal: 0.05,
  n: 450,
};

export const JUDGEMENT: Judgement = {
  verdict: VERDICT,
  warnings: [
    {
      guard: 'bound',
      saw: 'the best has lr 0.0998, within 5 % of its upper bound 0.1',
      advice: 'widen lr upwards and continue the study: dtune set digits --space wider.yaml',
      blocks: false,
    },
    {
      guard: 'gap',
      saw: 'training reaches 0.999, validation 0.871: 0.128 apart, where at most 0.1 is expected',
      advice: 'regularise, or bound what lets the model learn its rows by heart',
      blocks: false,
    },
  ],
  unchecked: [{ guard: 'costs', lacks: 'the study states no costs of mistakes' }],
  scores: {
    balancedAccuracy: { champion: 0.90617284, challenger: 0.9452 },
    mcc: { champion: 0.8612, challenger: 0.9171 },
    logLoss: { champion: 0.3121, challenger: 0.3542 },
    rocAucOvr: { challenger: 0.9921 },
  },
  confusion: {
    champion: {
      classes: ['zero', 'one', 'eight'],
      counts: [
        [148, 0, 2],
        [0, 141, 9],
        [6, 25, 119],
      ],
    },
    challenger: {
      classes: ['zero', 'one', 'eight'],
      counts: [
        [149, 0, 1],
        [0, 146, 4],
        [3, 17, 130],
      ],
    },
  },
};

const BEST: BestTrial = { number: 3, params: { x: 0.3, y: 1 }, values: { accuracy: 0.951 } };

export const EVALUATION: Evaluation = {
  phase: 'over',
  look: 1,
  tests: { ended: 4, of: 4 },
  champion: {
    number: 0,
    params: { x: 0, y: 1 },
    runs: [
      { seed: 11, values: [0.905] },
      { seed: 12, values: [0.907] },
    ],
  },
  challenger: {
    number: 3,
    params: BEST.params,
    runs: [
      { seed: 11, values: [0.9452] },
      { seed: 12, failed: 'the loss is NaN\n  at train.py:12' },
    ],
  },
  judgement: JUDGEMENT,
};

export const EVALUATED: StudyDefinition = definitionOf({
  name: 'digits',
  objectives: [{ name: 'accuracy', goal: 'maximize' }],
  stop: { trials: 5, maxFailures: 10 },
  evaluate: {
    split: { kind: 'stratified', folds: 5, repeats: 2 },
    test: { kind: 'hold-out', size: 0.25 },
    metrics: ['balancedAccuracy', 'mcc', 'logLoss', 'rocAucOvr'],
    minimumEffect: 0.005,
    alpha: 0.05,
    repeats: 2,
    guards: { off: ['seeds'], imbalance: 0.8, gap: { above: 0.1, as: 'warning' }, bound: 0.05 },
    seed: 5,
    look: 1,
  },
  promote: {
    action: { kind: 'command', command: ['./deploy.sh', '--stage', 'live'], cwd: '/srv' },
    timeoutMs: 600_000,
    retries: 3,
    approvalMs: 172_800_000,
  },
});

/** Of a closed study; `evaluation`: undefined where it came to none. */
export function statusOf(evaluation: Evaluation | undefined, changes: Partial<StudyStatus> = {}): StudyStatus {
  return {
    study: 'digits',
    status: 'complete',
    reason: '5 trials are done',
    counts: { complete: 5, pruned: 0, failed: 0, infeasible: 0 },
    running: 0,
    waiting: 0,
    told: 0,
    tags: {},
    asked: 5,
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:14:05.000Z',
    best: BEST,
    front: [BEST],
    ...(evaluation && { evaluation }),
    ...changes,
  };
}

export function judged(verdict: Partial<Verdict>, changes: Partial<Judgement> = {}): Evaluation {
  return { ...EVALUATION, judgement: { ...JUDGEMENT, ...changes, verdict: { ...VERDICT, ...verdict } } };
}

export function promoted(promotion: Omit<Promotion, 'key'>): Evaluation {
  const isOver = promotion.state !== 'waiting for approval' && promotion.state !== 'running';
  return {
    ...EVALUATION,
    phase: isOver ? 'over' : 'promoting',
    promotion: { key: 'digits/run-1/promotion', ...promotion },
  };
}

export function evaluatedInput(evaluation: Evaluation | undefined = EVALUATION): ReportInput {
  return reportInputOf({ definition: EVALUATED, status: statusOf(evaluation), trials: TRIALS, edits: 2 });
}

const TRIALS: readonly TrialRecord[] = [0.882, 0.861, 0.9, 0.951, 0.94].map((accuracy, i) =>
  trialOf(i, accuracy, {
    values: { accuracy },
    reports: Array.from({ length: 12 }, (_, step): Measurement => [
      step + 1,
      accuracy - 0.6 / (step + 1 + i) + 0.01 * ((step * 7) % 3),
    ]),
    ...(i === 0 && { baseline: true }),
  }),
);
