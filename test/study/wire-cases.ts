/** Cases of the wire contract (wire.test.ts). */
import type { TrialRequest } from '../../study/contract.ts';
import type { Crossings } from '../../study/scheduling.ts';
import type { Measurement } from '../../study/trial/trial.ts';

const trial: TrialRequest['trial'] = {
  kind: 'activity',
  activity: 'train',
  queue: 'gpu',
  heartbeatMs: 30_000,
  retries: 0,
};

/** A request with these changes. */
export function requestOf(changes: Partial<TrialRequest> = {}): TrialRequest {
  return {
    study: 'dtune/digits',
    firstRunId: '0f1e2d3c-0000-4000-8000-123456789abc',
    number: 7,
    seed: 4_294_967_295,
    params: { lr: 0.001, layers: 3 },
    attemptsBefore: 0,
    trial,
    objectives: ['loss'],
    constraints: [],
    phase: 'tune',
    ...changes,
  };
}

export interface RequestCase {
  readonly title: string;
  readonly request: TrialRequest;
  readonly crossed?: readonly Measurement[];
}

export const requests: readonly RequestCase[] = [
  { title: 'a first attempt at a plain trial', request: requestOf() },
  {
    title: 'values of every kind, nested branches, a value that is null',
    request: requestOf({
      params: {
        'model.kind': 'net',
        'model.net.units': [64, 32],
        'model.net.dropout': 0.25,
        bias: true,
        depth: null,
        order: ['b', 'a'],
        'größe.ß': 'ü\u{1F600}',
        fixed: { deep: [1, { er: null }] },
      },
    }),
  },
  {
    title: 'a trial that may ask for parameters, and has asked for some before',
    request: requestOf({
      attemptsBefore: 1,
      params: {},
      suggested: [
        { name: 'lr', value: 0.5, domain: { kind: 'float', low: 0, high: 1, scale: 'linear' } },
        { name: 'depth', value: null, domain: { kind: 'choice', choices: [null, 3] }, step: 2 },
      ],
    }),
  },
  {
    title: 'a later attempt, with a budget, checkpoints and reports that the study may not have heard of',
    request: requestOf({
      attemptsBefore: 2,
      budget: 27,
      checkpoint: '/checkpoints/7/2/epoch-9',
      fallbacks: ['/checkpoints/3/1/epoch-8', '/checkpoints/1/1/epoch-4'],
      crossings: { from: 1, every: 1, most: 8 },
    }),
    crossed: [
      [1, 0.5],
      [2, 0.25],
    ],
  },
  {
    title: 'folds as budgets, at fixed steps',
    request: requestOf({ budget: 5, folds: [0.5, 0.25], crossings: { at: [1, 3, 9] } }),
  },
  {
    title: 'the training of a trial whose evaluation is a step of its own',
    request: requestOf({ stage: 'train', budget: 9, checkpoint: '/checkpoints/3/1/epoch-6' }),
  },
  {
    title: 'the evaluation of what a training left',
    request: requestOf({ stage: 'evaluate', attemptsBefore: 1, budget: 9, checkpoint: '/checkpoints/7/1/epoch-9' }),
  },
  {
    title: 'a run of a final test, of several objectives and constraints',
    request: requestOf({
      objectives: ['loss', 'latency'],
      constraints: ['memory'],
      phase: 'test',
      replicate: 2,
      evaluation: {
        seed: 11,
        split: { kind: 'k-fold', folds: 5, repeats: 1 },
        test: { kind: 'hold-out', size: 0.25 },
        candidate: 'best',
        repeat: 1,
      } as unknown as TrialRequest['evaluation'] & object,
    }),
  },
];

export interface AnswerCase {
  readonly title: string;
  readonly request: TrialRequest;
  readonly answer: unknown;
}

const several = requestOf({ objectives: ['loss', 'latency'], constraints: ['memory'] });
const judged = requestOf({ crossings: { from: 1, every: 2, most: 8 } });

export const goodAnswers: readonly AnswerCase[] = [
  { title: 'a number', request: requestOf(), answer: 0.25 },
  { title: 'a value', request: requestOf(), answer: { value: 0.25 } },
  { title: 'minus zero, as zero', request: requestOf(), answer: { value: -0 } },
  {
    title: 'everything there is',
    request: requestOf(),
    answer: {
      value: 0.5,
      cost: 12.5,
      train: 0.25,
      folds: [0.25, 0.75],
      attributes: { parameters: 1234, note: 'ok', nested: { list: [1, null, true] } },
      reports: [
        [2, 0.75],
        [1, 1],
      ],
      checkpoint: '/checkpoints/7/1/last',
      predictions: 'file:///data/predictions.csv',
      restored: '/checkpoints/3/1/epoch-8',
    },
  },
  { title: 'folds alone: their mean', request: requestOf(), answer: { folds: [0.25, 0.75] } },
  {
    title: 'several objectives and a constraint',
    request: several,
    answer: { values: { latency: 12, loss: 0.5 }, constraints: { memory: 900 } },
  },
  {
    title: 'reports that crossed, as the worker says',
    request: judged,
    answer: {
      value: 0.5,
      reports: [
        [1, 0.75],
        [2, 0.625],
        [3, 0.5],
      ],
      crossed: [
        [1, 0.75],
        [3, 0.5],
      ],
    },
  },
  {
    title: 'reports that crossed, of a worker that does not say which',
    request: judged,
    answer: {
      value: 0.5,
      reports: [
        [1, 0.75],
        [2, 0.625],
        [3, 0.5],
      ],
    },
  },
];

