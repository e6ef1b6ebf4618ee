/** Trials that are activities and workflows of somebody else's: what any SDK gives is read as a trial's own ending. */
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkflowHandle } from '@temporalio/client';
import { STUDY_QUEUE, trialQueue, workflowId } from '../../../study/contract.ts';
import type { Outcome } from '../../../study/ledger/ledger.ts';
import type { TrialEnded } from '../../../study/trial/trial-forms.ts';
import type { StudyDefinition, TrialLimits } from '../../../study/study.ts';
import type { WireTrial } from '../../../study/trial/wire.ts';
import { Rig, studyOf, until } from '../trials-rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.create();
});
afterAll(() => rig.close());

type Train = (trial: WireTrial) => Promise<unknown>;

function studyOfActivity(name: string, limits: Partial<TrialLimits> = {}): StudyDefinition {
  return studyOf(name, { kind: 'activity', activity: 'train', queue: trialQueue(name), ...limits } as never);
}

/** Runs one trial to its outcome on a worker that has this activity, and replays it. */
async function outcomeOf(
  name: string,
  train: Train,
  limits: Partial<TrialLimits> = {},
  during?: (handle: WorkflowHandle) => Promise<unknown>,
): Promise<Outcome> {
  return rig.serving(name, { train }, async () => {
    const input = { definition: studyOfActivity(name, limits), count: 1 };
    const handle = await rig.start('batchWorkflow', workflowId(name), input);
    await during?.(handle);
    const [outcome] = (await handle.result()) as Outcome[];
    await rig.replay(handle);
    return outcome!;
  });
}

/** What never answers until it is released: a worker ends only after that. */
function silence(): { over: Promise<void>; release: () => void } {
  let release: () => void = () => {};
  const over = new Promise<void>((resolve) => (release = resolve));
  return { over, release };
}

