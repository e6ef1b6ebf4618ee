import { ApplicationFailure, CancelledFailure, Context, sleep } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBase64 } from '../../study/wording/base64.ts';
import { FAILURES, QUERIES, UPDATES, type StudyStatus, type TrialPage } from '../../study/contract.ts';
import { decodeRows } from '../../study/ledger/blocks.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf } from '../study/definitions.ts';
import { Harness, World } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(() => harness.close());

const study = (name: string, changes: Partial<StudyDefinition> = {}): StudyDefinition =>
  definitionOf({ name, ...changes });
const table = (world: World) =>
  world.archived!.rows.map(({ number, x, asOf, values, state }) => [number, ...x, asOf, values, state]);
const ownFailure = (reason: string, attempt: number, checkpoint?: string): ApplicationFailure =>
  ApplicationFailure.create({
    message: reason,
    type: FAILURES.trial,
    nonRetryable: true,
    details: [{ reason, attempt, reports: [], ...(checkpoint && { checkpoint }) }],
  });

describe('a study workflow', () => {
  it('runs its trials one at a time in 12 events each and archives them', async () => {
    const world = new World();
    const { status, events } = await harness.run(study('sequential', { stop: { trials: 20, maxFailures: 1 } }), world);
    expect(status).toMatchObject({ status: 'complete', counts: { complete: 20 }, reason: 'all 20 trials are done' });
    expect(table(world).map(([number, , , asOf]) => [number, asOf])).toEqual(
      Array.from({ length: 20 }, (_, k) => [k, k]),
    );
    // 12 a trial; start, prepare, archive and end are 17 more
    expect(events[0]).toBeLessThanOrEqual(20 * 12 + 17);
    expect(world.asks.filter((ask) => ask.full).length).toBe(1);
  });

  it('asks again with everything when the cache is cold, and suggests the same', async () => {
    const warm = new World();
    await harness.run(study('warm', { stop: { trials: 12, maxFailures: 1 } }), warm);
    const cold = new World();
    cold.trial = async ({ params, number }) => {
      if (number % 3 === 1) cold.label = 'lost';
      return { values: [Number(params['x'])] };
    };
    await harness.run(study('cold', { stop: { trials: 12, maxFailures: 1 } }), cold);
    expect(cold.asks.filter((ask) => ask.full).length).toBe(5);
    expect(table(cold)).toEqual(table(warm));
  });

  it('with order trial is the same whatever the timing, and across continue-as-new and blocks', async () => {
    const definition = (name: string): StudyDefinition =>
      study(name, { order: 'trial', parallel: 4, stop: { trials: 40, maxFailures: 1 } });
    const quick = new World();
    await harness.run(definition('in-one-run'), quick);
    const slow = new World();
    slow.trial = async ({ params, number }) => {
      await sleep((number * 37) % 60);
      return { values: [Number(params['x'])] };
    };
    const { events } = await harness.run(definition('in-many-runs'), slow, {
      engine: { quietEvents: 40, hardEvents: 60, inlineBytes: 700 },
      worker: { maxCachedWorkflows: 0 },
    });
    expect(events.length).toBeGreaterThan(3);
    expect(slow.blocks.size).toBeGreaterThan(2);
    expect(table(slow)).toEqual(table(quick));
  });

  it('keeps history short in parallel: at most 4.5 events a trial at 64', async () => {
    const { events } = await harness.run(
      study('wide', { parallel: 64, stop: { trials: 640, maxFailures: 1 } }),
      new World(),
    );
    expect(events[0]! / 640).toBeLessThanOrEqual(4.5);
  });

  it("repeats a trial after its own failure from its checkpoint, 'retries' times, then records the failure", async () => {
    const world = new World();
    world.trial = async ({ number, attemptsBefore, checkpoint }) => {
      if (number === 1 && attemptsBefore < 2)
        throw ownFailure('boom', attemptsBefore + 1, `step ${attemptsBefore + 1}`);
      if (number === 2) throw ownFailure(`always, after ${checkpoint}`, attemptsBefore + 1, `c${attemptsBefore + 1}`);
      return { values: [0] };
    };
    const trial = { ...definitionOf().trial, retries: 2 };
    const { status } = await harness.run(study('retries', { trial, stop: { trials: 3, maxFailures: 5 } }), world);
    expect(status.counts).toEqual({ complete: 3, failed: 1, pruned: 0, infeasible: 0 });
    const tries = world.trials
      .filter(({ number }) => number === 1)
      .map(({ attemptsBefore, checkpoint }) => [attemptsBefore, checkpoint]);
    expect(tries).toEqual([
      [0, undefined],
      [1, 'step 1'],
      [2, 'step 2'],
    ]);
    const [, second, third] = world.archived!.rows;
    expect(second).toMatchObject({ state: 'complete', attempts: 3 });
    expect(third).toMatchObject({
      state: 'failed',
      attempts: 3,
      notes: { reason: 'always, after c2', checkpoint: 'c3' },
    });
    const again = world.trials.filter(({ number }) => number === 2).map(({ params }) => params);
    expect(again).toEqual([again[0], again[0], again[0]]);
  });

  it('does not count lost workers, but fails a trial whose workers are lost five times without progress', async () => {
    const world = new World();
    world.trial = async ({ number, checkpoint }) => {
      const { attempt } = Context.current().info;
      if (number === 1 && attempt < 4) throw new Error('the machine went away');
      if (number === 2) throw new Error('poison');
      if (number === 3 && checkpoint !== 'half') {
        // progress before each loss: heartbeats stop, but the checkpoint has moved
        Context.current().heartbeat({ attempt, checkpoint: 'half', steps: 1 });
        await new Promise((resolve) => setTimeout(resolve, 3000));
      }
      return { values: [0] };
    };
    const trial = { ...definitionOf().trial, heartbeatMs: 300 };
    const { status } = await harness.run(study('losses', { trial, stop: { trials: 3, maxFailures: 5 } }), world);
    expect(status.counts).toEqual({ complete: 3, failed: 1, pruned: 0, infeasible: 0 });
    const rows = world.archived!.rows;
    expect(rows[2]).toMatchObject({
      state: 'failed',
      notes: { reason: 'worker lost: 5 attempts could not run the trial (poison)' },
    });
    expect(rows[3]).toMatchObject({ state: 'complete' });
  });

  it('lets trials in flight finish when it is stopped', async () => {
    const world = new World();
    world.trial = async () => {
      await sleep(300);
      return { values: [1] };
    };
    const { status } = await harness.run(study('stopped', { parallel: 3 }), world, {
      during: async (handle) => {
        await until(() => world.trials.length === 3);
        const stopping = (await handle.executeUpdate(UPDATES.edit, {
          args: [{ requestId: 'r', why: 'enough', edit: { kind: 'stop', now: false } }],
        })) as StudyStatus;
        expect(stopping).toMatchObject({ status: 'stopping', reason: 'enough', running: 3 });
        await handle.executeUpdate(UPDATES.edit, {
          args: [{ requestId: 'r', why: 'again', edit: { kind: 'stop', now: false } }],
        });
      },
    });
    expect(status).toMatchObject({ status: 'stopped', reason: 'enough', counts: { complete: 3 }, asked: 3 });
    expect(world.archived!.edits).toMatchObject([{ requestId: 'r', why: 'enough', seq: 1, edit: { kind: 'stop' } }]);
  });

  it('cancels trials in flight on stop --now and keeps their checkpoints and results', async () => {
    const world = new World();
    world.trial = async ({ number }) => {
      const { cancelled } = Context.current();
      const beat = setInterval(() => Context.current().heartbeat({ attempt: 1, steps: 0 }), 50);
      try {
        await cancelled.catch((error: unknown) => {
          if (number === 1) return;
          throw number === 0
            ? new CancelledFailure('stopped', [{ reason: 'stopped', attempt: 1, checkpoint: 'here', reports: [] }])
            : error;
        });
        return { values: [1] };
      } finally {
        clearInterval(beat);
      }
    };
    const { status } = await harness.run(study('stopped-now', { parallel: 3 }), world, {
      during: async (handle) => {
        await until(() => world.trials.length === 3);
        await handle.executeUpdate(UPDATES.edit, { args: [{ requestId: 'r', edit: { kind: 'stop', now: true } }] });
      },
    });
    expect(status).toMatchObject({ status: 'stopped', counts: { complete: 1, failed: 0 } });
    expect(world.archived!.rows.map(({ state, notes }) => [state, notes?.checkpoint])).toEqual([
      ['paused', 'here'],
      ['complete', undefined],
      ['paused', undefined],
    ]);
  });

  it('records what it has when the workflow is cancelled', async () => {
    const world = new World();
    world.trial = async () => {
      await sleep(50);
      return { values: [1] };
    };
    const { error } = await harness.run(study('cancelled', { stop: { trials: 1000, maxFailures: 1 } }), world, {
      during: async (handle) => {
        await until(() => world.trials.length === 3);
        await handle.cancel();
      },
    });
    expect((error as Error).cause).toBeInstanceOf(CancelledFailure);
    expect(world.archived!.status).toMatchObject({ status: 'stopped', reason: 'the workflow was cancelled' });
  });

  it('stops at its time limit and refuses a stop without a request id in words', async () => {
    const world = new World();
    world.trial = async () => {
      await sleep(100);
      return { values: [1] };
    };
    const { status } = await harness.run(study('timed', { stop: { timeMs: 5000, maxFailures: 1 } }), world, {
      during: async (handle) => {
        await until(() => world.trials.length >= 1);
        await expect(
          handle.executeUpdate(UPDATES.edit, { args: [{ edit: { kind: 'stop', now: true } }] as never }),
        ).rejects.toMatchObject({
          cause: { message: 'edit: requestId is undefined, expected a text of your own' },
        });
        const page = (await handle.query(QUERIES.trials, { from: 0, limit: 1 })) as TrialPage;
        const [row] = decodeRows(fromBase64(page.rows));
        expect([row.number, row.x[1]]).toEqual([0, 1]);
      },
    });
    expect(status).toMatchObject({ status: 'complete', reason: 'the time limit (stop.time) was reached' });
    expect(status.counts.complete).toBeGreaterThan(0);
  });

  it('fails in words when the sampler cannot go on', async () => {
    const world = new World();
    const activities = world.activities();
    world.activities = () => ({
      ...activities,
      'dtune.suggest': () => {
        throw ApplicationFailure.nonRetryable('the forbidden regions leave nothing', FAILURES.definition);
      },
    });
    const { status } = await harness.run(study('hopeless'), world);
    expect(status).toMatchObject({ status: 'failed', reason: 'the forbidden regions leave nothing', asked: 0 });
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
