import { ApplicationFailure, Context } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAILURES, UPDATES, type TrialHeartbeat } from '../../study/contract.ts';
import { definitionOf } from '../study/definitions.ts';
import { define } from '../study/studies.ts';
import { Harness, World } from './harness.ts';
import { until } from './trials-rig.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(() => harness.close());

const run = { key: 'digits/r/0/1-0', since: 1, handle: 'https://train.example.com/jobs/7' };

/** A worker that shuts down, and leaves a run that was seen so often. */
const left = (looks: number): ApplicationFailure => {
  const heartbeat: TrialHeartbeat = { attempt: 1, steps: 0, remote: { ...run, looks } };
  return ApplicationFailure.create({
    message: 'shutting down',
    type: FAILURES.transient,
    details: [heartbeat],
    nextRetryDelay: 10,
  });
};

const study = (name: string) =>
  definitionOf({
    name,
    trial: { ...definitionOf().trial, heartbeatMs: 300 },
    stop: { trials: 1, maxFailures: 1 },
  });

/** The same whose trials are jobs. */
const jobs = (name: string) => ({
  ...study(name),
  trial: { ...define({ trial: { job: { slurm: { command: ['train'] } } } }).trial, heartbeatMs: 300 },
});

describe('a trial that runs elsewhere', () => {
  it('is handed on as long as it is seen, however many workers it loses', async () => {
    const world = new World();
    world.trial = async ({ remote }) => {
      if (!remote) throw left(Context.current().info.attempt);
      return { values: [0.5] };
    };
    const { status } = await harness.run(study('handed-on'), world);
    expect(status.counts).toMatchObject({ complete: 1, failed: 0 });
    expect(world.trials.length).toBe(6);
    expect(world.trials.at(-1)).toMatchObject({ remote: { ...run, looks: 5 }, attemptsBefore: 5 });
  });

  it('is ended where no worker sees it any more', async () => {
    const world = new World();
    world.trial = async ({ end }) => {
      if (end) throw ApplicationFailure.nonRetryable('ended', FAILURES.trial);
      throw left(0);
    };
    const { status } = await harness.run(study('unseen'), world);
    expect(status).toMatchObject({ status: 'failed', counts: { failed: 1 } });
    expect(world.trials.map(({ end }) => end)).toEqual([...Array.from({ length: 5 }), true]);
    expect(world.trials.at(-1)!.remote).toEqual({ ...run, looks: 0 });
  });

  it('is ended by another worker where one dies while ending it', async () => {
    const world = new World();
    world.trial = async ({ end }) => {
      if (end) throw ApplicationFailure.nonRetryable('ended', FAILURES.trial);
      const beat = setInterval(
        () => Context.current().heartbeat({ attempt: 1, steps: 0, remote: { ...run, looks: 1 } }),
        50,
      );
      // asked to end it, the worker is silent
      await Context.current().cancelled.catch(() => clearInterval(beat));
      await new Promise((resolve) => setTimeout(resolve, 2000));
      return { values: [1] };
    };
    const { status } = await harness.run(study('died-ending'), world, {
      during: async (handle) => {
        await until(() => world.trials.length === 1);
        await new Promise((resolve) => setTimeout(resolve, 200));
        await handle.executeUpdate(UPDATES.edit, { args: [{ requestId: 'r', edit: { kind: 'stop', now: true } }] });
      },
    });
    expect(status).toMatchObject({ status: 'stopped' });
    expect(world.trials.map(({ end, remote }) => [end, remote?.handle])).toEqual([
      [undefined, undefined],
      [true, run.handle],
    ]);
  });

  it('is ended, a job, that nobody wants any more while no worker has it, whether anybody has told of it or not', async () => {
    const world = new World();
    world.trial = async ({ end }) => {
      if (end) throw ApplicationFailure.nonRetryable('ended', FAILURES.trial);
      // its worker dies, and the next one comes too late
      throw ApplicationFailure.create({ message: 'lost', type: FAILURES.transient, nextRetryDelay: '1 hour' });
    };
    const { status } = await harness.run(jobs('unheard'), world, {
      during: async (handle) => {
        await until(() => world.trials.length === 1);
        await new Promise((resolve) => setTimeout(resolve, 200));
        await handle.executeUpdate(UPDATES.edit, { args: [{ requestId: 'r', edit: { kind: 'stop', now: true } }] });
      },
    });
    expect(status).toMatchObject({ status: 'stopped' });
    const [first, last] = world.trials;
    expect(world.trials.length).toBe(2);
    expect(last).toEqual({ ...first, end: true });
  });

  it('is ended, a job, whose workers die before they can tell of it', async () => {
    const world = new World();
    world.trial = async ({ end }) => {
      if (end) throw ApplicationFailure.nonRetryable('ended', FAILURES.trial);
      throw ApplicationFailure.create({ message: 'lost', type: FAILURES.transient, nextRetryDelay: 10 });
    };
    const { status } = await harness.run(jobs('untold'), world);
    expect(status).toMatchObject({ status: 'failed', counts: { failed: 1 } });
    expect(world.trials.map(({ end }) => end)).toEqual([...Array.from({ length: 5 }), true]);
  });
});