describe('a trial that is an activity', () => {
  it('is given one attempt as plain data, and answers with a number', async () => {
    const given: WireTrial[] = [];
    const outcome = await outcomeOf('number', async (trial) => {
      given.push(trial);
      return 0.25;
    });
    expect(outcome).toEqual({ kind: 'result', result: { values: [0.25], reports: [] }, attempts: 1 });
    expect(given).toEqual([
      {
        wire: 1,
        study: 'number',
        workflow: 'dtune/number',
        firstRunId: expect.any(String),
        number: 0,
        attempt: 1,
        seed: 0,
        params: { x: 0, y: 1 },
        budget: null,
        checkpoint: null,
        crossings: null,
        objectives: ['loss'],
        constraints: [],
        phase: 'tune',
        evaluation: null,
      },
    ]);
  });

  it('fails by whatever its language throws, and is repeated as often as the study says', async () => {
    const outcome = await outcomeOf(
      'own-failure',
      async ({ attempt, checkpoint }) => {
        if (attempt < 3)
          throw ApplicationFailure.create({
            message: `diverged in attempt ${attempt}`,
            type: 'ValueError',
            details: attempt === 1 ? ['epoch 3'] : [],
          });
        return { value: attempt, attributes: { checkpoint } };
      },
      { retries: 2 },
    );
    expect(outcome).toMatchObject({ result: { values: [3], attributes: { checkpoint: 'epoch 3' } }, attempts: 3 });
  });

  it('has failed with what it said and left', async () => {
    const outcome = await outcomeOf('failed', async () => {
      throw ApplicationFailure.create({
        message: 'out of memory',
        details: [{ checkpoint: 'epoch 1', reports: [[1, 0.5]] }],
      });
    });
    expect(outcome).toEqual({
      kind: 'failed',
      attempts: 1,
      notes: { reason: 'out of memory', checkpoint: 'epoch 1' },
      reports: [[1, 0.5]],
    });
  });

  it.each([
    ['null', null, 'there is no result: expected {"value": number}'],
    ['text', 'low', 'the result is "low": expected {"value": number}'],
    ['NaN, which JSON has not', { value: null }, 'loss is null: expected a finite number'],
  ])('has failed where its answer is no result: %s', async (name, answer, reason) => {
    const outcome = await outcomeOf(`answer-${name.slice(0, 3)}`, async () => answer);
    expect(outcome).toMatchObject({ kind: 'failed', notes: { reason } });
  });

  it('has failed where no worker of its queue knows it', async () => {
    const name = 'unknown';
    const definition = { ...studyOfActivity(name), trial: { ...studyOfActivity(name).trial, activity: 'trian' } };
    await rig.serving(name, { train: async () => 1 }, async () => {
      const handle = await rig.start('batchWorkflow', workflowId(name), { definition, count: 1 });
      const [outcome] = (await handle.result()) as Outcome[];
      expect(outcome).toMatchObject({ kind: 'failed', notes: { reason: expect.stringContaining('trian') } });
    });
  });

  it('goes on from its heartbeat where its worker is lost', async () => {
    const { over, release } = silence();
    const train: Train = async ({ attempt, checkpoint }) => {
      if (attempt > 2) return { value: attempt, attributes: { checkpoint } };
      Context.current().heartbeat({ checkpoint: `half of ${attempt}`, steps: attempt });
      await over;
      return 0;
    };
    const outcome = await outcomeOf('lost', train, {}, (handle) => handle.result().finally(release));
    expect(outcome).toMatchObject({ result: { values: [3], attributes: { checkpoint: 'half of 2' } }, attempts: 3 });
  });

  it('is repeated where the machinery failed, five times without progress', async () => {
    let calls = 0;
    const outcome = await outcomeOf('transient', async () => {
      calls++;
      throw ApplicationFailure.create({ message: 'the worker shuts down', type: 'TransientError' });
    });
    expect(calls).toBe(5);
    expect(outcome).toEqual({
      kind: 'failed',
      attempts: 5,
      notes: { reason: 'worker lost: 5 attempts ended without a result (the worker shuts down)' },
      reports: [],
    });
  });

  it('that takes longer than it may has failed by itself', async () => {
    const { over, release } = silence();
    const limits = { timeoutMs: 300, heartbeatMs: 0 };
    const outcome = await outcomeOf(
      'late',
      () => over,
      limits,
      (handle) => handle.result().finally(release),
    );
    expect(outcome).toEqual({
      kind: 'failed',
      attempts: 1,
      notes: { reason: 'it took longer than 300ms' },
      reports: [],
    });
  });

  it('that is cancelled is paused with its checkpoint, or counts where it still gives a result', async () => {
    const waiting = (ending: () => unknown): Train => {
      return async () => {
        const context = Context.current();
        const beat = setInterval(() => context.heartbeat({ checkpoint: 'half' }), 20);
        await context.cancelled.catch(() => {}).finally(() => clearInterval(beat));
        return ending();
      };
    };
    const cancel = async (handle: WorkflowHandle): Promise<void> => {
      await until(async () => (await handle.describe()).raw.pendingActivities?.[0]?.heartbeatDetails !== null);
      await handle.cancel();
    };
    const thrown = waiting(() => {
      throw new CancelledFailure('told to end', [{ checkpoint: 'epoch 2' }]);
    });
    expect(await outcomeOf('cancelled', thrown, {}, cancel)).toEqual({
      kind: 'paused',
      attempts: 1,
      notes: { checkpoint: 'epoch 2' },
    });
    expect(
      await outcomeOf(
        'finished',
        waiting(() => 7),
        {},
        cancel,
      ),
    ).toMatchObject({ result: { values: [7] } });
  });
});

