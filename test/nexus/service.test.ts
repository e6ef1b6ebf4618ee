import { listed } from '../../study/syntax/field.ts';
import { KNOWN, samplerNames } from '../../samplers/registry.ts';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TuningClient } from '../../client/tuning-client.ts';
import type { StudyStatus, TrialContext } from '../../index.ts';
import { workflowId } from '../../study/contract.ts';
import type { StudyInput } from '../../study/syntax/input.ts';
import { bundleOf, Place, until, workflowsAt } from '../plugin/place.ts';

const QUEUE = 'studies';

let place: Place;
let tuning: TuningClient;
beforeAll(async () => {
  place = await Place.open();
  tuning = new TuningClient({ client: place.client, artifacts: place.artifacts, taskQueue: QUEUE });
  await place.client.connection.operatorService.createNexusEndpoint({
    spec: { name: 'tuning', target: { worker: { namespace: 'default', taskQueue: QUEUE } } },
  });
});
afterAll(() => place.close());

let calls = 0;
const call = (operation: 'start' | 'status' | 'best', request: unknown): Promise<WorkflowHandle> =>
  place.client.workflow.start(operation, { taskQueue: 'callers', workflowId: `call-${calls++}`, args: [request] });
const answer = async (...request: Parameters<typeof call>): Promise<unknown> => (await call(...request)).result();

/** How a call was refused: the error's type and words. */
async function refusal(...request: Parameters<typeof call>): Promise<{ type: string; message: string }> {
  const error: unknown = await answer(...request).catch((cause: unknown) => cause);
  if (!(error instanceof WorkflowFailedError)) throw new Error(`not refused: ${JSON.stringify(error)}`);
  const { type, message } = error.cause!.cause as Error & { type: string };
  return { type, message };
}

const study = (name: string, changes: Partial<StudyInput> = {}): { study: StudyInput } => ({
  study: {
    name,
    space: { x: { float: [0, 1] } },
    objective: { name: 'loss', goal: 'minimize' },
    trial: { function: 'trial', queue: QUEUE },
    sampler: 'random',
    stop: { trials: 4 },
    ...changes,
  } as StudyInput,
});

/** Runs `body` while workers serve callers and studies, whose trials wait for `release`. */
async function serving(body: (trials: TrialContext[], release: () => void) => Promise<void>): Promise<void> {
  const trials: TrialContext[] = [];
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const trial = async (context: TrialContext): Promise<number> => {
    trials.push(context);
    await Promise.race([released, new Promise((resolve) => context.signal.addEventListener('abort', resolve))]);
    return Number(context.params['x']);
  };
  const studies = {
    taskQueue: QUEUE,
    workflowBundle: await bundleOf(workflowsAt('re-exporting.ts')),
    plugins: [place.plugin({ nexus: true, functions: { trial } })],
    maxHeartbeatThrottleInterval: 100,
  };
  const callers = {
    taskQueue: 'callers',
    workflowBundle: await bundleOf(fileURLToPath(new URL('workflows/caller.ts', import.meta.url))),
  };
  await place.serving([studies, callers], () => body(trials, release).finally(release));
}

const runsOf = async (name: string): Promise<number> => {
  let runs = 0;
  for await (const _ of place.client.workflow.list({ query: `WorkflowId = '${workflowId(name)}'` })) runs++;
  return runs;
};

