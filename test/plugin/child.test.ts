import { CancelledFailure, WorkflowFailedError } from '@temporalio/client';
import { executeChild } from '@temporalio/workflow';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { StudyDefinition, StudyStatus, TrialContext } from '../../index.ts';
import { TuningClient } from '../../client/tuning-client.ts';
import { studyOptions, studyWorkflow } from '../../workflows/index.ts';
import { bundleOf, Place, studyOf, until, workflowsAt } from './place.ts';
import type { anonymous, pipeline } from './workflows/pipeline.ts';

const QUEUE = 'pipelines';

let place: Place;
let tuning: TuningClient;
beforeAll(async () => {
  place = await Place.open();
  tuning = new TuningClient({ client: place.client, artifacts: place.artifacts, taskQueue: QUEUE });
});
afterAll(() => place.close());

const study = (name: string): StudyDefinition => studyOf(name, { trial: { function: 'trial', queue: QUEUE } });
const start = (name: string, workflow: 'pipeline' | 'anonymous' = 'pipeline') =>
  place.client.workflow.start<typeof pipeline | typeof anonymous>(workflow, {
    taskQueue: QUEUE,
    workflowId: `step-of-${name}`,
    args: [study(name)],
  });

/** Runs `body` on a worker whose trials end when they are told to, or when `release` is called. */
async function held(body: (trials: TrialContext[], release: () => void) => Promise<void>): Promise<void> {
  const trials: TrialContext[] = [];
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const trial = async (context: TrialContext): Promise<number> => {
    trials.push(context);
    const { signal, params } = context;
    await Promise.race([released, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
    return Number(params['x']);
  };
  const plugins = [place.plugin({ functions: { trial } })];
  const worker = {
    taskQueue: QUEUE,
    workflowBundle: await bundleOf(workflowsAt('pipeline.ts')),
    plugins,
    maxHeartbeatThrottleInterval: 100,
  };
  await place.serving([worker], () => body(trials, release).finally(release));
}

describe('a study as a child workflow', () => {
  it('is typed: its definition goes in, its last status comes out', () => {
    const step = () => executeChild(studyWorkflow, studyOptions(study('typed')));
    expectTypeOf(step).returns.resolves.toEqualTypeOf<StudyStatus>();
    const anonymousStep = () => executeChild(studyWorkflow, { args: [{ definition: study('typed') }] });
    expectTypeOf(anonymousStep).returns.resolves.toEqualTypeOf<StudyStatus>();
    // @ts-expect-error: a study needs its definition
    const without = () => executeChild(studyWorkflow, { args: [{}] });
    expectTypeOf(without).toBeFunction();
  });

  it("is a step of the user's workflow, whose worker answers its asks", async () => {
    await held(async (_trials, release) => {
      release();
      const handle = await start('step');
      expect(await handle.result()).toMatchObject({ study: 'step', status: 'complete', counts: { complete: 6 } });
      const { events } = await tuning.study('step').history();
      const queues = events!.flatMap(({ activityTaskScheduledEventAttributes: each }) => each?.taskQueue?.name ?? []);
      expect(new Set(queues)).toEqual(new Set([QUEUE]));
    });
  });

  it('is found by its name while it runs', async () => {
    await held(async (trials, release) => {
      const handle = await start('found');
      await until(() => trials.length > 0);
      await until(async () => (await tuning.openStudies()).includes('found'));
      expect(await tuning.study('found').status()).toMatchObject({ status: 'running', running: 1 });
      release();
      await handle.result();
    });
  });

  it('ends with its trials when the workflow is cancelled, and records them', async () => {
    await held(async (trials) => {
      const handle = await start('cancelled');
      await until(() => trials.length > 0);
      await handle.cancel();
      const error = await handle.result().catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(WorkflowFailedError);
      expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
      expect(trials.map(({ signal }) => signal.aborted)).toEqual([true]);
      expect(await tuning.study('cancelled').result()).toMatchObject({ status: 'stopped', asked: 1 });
    });
  });

  it('ends with its trials when the workflow is terminated, and records them', async () => {
    await held(async (trials) => {
      const handle = await start('orphan');
      await until(() => trials.length > 0);
      await handle.terminate();
      expect(await tuning.study('orphan').result()).toMatchObject({ status: 'stopped', asked: 1 });
      expect(trials.map(({ signal }) => signal.aborted)).toEqual([true]);
    });
  });

  it('fails to start where a study of its name is open', async () => {
    await held(async (trials, release) => {
      const first = await tuning.start(study('taken'));
      const second = await start('taken');
      await expect(second.result()).rejects.toMatchObject({ cause: { message: 'Workflow execution already started' } });
      release();
      expect(await first.result()).toMatchObject({ status: 'complete' });
      expect(trials.length).toBe(6);
    });
  });

  it('with another workflow id runs as well, but is found by its name only when it has closed', async () => {
    await held(async (trials, release) => {
      const handle = await start('hidden', 'anonymous');
      await until(() => trials.length > 0);
      expect(await tuning.openStudies()).not.toContain('hidden');
      await expect(tuning.study('hidden').status()).rejects.toThrow("there is no study named 'hidden'");
      release();
      const status = await handle.result();
      expect(status).toMatchObject({ study: 'hidden', status: 'complete' });
      expect(await tuning.study('hidden').status()).toEqual(status);
    });
  });
});