describe('a trial that is a workflow', () => {
  interface Heard {
    readonly heard: readonly TrialEnded[];
    readonly ids: readonly string[];
  }

  /** Runs one trial of this type; the worker of the study has the user's workflow as well. */
  async function heardOf(
    name: string,
    workflow: string,
    limits: Partial<TrialLimits> = {},
    during?: (run: WorkflowHandle, handle: WorkflowHandle) => Promise<unknown>,
  ): Promise<Outcome> {
    const trial = { kind: 'workflow', workflow, queue: STUDY_QUEUE, long: true, ...limits };
    const definition = studyOf(name, trial as never);
    const measure = async ({ checkpoint, stage }: WireTrial) => ({ value: 7, attributes: { checkpoint, stage } });
    return rig.serving(name, { measure }, async () => {
      const handle = await rig.start('longWorkflow', workflowId(name), { definition, count: 1 });
      await during?.(await runOf(handle), handle);
      const { heard, ids } = (await handle.result()) as Heard;
      await rig.replay(rig.handle(ids[0]!));
      return heard[0]!.outcome;
    });
  }

  /** The user's workflow: the child of the trial's, which is the child of the study's. */
  async function runOf(handle: WorkflowHandle): Promise<WorkflowHandle> {
    const trial = rig.handle(await childOf(handle));
    return rig.handle(await childOf(trial));
  }

  async function childOf(handle: WorkflowHandle): Promise<string> {
    let id: string | null | undefined;
    await until(async () => {
      const { events } = await handle.fetchHistory();
      const started = events!.map((event) => event.childWorkflowExecutionStartedEventAttributes);
      id = started.find(Boolean)?.workflowExecution?.workflowId;
      return Boolean(id);
    });
    return id!;
  }

  it('may only train, and an activity measures what it left', async () => {
    const queue = trialQueue('measured');
    const evaluate = { kind: 'activity', activity: 'measure', queue, retries: 0, heartbeatMs: 10_000 } as const;
    expect(await heardOf('measured', 'training', { evaluate })).toEqual({
      kind: 'result',
      result: {
        values: [7],
        cost: 2,
        attributes: { checkpoint: 'trained with 1', stage: 'evaluate' },
        checkpoint: 'trained with 1',
        reports: [],
      },
      attempts: 2,
    });
  });

  it('counts by what it returns', async () => {
    const outcome = await heardOf('pipeline', 'pipeline', {}, (run) => run.signal('proceed'));
    expect(outcome).toEqual({
      kind: 'result',
      result: { values: [0], attributes: { attempt: 1, checkpoint: null }, reports: [] },
      attempts: 1,
    });
  });

  it('is repeated after its own failure, from the checkpoint that the failure names', async () => {
    const outcome = await heardOf('diverging', 'diverging', { retries: 1 });
    expect(outcome).toMatchObject({ result: { values: [2], attributes: { checkpoint: 'epoch 3' } }, attempts: 2 });
  });

  it('has failed with what its failure says and left', async () => {
    expect(await heardOf('diverged', 'diverging')).toEqual({
      kind: 'failed',
      attempts: 1,
      notes: { reason: 'the loss is not finite', checkpoint: 'epoch 3' },
      reports: [[1, 2]],
    });
  });

  it('is cancelled with the trial, and counts where it returns a result', async () => {
    const outcome = await heardOf('told', 'pipeline', {}, (_, handle) => handle.signal('cancelTrials'));
    expect(outcome).toMatchObject({ kind: 'result', result: { values: [0.5], checkpoint: 'half' } });
  });

  it('is paused where it ends without one', async () => {
    const outcome = await heardOf('ended', 'endless', {}, (_, handle) => handle.signal('cancelTrials'));
    expect(outcome).toEqual({ kind: 'paused', attempts: 1, notes: {} });
  });

  it('that somebody terminates has failed', async () => {
    const outcome = await heardOf('terminated', 'endless', {}, (run) => run.terminate());
    expect(outcome).toMatchObject({ kind: 'failed', notes: { reason: 'its workflow was terminated' } });
  });

  it('that takes longer than it may has failed', async () => {
    const outcome = await heardOf('slow', 'endless', { timeoutMs: 1000 });
    expect(outcome).toMatchObject({ kind: 'failed', notes: { reason: 'it took longer than 1s' } });
  });
});
