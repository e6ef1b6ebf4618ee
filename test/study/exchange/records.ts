/** Random studies with records of their trials, for what is written and read again. */
import fc from 'fast-check';
import { compileSpace } from '../../../study/space/dimensions.ts';
import { decode } from '../../../study/space/point.ts';
import type { Space } from '../../../study/space/space.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import type { TrialRecord } from '../../../study/trial/trial.ts';
import { definitionOf } from '../definitions.ts';
import { draw, numbers, spaces } from '../spaces.ts';

const STATES = ['complete', 'complete', 'pruned', 'failed', 'infeasible', 'running', 'waiting', 'paused'] as const;

export interface Study {
  readonly definition: StudyDefinition;
  readonly records: readonly TrialRecord[];
}

/** A study with 1 to 3 objectives, at most 2 constraints and at most 8 trials in all states. */
export const studies: fc.Arbitrary<Study> = studiesOf(spaces, 3);

export function studiesOf(of: fc.Arbitrary<Space>, mostObjectives: number): fc.Arbitrary<Study> {
  return fc
    .tuple(of, fc.nat({ max: 2 ** 31 }), fc.integer({ min: 1, max: mostObjectives }), fc.nat({ max: 2 }))
    .map(([space, seed, objectives, constraints]) => {
      const next = numbers(seed);
      const definition = definitionOf({
        space,
        objectives: ['loss', 'time', 'cost']
          .slice(0, objectives)
          .map((name) => ({ name, goal: next() < 0.5 ? 'minimize' : 'maximize' })),
        constraints: ['memory', 'value'].slice(0, constraints).map((name) => ({ name, below: 1 })),
      });
      const records = Array.from({ length: Math.floor(next() * 9) }, (_, i) => record(i, definition, next));
      return { definition, records };
    });
}

function record(number: number, definition: StudyDefinition, next: () => number): TrialRecord {
  const compiled = compileSpace(definition.space);
  const state = STATES[Math.floor(next() * STATES.length)];
  const measured = (list: readonly { readonly name: string }[]): Record<string, number> =>
    Object.fromEntries(list.map(({ name }) => [name, (next() - 0.5) * 10 ** Math.floor(next() * 20 - 10) + 0]));
  const ended = state !== 'waiting' && state !== 'running' && state !== 'paused';
  return {
    number,
    state,
    params: decode(compiled, draw(compiled, next)),
    values: state === 'complete' ? measured(definition.objectives) : null,
    ...(state === 'complete' && definition.constraints.length > 0 && { constraints: measured(definition.constraints) }),
    reports: [],
    asOf: number,
    origin: 'sampler',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: ended ? new Date(Date.UTC(2026, 0, 1, 0, 0, number)).toISOString() : null,
    attempts: 1,
    seed: 7,
    ...(next() < 0.5 && { cost: next() * 100 }),
    ...(state === 'complete' && next() < 0.5 && { train: next(), folds: [next(), -next() * 1e-9, 0] }),
    ...(state === 'failed' && { reason: 'out of memory, "again"\nand again' }),
  };
}

/** What must come back of records: trials that have ended, and what a foreign trial holds of them. */
export function ended({ definition, records }: Study): unknown[] {
  return records.flatMap(({ number, state, params, values, constraints, cost, train, folds }) =>
    ['complete', 'pruned', 'failed', 'infeasible'].includes(state)
      ? [
          {
            params,
            state,
            ...(values && { values: definition.objectives.map(({ name }) => values[name]) }),
            ...(constraints && { constraints: definition.constraints.map(({ name }) => constraints[name]) }),
            ...(cost !== undefined && { cost }),
            ...(folds && { train, folds }),
            from: `trial ${number}`,
          },
        ]
      : [],
  );
}
