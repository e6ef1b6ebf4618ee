import { CancelledFailure, Context } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QUERIES, UPDATES, workflowId, type StudyStatus, type TrialRequest } from '../../study/contract.ts';
import type { EvaluationSpec } from '../../study/evaluation/spec.ts';
import type { StudyDefinition, TrialLimits } from '../../study/study.ts';
import { definitionOf } from '../study/definitions.ts';
import { Harness, World } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(() => harness.close());

const study = (name: string, limits: Partial<TrialLimits>, changes: Partial<StudyDefinition> = {}): StudyDefinition =>
  definitionOf({ name, trial: { ...definitionOf().trial, ...limits } as StudyDefinition['trial'], ...changes });
const table = (world: World) =>
  world.archived!.rows.map(({ number, x, asOf, values, state }) => [number, ...x, asOf, values, state]);
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('a study with order trial', () => {
  it.each([
    ['in batches', { batch: 4 }],
    ['in lanes', { lane: 4 }],
    ['in lanes of batches', { lane: 8, batch: 3 }],
    ['as workflows of their own', { long: true as const }],
  ])('has the same table when its trials run %s, over many runs, with nothing cached', async (how, limits) => {
    const changes: Partial<StudyDefinition> = { order: 'trial', parallel: 8, stop: { trials: 40, maxFailures: 1 } };
    const alone = new World();
    await harness.run(study(`alone-${how.replaceAll(' ', '-')}`, {}, changes), alone);
    const world = new World();
    const { events } = await harness.run(study(how.replaceAll(' ', '-'), limits, changes), world, {
      engine: { quietEvents: 40, hardEvents: 60, inlineBytes: 700 },
      worker: { maxCachedWorkflows: 0 },
    });
    expect(events.length).toBeGreaterThan(1);
    expect(table(world)).toEqual(table(alone));
  });

  it.each([
    ['alone', {}],
    ['in batches', { batch: 4 }],
    ['in lanes of batches', { lane: 8, batch: 3 }],
    ['as workflows of their own', { long: true as const }],
  ])('tells its trials how to divide their rows, and keeps what they measured by fold, run %s', async (how, limits) => {
    const world = new World();
    const told: TrialRequest[] = [];
    world.trial = async (request) => {
      told.push(request);
      const measured = { values: [request.number], train: request.number + 1, folds: [0, 2 * request.number] };
      return request.phase === 'tune' ? { ...measured, constraints: [0] } : measured;
    };
    const evaluate: EvaluationSpec = {
      split: { kind: 'k-fold', folds: 3, repeats: 1 },
      test: { kind: 'own' },
      metrics: [],
      minimumEffect: 0,
      alpha: 0.05,
      repeats: 1,
      guards: { off: [], imbalance: 0.8, gap: { above: 0.1, as: 'constraint' }, bound: 0.02 },
      seed: 11,
      look: 1,
    };
    await harness.run(
      study(`divided-${how.replaceAll(' ', '-')}`, limits, {
        order: 'trial',
        parallel: 4,
        stop: { trials: 8, maxFailures: 1 },
        constraints: [{ name: 'gap', below: 0.1 }],
        evaluate,
      }),
      world,
    );
    const { split, test, seed } = evaluate;
    const evaluation = { split, test, seed, repeat: 0, gap: { above: 0.1, as: 'constraint', goal: 'minimize' } };
    const tuned = told.filter(({ phase }) => phase === 'tune');
    expect(tuned.length).toBe(8);
    for (const request of tuned) expect(request).toMatchObject({ evaluation, constraints: ['gap'] });
    // the gap is a matter of tuning
    for (const request of told.filter(({ phase }) => phase === 'test'))
      expect(request).toMatchObject({ evaluation: { split, test, seed, repeat: 0 }, constraints: [] });
    expect(world.archived!.rows.map(({ notes }) => [notes?.train, notes?.folds])).toEqual(
      world.archived!.rows.map(({ number }) => [number + 1, [0, 2 * number]]),
    );
  });
});

describe('a study in batches', () => {
  it('fills them, and takes less than an event a trial', async () => {
    const world = new World();
    const { events } = await harness.run(
      study('filled', { batch: 16 }, { parallel: 64, stop: { trials: 640, maxFailures: 1 } }),
      world,
    );
    expect(world.batches.length).toBe(40);
    expect(events[0]! / 640).toBeLessThanOrEqual(1);
  });

  it('ends one trial on request, and the others of its batch go on', async () => {
    const world = new World();
    let held = true;
    world.trial = async ({ number, params }) => {
      const context = Context.current();
      while (held && number === 1) {
        context.heartbeat();
        await context.sleep(50);
      }
      return { values: [Number(params['x'])] };
    };
    const { status } = await harness.run(
      study('one-ended', { batch: 3 }, { parallel: 3, stop: { trials: 3, maxFailures: 5 } }),
      world,
      {
        during: async (handle) => {
          await until(() => world.trials.length > 0 || world.batches.length > 0);
          await handle.executeUpdate(UPDATES.edit, {
            args: [{ requestId: 'r', why: 'enough of it', edit: { kind: 'cancel', number: 1 } }],
          });
          held = false;
        },
      },
    );
    expect(status.counts).toMatchObject({ complete: 3, failed: 0 });
    expect(world.archived!.rows.map(({ number, state }) => [number, state])).toEqual([
      [0, 'complete'],
      [1, 'failed'],
      [2, 'complete'],
      [3, 'complete'],
    ]);
  });
});

