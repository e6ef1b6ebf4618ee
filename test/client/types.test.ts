/** What TuningClient knows of a study's parameters: checked by the compiler, nothing of it runs. */
import type { Client } from '@temporalio/client';
import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import {
  choice,
  defineStudy,
  float,
  int,
  TuningClient,
  type BestTrial,
  type LeasedTrial,
  type NestedParams,
  type StudyDefinition,
  type StudyHandle,
  type StudyInput,
  type StudyStatus,
  type TrialRecord,
  type TypedDefinition,
} from '../../index.ts';

const space = z.object({
  lr: float(1e-5, 1e-1, { scale: 'log' }),
  layers: int(1, 4),
  optimizer: choice(['adam', 'sgd']),
  units: z.array(int(8, 256)).min(1).max(4),
  model: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('forest'), trees: int(10, 500) }),
    z.object({ kind: z.literal('mlp'), dropout: float(0, 0.5) }),
  ]),
});

/** What the space above says, by hand. */
interface Tuned {
  lr: number;
  layers: number;
  optimizer: 'adam' | 'sgd';
  units: number[];
  model: { kind: 'forest'; trees: number } | { kind: 'mlp'; dropout: number };
}

const input = {
  name: 'typed',
  space,
  objective: { name: 'loss', goal: 'minimize' },
  trial: { function: 'train' },
  stop: { trials: 3 },
} as const satisfies StudyInput;

// without a return type: what is inferred is under test
const start = async (client: Client) =>
  new TuningClient({ client, artifacts: '/' }).start(defineStudy(input, { directory: '/', seed: 1 }));

describe('the types of TuningClient', () => {
  it('know what the trials of a zod space receive', () => {
    const best = async (study: StudyHandle<Tuned>) => (await study.best())?.params;
    expectTypeOf(best).returns.resolves.toEqualTypeOf<Tuned | undefined>();
    const front = async (study: StudyHandle<Tuned>) => (await study.front()).map(({ params }) => params);
    expectTypeOf(front).returns.resolves.toEqualTypeOf<Tuned[]>();
    const lent = async (study: StudyHandle<Tuned>) => (await study.ask({ leaseMs: 60_000 }))?.params;
    expectTypeOf(lent).returns.resolves.toEqualTypeOf<Tuned | undefined>();
    // everything but the parameters is as it was
    expectTypeOf<NonNullable<Awaited<ReturnType<StudyHandle<Tuned>['best']>>>['values']>().toEqualTypeOf<
      BestTrial['values']
    >();
    expectTypeOf<NonNullable<Awaited<ReturnType<StudyHandle<Tuned>['ask']>>>['lease']>().toEqualTypeOf<
      LeasedTrial['lease']
    >();
  });

  it('infer them from the definition, wherever the study comes from', () => {
    expectTypeOf(start).returns.resolves.toEqualTypeOf<StudyHandle<Tuned>>();
    const inline = () => defineStudy({ ...input, space: z.object({ lr: float(0, 1) }) }, { directory: '/' });
    expectTypeOf(inline).returns.toEqualTypeOf<TypedDefinition<{ lr: number }>>();
    const named = (tuning: TuningClient) => tuning.study<Tuned>('typed');
    expectTypeOf(named).returns.toEqualTypeOf<StudyHandle<Tuned>>();
  });

  it('see a fault beside a zod space', () => {
    // @ts-expect-error: neither minimize nor maximize
    const misspelt = () => defineStudy({ ...input, objective: { name: 'loss', goal: 'minimise' } }, { directory: '/' });
    expectTypeOf(misspelt).toBeFunction();
  });

  it('know no parameters of a space that is data', () => {
    const file = (tuning: TuningClient, content: unknown) => tuning.start(defineStudy(content, { directory: '/' }));
    expectTypeOf(file).returns.resolves.toEqualTypeOf<StudyHandle<NestedParams>>();
    const drawn = (tuning: TuningClient, definition: (seed?: number) => StudyDefinition) => tuning.start(definition);
    expectTypeOf(drawn).returns.resolves.toEqualTypeOf<StudyHandle<NestedParams>>();
    const named = (tuning: TuningClient) => tuning.study('typed');
    expectTypeOf(named).returns.toEqualTypeOf<StudyHandle<NestedParams>>();
    expectTypeOf<NestedParams[string]>().toExtend<TrialRecord['params'][string] | undefined>();
  });

  it('have some of the parameters enqueued, and all of them added', () => {
    type Enqueued = Parameters<StudyHandle<Tuned>['enqueue']>[0][number];
    expectTypeOf<{}>().toExtend<Enqueued>();
    expectTypeOf<{ lr: 0.1 }>().toExtend<Enqueued>();
    expectTypeOf<{ units: [16, 32]; optimizer: 'adam' }>().toExtend<Enqueued>();
    expectTypeOf<{ model: { kind: 'mlp' } }>().toExtend<Enqueued>();
    expectTypeOf<Tuned>().toExtend<Enqueued>();
    expectTypeOf<{ lr: 'high' }>().not.toExtend<Enqueued>();
    expectTypeOf<{ optimizer: 'rmsprop' }>().not.toExtend<Enqueued>();
    expectTypeOf<{ model: { kind: 'tree' } }>().not.toExtend<Enqueued>();
    // @ts-expect-error: no parameter of this space
    const misspelt = (study: StudyHandle<Tuned>) => study.enqueue([{ rl: 0.1 }]);
    expectTypeOf(misspelt).returns.resolves.toEqualTypeOf<StudyStatus>();

    expectTypeOf<Parameters<StudyHandle<Tuned>['add']>[0]>().toEqualTypeOf<Tuned>();
    expectTypeOf<{ lr: number }>().not.toExtend<Parameters<StudyHandle<Tuned>['add']>[0]>();
  });

  it('have a study written as a study file is', () => {
    const study = { ...input, space: { lr: { float: [1e-5, 1e-1], scale: 'log' }, layers: { int: [1, 4] } } } as const;
    expectTypeOf(study).toExtend<StudyInput>();
    expectTypeOf<typeof input>().toExtend<StudyInput>();
    const { objective: _objective, ...without } = study;
    expectTypeOf(without).not.toExtend<StudyInput>();
    expectTypeOf({ ...study, trial: { program: 'train' } }).not.toExtend<StudyInput>();
    expectTypeOf({ ...study, order: 'random' } as const).not.toExtend<StudyInput>();
    expectTypeOf({ ...study, stop: { trials: '3' } }).not.toExtend<StudyInput>();
    expectTypeOf({ ...study, space: { lr: { real: [0, 1] } } }).not.toExtend<StudyInput>();
  });
});