export const badAnswers: readonly AnswerCase[] = [
  { title: 'nothing', request: requestOf(), answer: null },
  { title: 'a text', request: requestOf(), answer: 'good' },
  { title: 'a list', request: requestOf(), answer: [0.5] },
  { title: 'no value', request: requestOf(), answer: { cost: 1 } },
  { title: 'a value that is a text', request: requestOf(), answer: { value: '0.5' } },
  { title: 'a value that is null', request: requestOf(), answer: { value: null } },
  { title: 'a misspelt key', request: requestOf(), answer: { value: 1, attribute: {} } },
  { title: 'an objective beside the values', request: several, answer: { loss: 1, latency: 2 } },
  { title: 'one value for two objectives', request: several, answer: 1 },
  { title: 'a missing objective', request: several, answer: { values: { loss: 1 }, constraints: { memory: 1 } } },
  { title: 'a missing constraint', request: several, answer: { values: { loss: 1, latency: 2 } } },
  { title: 'a cost below 0', request: requestOf(), answer: { value: 1, cost: -1 } },
  { title: 'too long a checkpoint', request: requestOf(), answer: { value: 1, checkpoint: 'x'.repeat(4097) } },
  { title: 'predictions that are no URI', request: requestOf(), answer: { value: 1, predictions: 'predictions.csv' } },
];

export type TraceEvent = { readonly report: Measurement } | { readonly checkpoint: string };

export interface TraceCase {
  readonly title: string;
  readonly request: TrialRequest;
  readonly crossed?: readonly Measurement[];
  readonly events: readonly TraceEvent[];
}

const reports = (from: number, to: number): TraceEvent[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ report: [from + i, ((from + i) * 7919) % 101] as const }));

export const traceCases: readonly TraceCase[] = [
  { title: 'nothing yet', request: requestOf(), events: [] },
  {
    title: 'nothing yet of an attempt that goes on',
    request: requestOf({ checkpoint: 'a', attemptsBefore: 1, crossings: { from: 1, every: 1, most: 8 } }),
    crossed: [[1, 0.5]],
    events: [],
  },
  {
    title: 'the first value of a step, the newest checkpoint',
    request: requestOf(),
    events: [{ report: [1, 5] }, { checkpoint: 'a' }, { report: [1, 6] }, { report: [0.5, 4] }, { checkpoint: 'b' }],
  },
  {
    title: 'more reports than are kept',
    request: requestOf(),
    events: reports(0, 999),
  },
  {
    title: 'reports that cross, after those of the attempt before',
    request: requestOf({ checkpoint: 'a', attemptsBefore: 1, crossings: { from: 1, every: 2, most: 4 } }),
    crossed: [
      [1, 0.5],
      [3, 0.25],
    ],
    events: [...reports(2, 40), { checkpoint: 'b' }],
  },
  {
    title: 'more that cross than a heartbeat carries',
    request: requestOf({ crossings: { from: 1, every: 1, most: 1000 } }),
    events: reports(1, 90),
  },
];

export interface CrossingCase {
  readonly crossings: Crossings;
  readonly last?: number;
  readonly steps: readonly number[];
}

const upTo = (n: number, by = 1): number[] => Array.from({ length: n }, (_, i) => (i + 1) * by);

export const crossingCases: readonly CrossingCase[] = [
  { crossings: { at: [1, 3, 9, 27] }, steps: upTo(40) },
  { crossings: { at: [] }, steps: upTo(3) },
  { crossings: { at: [2.5, 5] }, steps: [0, 2.4, 2.5, 2.6, 7, 8] },
  { crossings: { from: 1, every: 1, most: 4 }, steps: upTo(200) },
  { crossings: { from: 10, every: 3, most: 5 }, steps: upTo(150) },
  { crossings: { from: 0, every: 0.1, most: 7 }, steps: [0, ...upTo(120, 0.1)] },
  { crossings: { from: 0.3, every: 0.7, most: 3 }, steps: upTo(90, 0.35) },
  { crossings: { from: 5, every: 5, most: 1 }, steps: upTo(100) },
  { crossings: { from: 1, every: 1, most: 8 }, last: 12, steps: [3, 12, 13, 13, 12, 20, 14, 1000, 1001, 5000.5] },
];
