/** What keeps a study from going on from a step that its history does not have: by itself, and where a query has run ahead of it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { ActivateInput, ConcludeActivationInput } from '@temporalio/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QUERIES, STUDY_QUEUE, STUDY_WORKFLOW, trialQueue, workflowId } from '../../study/contract.ts';
import { workflowBundle } from '../../workflow-bundle.ts';
import { HistoryGuard } from '../../workflows/history-guard.ts';
import { definitionOf } from '../study/definitions.ts';
import { Harness, World } from './harness.ts';

type Jobs = ActivateInput['activation']['jobs'];

const ended = { resolveActivity: { result: { completed: {} } } };
const lost = { resolveActivity: { result: { failed: {} } } };
const signal = { signalWorkflow: {} };
const update = { doUpdate: {} };
const schedule = { scheduleActivity: {} };

describe('the guard', () => {
  /** Runs tasks one after another: events of history at its start, jobs, and the commands that it makes. */
  function run(...tasks: readonly (readonly [number, Jobs, object[], ('replayed' | undefined)?])[]): void {
    const guard = new HistoryGuard();
    for (const [historyLength, jobs, commands, how] of tasks) {
      const activation = { historyLength, isReplaying: how === 'replayed', jobs } as ActivateInput['activation'];
      guard.activate({ activation, batchIndex: 0 }, () => {});
      guard.concludeActivation({ commands } as ConcludeActivationInput, (input) => input);
    }
  }
  const givenBack = 'what was decided at event 20 was never recorded';

  it('lets a study go on whose commands are in its history', () => {
    // completed, its two commands; started and ended; scheduled, started
    run([20, [ended], [schedule, schedule]], [27, [ended], []], [31, [signal], []]);
  });

  it('gives back the task after one that timed out with its commands', () => {
    // timed out; started and ended; scheduled, started
    expect(() => run([20, [ended], [schedule]], [25, [ended], []])).toThrow(givenBack);
    expect(() => run([20, [ended], [schedule]], [24, [signal], []])).toThrow(givenBack);
  });

  it('counts what all activations of a task command', () => {
    expect(() => run([20, [ended], [schedule]], [20, [ended], [schedule]], [26, [ended], []])).toThrow(givenBack);
    run([20, [ended], [schedule]], [20, [ended], [schedule]], [27, [ended], []]);
  });

  it('does not count what was cancelled in the same breath, nor events that need not have been', () => {
    run([20, [ended], [schedule, { requestCancelActivity: {} }]], [25, [ended], []]);
    run([20, [ended], [{ startTimer: {} }, { cancelTimer: {} }]], [25, [ended], []]);
    run([20, [ended], [schedule]], [25, [lost], []]);
  });

  it('leaves replays, answers and refused updates alone', () => {
    run([20, [ended], [schedule]], [25, [ended], [], 'replayed']);
    run([20, [ended], [schedule]], [20, [{ queryWorkflow: {} }], [{ respondToQuery: {} }]], [26, [ended], []]);
    run([20, [update], [{ updateResponse: { rejected: {} } }]], [22, [ended], []]);
  });
});

describe('a study', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.create();
  });
  afterAll(() => harness.close());

  it('begins anew from history where a query has run a step that timed out, and its history replays', async () => {
    // who comes first, the query or the step, is up to the server
    for (let i = 1; i <= 12; i++) {
      const history = await runAhead(`ahead-${i}`);
      await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, workflowId(`ahead-${i}`));
      const failures = history.events!.flatMap(({ workflowTaskFailedEventAttributes: failed }) => failed ?? []);
      if (failures.length === 0) continue;
      return expect(failures.map(({ failure }) => failure!.message)).toEqual([
        expect.stringContaining('was never recorded'),
      ]);
    }
    expect.unreachable('no query came before its step');
  });

  /** Runs a study of which a query is answered, while a step that it shows is with a worker that is never heard of again. */
  async function runAhead(name: string): ReturnType<WorkflowHandle['fetchHistory']> {
    const { client } = harness;
    const definition = definitionOf({ name, parallel: 2, order: 'completion', stop: { trials: 6, maxFailures: 1 } });
    const world = new World();
    const gates: (() => void)[] = [];
    world.trial = async ({ number, params }) => {
      if (number < 2) await new Promise<void>((resolve) => (gates[number] = resolve));
      return { values: [Number(params['x'])] };
    };
    const trials = await work(trialQueue(name), world);
    const first = await work(STUDY_QUEUE, world);
    const study = await client.workflow.start(STUDY_WORKFLOW, {
      taskQueue: STUDY_QUEUE,
      workflowId: workflowId(name),
      workflowTaskTimeout: 3000,
      args: [{ definition }],
    });
    while (!gates[0] || !gates[1]) await delay(20);
    await first.stop();

    const queries = Array.from({ length: 40 }, () => study.query(QUERIES.status).catch(() => {}));
    await delay(300);
    gates[0]();
    while (!(await study.describe()).raw.pendingWorkflowTask) await delay(20);
    await delay(300);
    await loseStep(harness);
    const second = await work(STUDY_QUEUE, world);
    await Promise.all(queries);
    gates[1]();
    expect(await study.result()).toMatchObject({ status: 'complete', counts: { complete: 6 } });
    await second.stop();
    await trials.stop();
    return study.fetchHistory();
  }

  async function work(taskQueue: string, world: World): Promise<{ stop: () => Promise<void> }> {
    const workflows = taskQueue === STUDY_QUEUE && { workflowBundle: await workflowBundle() };
    const { connection } = harness;
    const worker = await Worker.create({ connection, taskQueue, activities: world.activities(), ...workflows });
    const running = worker.run();
    return { stop: async () => (worker.shutdown(), running) };
  }
});

/** Takes a workflow task and does not answer it; refuses the queries that come before it. */
async function loseStep({ client }: Harness): Promise<void> {
  const { workflowService, options } = client;
  const { namespace } = options;
  for (;;) {
    const request = { namespace, taskQueue: { name: STUDY_QUEUE }, identity: 'a worker that is lost' };
    const poll = (): ReturnType<typeof workflowService.pollWorkflowTaskQueue> =>
      workflowService.pollWorkflowTaskQueue(request);
    const { taskToken, query } = await client.withDeadline(Date.now() + 10_000, poll);
    if (!query) return;
    // QUERY_RESULT_TYPE_FAILED
    await workflowService.respondQueryTaskCompleted({ namespace, taskToken, completedType: 2, errorMessage: 'lost' });
  }
}
