/** Studies whose trials ask for parameters while they run: what of them is of a space is looked at, the rest is not. */
import { expect, it } from 'vitest';
import { measuredPoints } from '../../analysis/study-trials.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { definitionOf } from '../study/definitions.ts';

const trials = [0, 1].map((number): TrialRecord => ({
  number,
  state: 'complete',
  params: { x: 0.5, y: 1, [`asked ${number}`]: 3 },
  values: { loss: number },
  reports: [],
  asOf: 0,
  origin: 'sampler',
  startedAt: null,
  finishedAt: null,
  attempts: 1,
  seed: 0,
}));

it('trials count by their parameters of the space, whatever they asked for besides', () => {
  const { points, outside } = measuredPoints({ definition: definitionOf({ defineByRun: true }), trials }, 2);
  expect([points.length, outside]).toEqual([2, 0]);
  expect(() => measuredPoints({ definition: definitionOf(), trials }, 2)).toThrow('0 complete trials in its space');
});

it('a study without a space says so', () => {
  const definition = definitionOf({ defineByRun: true, space: { version: 1, parameters: [], forbid: [] } });
  expect(() => measuredPoints({ definition, trials }, 2)).toThrow(
    "study 'test' has no space: its trials asked for their parameters while they ran",
  );
});
