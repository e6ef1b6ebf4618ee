import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { TrialEvents } from '../../activities/runners/runner.ts';
import { createSuggesting } from '../../activities/runners/suggesting.ts';
import type { TrialContext } from '../../activities/runners/trial-context.ts';
import { definitionOf } from '../../cli/study-file.ts';
import { readPredictions } from '../../evaluation/predictions.ts';
import { splitsOf } from '../../evaluation/splits/index.ts';
import { loadDigits } from '../../examples/digits/data.ts';
import { trial, type DigitsParams } from '../../examples/digits/train.ts';
import type { TrialEvaluation } from '../../study/evaluation/spec.ts';
import type { Measurement } from '../../study/trial/trial.ts';

const params: DigitsParams = {
  lr: 0.003,
  optimizer: 'adam',
  batch: 32,
  dropout: 0.1,
  weight_decay: 1e-4,
  activation: 'relu',
  units: [32, 24, 24, 16],
  epochs: 4,
};

const EVALUATION: TrialEvaluation = {
  split: { kind: 'stratified', folds: 3, repeats: 1 },
  test: { kind: 'hold-out', size: 0.2 },
  seed: 1998,
  repeat: 0,
};

interface Trace {
  readonly context: TrialContext<DigitsParams>;
  readonly reports: Measurement[];
  readonly checkpoints: string[];
}

function trace(changes: Partial<TrialContext<DigitsParams>> = {}): Trace {
  const reports: Measurement[] = [];
  const checkpoints: string[] = [];
  const context: TrialContext<DigitsParams> = {
    params,
    study: 'digits',
    number: 0,
    seed: 12,
    attempt: 1,
    budget: undefined,
    phase: 'tune',
    checkpoint: undefined,
    signal: new AbortController().signal,
    report: async (step, value) => void reports.push([step, value]),
    checkpointUri: undefined,
    checkpointDirectory: () => '/nowhere',
    saveCheckpoint: ((checkpoint: string) => void checkpoints.push(checkpoint)) as TrialContext['saveCheckpoint'],
    log: () => {},
    ...createSuggesting({} as TrialEvents, new AbortController().signal),
    evaluation: EVALUATION,
    split: (data) => splitsOf(EVALUATION, changes.phase ?? 'tune', data),
    ...changes,
  };
  return { context, reports, checkpoints };
}

test('is the mean accuracy of three folds, reported as it grows', async () => {
  const { context, reports, checkpoints } = trace();
  const { value, train, folds } = await trial(context);
  const [a, b, c] = folds!;
  expect(value).toBe((a + b + c) / 3);
  expect(value).toBeGreaterThan(0.5);
  expect(train).toBeGreaterThan(value);
  expect(reports).toEqual([
    [1, a],
    [2, (a + b) / 2],
    [3, value],
  ]);
  const kept = checkpoints.map((checkpoint) => (JSON.parse(checkpoint) as number[][]).map(([score]) => score));
  expect(kept).toEqual([[a], [a, b], [a, b, c]]);
});

test('goes on after the folds of its checkpoint, to the same result', async () => {
  const whole = trace();
  const result = await trial(whole.context);
  for (const [done, checkpoint] of whole.checkpoints.entries()) {
    const { context, reports } = trace({ checkpoint, attempt: 2 });
    expect(await trial(context)).toEqual(result);
    expect(reports).toEqual(whole.reports.slice(done + 1));
  }
});

test('answers for the test rows in the phase test, which tuning never sees', async () => {
  const { context } = trace({ phase: 'test' });
  const { value, predictions } = await trial(context);
  const { truth, predicted, scores, ids } = readPredictions(predictions);
  expect(truth.length).toBe(360);
  expect(value).toBe(predicted.filter((digit, i) => digit === truth[i]).length / 360);
  expect(scores!.every((each) => each.length === 10)).toBe(true);
  const tuned = new Set(splitsOf(EVALUATION, 'tune', { labels: loadDigits().labels }).flatMap(({ test }) => [...test]));
  expect(ids!.some((row) => tuned.has(Number(row)))).toBe(false);
  expect(tuned.size).toBe(1797 - 360);
});

test('ends between epochs when it is told to', async () => {
  const controller = new AbortController();
  const { context } = trace({ signal: controller.signal, params: { ...params, epochs: 1e9 } });
  const running = trial(context);
  controller.abort(new Error('told to end'));
  await expect(running).rejects.toThrow('told to end');
});

test('has a finite accuracy when the weights run away', async () => {
  const { context } = trace({ params: { ...params, optimizer: 'sgd', lr: 1e200, momentum: 0.99, epochs: 1e9 } });
  const { value } = await trial(context);
  expect(value).toBeGreaterThan(0);
  expect(value).toBeLessThan(0.3);
});

test('its study file is a study, with the ordinary network as the baseline', () => {
  const path = fileURLToPath(new URL('../../examples/digits/study.yaml', import.meta.url));
  const definition = definitionOf(parse(readFileSync(path, 'utf8')), path);
  expect(definition.trial).toMatchObject({ kind: 'function', function: trial.name });
  expect(definition.objectives).toEqual([{ name: 'accuracy', goal: 'maximize' }]);
  expect(definition.enqueue).toEqual([
    { baseline: true, params: expect.objectContaining({ lr: 0.001, optimizer: 'adam', units: [32, 32, 32, 32] }) },
  ]);
});