describe("the Nexus service 'tuning'", () => {
  it("starts a study on its worker's queue, and answers with its last status", async () => {
    await serving(async (_trials, release) => {
      release();
      const status = await answer('start', study('started'));
      expect(status).toMatchObject({ study: 'started', status: 'complete', counts: { complete: 4 } });
      expect(await tuning.study('started').status()).toEqual(status);
      expect((await place.client.workflow.getHandle(workflowId('started')).describe()).taskQueue).toBe(QUEUE);
    });
  });

  it('tells the status and the best trial of an open study and of a closed one', async () => {
    await serving(async (trials, release) => {
      const started = await call('start', study('told'));
      await until(() => trials.length > 0);
      expect(await answer('status', 'told')).toMatchObject({ study: 'told', status: 'running', running: 1 });
      expect(await answer('best', 'told')).toBeNull();
      release();
      const last = (await started.result()) as StudyStatus;
      expect(await answer('status', 'told')).toEqual(last);
      expect(await answer('best', 'told')).toEqual(last.best);
      expect(last.best!.values['loss']).toBe(last.best!.params['x']);
    });
  });

  it('has a study started twice once: the second caller waits for the same result', async () => {
    await serving(async (trials, release) => {
      // without a seed, which is drawn: the one of the study that is there counts
      const first = await call('start', study('shared'));
      await until(() => trials.length > 0);
      const second = await call('start', study('shared'));
      await until(() => attached(second));
      release();
      const status = await first.result();
      expect(await second.result()).toEqual(status);
      expect(await answer('start', study('shared'))).toEqual(status);
      await until(async () => (await runsOf('shared')) > 0);
      expect(await runsOf('shared')).toBe(1);
      expect(trials.map(({ number }) => number)).toEqual([0, 1, 2, 3]);
    });
  });

  it('refuses another definition under the name of a study, with the differences', async () => {
    await serving(async (trials, release) => {
      const started = await call('start', study('once'));
      await until(() => trials.length > 0);
      const other = study('once', { stop: { trials: 5 } });
      for (const state of ['is running', 'has closed']) {
        const { type, message } = await refusal('start', other);
        expect(type).toBe('CONFLICT');
        expect(message).toContain(`study 'once' ${state} with another definition:\n  stop.trials: 4 -> 5`);
        release();
        await started.result();
      }
    });
  });

  it('refuses what is no study in words', async () => {
    await serving(async (trials) => {
      for (const [request, message] of [
        [study('no study'), 'name is "no study", expected 1 to 200 letters'],
        [study('s', { sampler: 'tp' }), `there is no sampler "tp", expected ${listed(samplerNames(KNOWN))}`],
        [{}, 'expected a study'],
        [null, 'expected a study'],
      ] as const)
        expect(await refusal('start', request)).toMatchObject({
          type: 'BAD_REQUEST',
          message: expect.stringContaining(message),
        });
      expect(trials).toEqual([]);
    });
  });

  it('says in words which studies it does not know', async () => {
    await serving(async (trials) => {
      for (const operation of ['status', 'best'] as const) {
        expect(await refusal(operation, 'nobody')).toEqual({
          type: 'NOT_FOUND',
          message: "there is no study named 'nobody'; start one with the operation 'start'",
        });
        expect(await refusal(operation, '../etc')).toEqual({
          type: 'BAD_REQUEST',
          message: 'study is "../etc", expected a study\'s name; give its name',
        });
      }
      await call('start', study('gone'));
      await until(() => trials.length > 0);
      await place.client.workflow.getHandle(workflowId('gone')).terminate();
      expect(await refusal('status', 'gone')).toMatchObject({
        type: 'NOT_FOUND',
        message: "study 'gone' ended without a result; start one with the operation 'start'",
      });
    });
  });

  it('stops the study when the operation is cancelled', async () => {
    await serving(async (trials) => {
      const started = await call('start', study('cancelled'));
      await until(() => trials.length > 0);
      await started.cancel();
      await expect(started.result()).rejects.toThrow(WorkflowFailedError);
      expect(await tuning.study('cancelled').result()).toMatchObject({ status: 'stopped', asked: 1 });
      expect(trials.map(({ signal }) => signal.aborted)).toEqual([true]);
    });
  });
});

/** Whether an operation of this caller has begun. */
async function attached(caller: WorkflowHandle): Promise<boolean> {
  const { events } = await caller.fetchHistory();
  return events!.some(({ nexusOperationStartedEventAttributes: started }) => started);
}
