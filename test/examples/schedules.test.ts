import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { TrialContext } from '../../activities/runners/trial-context.ts';
import { definitionOf, readStudyFile } from '../../cli/study-file.ts';
import { trial, type ScheduledParams } from '../../examples/schedules/train.ts';
import { createStudySession } from '../../samplers/study-session.ts';
import { compileSpace } from '../../study/space/dimensions.ts';
import { decode, encodeFull, nest } from '../../study/space/point.ts';

const file = fileURLToPath(new URL('../../examples/schedules/study.yaml', import.meta.url));
const definition = definitionOf(readStudyFile(file), file);
const compiled = compileSpace(definition.space);

function train(params: ScheduledParams): { readonly value: number; readonly curve: readonly number[] } {
  const curve: number[] = [];
  const context: Partial<TrialContext<ScheduledParams>> = {
    params,
    seed: 5,
    signal: new AbortController().signal,
    report: async (_step, value) => void curve.push(value),
  };
  return { value: trial(context as TrialContext<ScheduledParams>), curve };
}

const params = (changes: object): ScheduledParams =>
  nest(
    decode(
      compiled,
      encodeFull(compiled, { 'lr.base': 0.002, 'lr.shape': 'constant', 'lr.warmup': 0, width: 32, ...changes }),
    ),
  ) as never;

it('learns with each optimizer, whose own parameters are there with it alone', () => {
  const sgd = { optimizer: 'sgd', 'lr.base': 0.05, momentum: 0.9, nesterov: true };
  for (const changes of [{ optimizer: 'adam' }, { optimizer: 'rmsprop' }, sgd]) {
    const own = params(changes);
    expect(own.momentum).toBe(changes === sgd ? 0.9 : undefined);
    const { value, curve } = train(own);
    expect(curve).toHaveLength(10);
    expect(value).toBeGreaterThan(0.85);
  }
});

it('trains at the rate of its schedule: one that vanishes stands still', () => {
  const vanishing = { optimizer: 'adam', 'lr.shape': 'step', 'lr.step.factor': 0.1, 'lr.step.every': 2 };
  const { curve } = train(params(vanishing));
  const whole = train(params({ optimizer: 'adam' })).curve;
  // two epochs at the whole rate, then a tenth of it, then a hundredth, …
  expect(curve.slice(0, 2)).toEqual(whole.slice(0, 2));
  expect(curve[2]).not.toBe(whole[2]);
  expect(curve[9]).toBe(curve[8]);
});

it('is sampled as any space is', () => {
  const session = createStudySession(definition, [
    { seq: 0, space: definition.space, sampler: definition.sampler, parallel: 2, was: {} },
  ]);
  const asked = session.ask(Array.from({ length: 8 }, (_, number) => ({ number, asOf: 0 })));
  const shapes = asked.suggestions.map(
    ({ x }) =>
      (
        decode(
          compiled,
          x.map((value) => value ?? NaN),
        ) as Record<string, unknown>
      )['lr.shape'],
  );
  expect(new Set(shapes).size).toBeGreaterThan(2);
});