describe('a study of long trials', () => {
  it('continues as new while they run, hears of them, and can end them', async () => {
    const world = new World();
    let held = true;
    world.trial = async ({ number }) => {
      const context = Context.current();
      while (held || number === 3) {
        context.heartbeat({ attempt: 1, checkpoint: `c${number}`, steps: 1 });
        await context.sleep(50);
      }
      return { values: [number] };
    };
    const { status, events } = await harness.run(
      study('passed-over', { long: true }, { parallel: 4, stop: { trials: 4, maxFailures: 5 } }),
      world,
      {
        engine: { quietEvents: 30 },
        during: async (handle) => {
          const id = workflowId('passed-over');
          const first = (await handle.describe()).runId;
          await until(() => world.trials.length === 4);
          for (let i = 0; (await harness.client.workflow.getHandle(id).describe()).runId === first; i++)
            await harness.client.workflow
              .getHandle(id)
              .executeUpdate(UPDATES.edit, { args: [{ requestId: `n${i}`, edit: { kind: 'note', text: 'longer' } }] })
              .catch(() => {});
          expect(await harness.client.workflow.getHandle(id).query(QUERIES.status)).toMatchObject({ running: 4 });
          held = false;
          await harness.client.workflow.getHandle(id).executeUpdate(UPDATES.edit, {
            args: [{ requestId: 'c', edit: { kind: 'fail', number: 3 } }],
          });
        },
      },
    );
    expect(events.length).toBeGreaterThan(1);
    expect(status.counts).toMatchObject({ complete: 4, failed: 1 });
    expect(world.archived!.rows[3]).toMatchObject({ state: 'failed', notes: { reason: 'failed' } });
  });

  it('finds out when one was terminated, and says so', async () => {
    const world = new World();
    world.trial = async ({ number }) => {
      const context = Context.current();
      while (number === 1) {
        context.heartbeat({ attempt: 1, steps: 0 });
        await context.sleep(50);
      }
      return { values: [number] };
    };
    const { status } = await harness.run(
      study('looked-after', { long: true }, { parallel: 2, stop: { trials: 2, maxFailures: 5 } }),
      world,
      {
        engine: { lookAfterMs: 300 },
        during: async (handle) => {
          await until(() => world.trials.some(({ number }) => number === 1));
          const { runId } = await handle.describe();
          await harness.client.workflow.getHandle(`${workflowId('looked-after')}/trial/1/1/${runId}`).terminate('lost');
        },
      },
    );
    expect(status.counts).toMatchObject({ complete: 2, failed: 1 });
    expect(world.archived!.rows[1]).toMatchObject({
      state: 'failed',
      notes: { reason: expect.stringContaining('is gone, it was terminated or its server lost it') as string },
    });
  });

  it('pauses them with their checkpoints, and goes on from there', async () => {
    const world = new World();
    world.trial = async ({ checkpoint }) => {
      const context = Context.current();
      if (checkpoint === undefined) {
        const beat = setInterval(() => context.heartbeat({ attempt: 1, checkpoint: 'half', steps: 1 }), 50);
        await context.cancelled.catch(() => clearInterval(beat));
        throw new CancelledFailure('ended', [{ reason: 'ended', attempt: 1, checkpoint: 'half', reports: [] }]);
      }
      return { values: [checkpoint === 'half' ? 1 : 0] };
    };
    const { status } = await harness.run(
      study('paused', { long: true }, { stop: { trials: 1, maxFailures: 5 } }),
      world,
      {
        during: async (handle) => {
          await until(() => world.trials.length === 1);
          await new Promise((resolve) => setTimeout(resolve, 400));
          await handle.executeUpdate(UPDATES.edit, { args: [{ requestId: 'p', edit: { kind: 'pause', now: true } }] });
          await until(async () => ((await handle.query(QUERIES.status)) as StudyStatus).waiting === 1);
          await handle.executeUpdate(UPDATES.edit, { args: [{ requestId: 'q', edit: { kind: 'resume' } }] });
        },
      },
    );
    expect(status).toMatchObject({ counts: { complete: 1 }, best: { values: { loss: 1 } } });
  });
});
