/** A worker is replaced by one of a newer version in the middle of a study. */
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkerDeploymentOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBinary } from '../../server/binary/search.ts';
import { STUDY_QUEUE, STUDY_WORKFLOW, trialQueue, workflowId, type EngineOptions } from '../../study/contract.ts';
import { keeperId, SCHEDULE_QUERIES, SCHEDULE_SIGNALS, SCHEDULE_WORKFLOW } from '../../study/schedule/contract.ts';
import { defineSchedule } from '../../study/schedule/define.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { workflowBundle } from '../../workflow-bundle.ts';
import { definitionOf } from '../study/definitions.ts';
import { World } from './harness.ts';

let env: TestWorkflowEnvironment;
let newer: WorkflowBundleOption;
let expected: unknown[];
beforeAll(async () => {
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger });
  const { path } = await findBinary();
  env = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } });
  newer = await bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('upgraded.ts', import.meta.url)), logger });
  // before the queue belongs to a deployment
  expected = await undisturbed();
});
afterAll(() => env.teardown());

interface Serving {
  stop(): Promise<void>;
}

async function serve(
  world: World,
  taskQueue: string,
  workflows?: WorkflowBundleOption,
  workerDeploymentOptions?: WorkerDeploymentOptions,
): Promise<Serving> {
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    activities: world.activities(),
    maxCachedWorkflows: 0,
    ...(workflows && { workflowBundle: workflows }),
    ...(workerDeploymentOptions && { workerDeploymentOptions }),
  });
  const ended = worker.run();
  return {
    stop() {
      worker.shutdown();
      return ended;
    },
  };
}

const study = (name: string): StudyDefinition => definitionOf({ name, stop: { trials: 24, maxFailures: 1 } });
const start = (definition: StudyDefinition, engine: Partial<EngineOptions> = {}) =>
  env.client.workflow.start(STUDY_WORKFLOW, {
    workflowId: workflowId(definition.name),
    taskQueue: STUDY_QUEUE,
    args: [{ definition, engine: { heartbeatMs: 1000, ...engine } }],
  });
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
};
const table = (world: World) => world.archived!.rows.map(({ number, x, asOf, values }) => [number, ...x, asOf, values]);

/** The table of such a study that one worker runs. */
async function undisturbed(): Promise<unknown[]> {
  const world = new World();
  const workers = [
    await serve(world, STUDY_QUEUE, await workflowBundle()),
    await serve(world, trialQueue('undisturbed')),
  ];
  await (await start(study('undisturbed'))).result();
  await Promise.all(workers.map((worker) => worker.stop()));
  return table(world);
}

const version = (buildId: string): WorkerDeploymentOptions => ({
  version: { deploymentName: 'studies', buildId },
  useWorkerVersioning: true,
  defaultVersioningBehavior: 'PINNED',
});
const makeCurrent = (buildId: string): Promise<void> =>
  until(() =>
    env.client.workflowService
      .setWorkerDeploymentCurrentVersion({ namespace: 'default', deploymentName: 'studies', buildId })
      .then(
        () => true,
        () => false,
      ),
  );
const buildOf = async (id: string, runId?: string): Promise<string> => {
  const { raw } = await env.client.workflow.getHandle(id, runId).describe();
  return raw.workflowExecutionInfo!.versioningInfo!.deploymentVersion!.buildId!;
};

describe('a worker of a newer version', () => {
  it('goes on with a study in the middle, and brings its new steps to the next run', async () => {
    const world = new World();
    const trials = await serve(world, trialQueue('unversioned'));
    const old = await serve(world, STUDY_QUEUE, await workflowBundle());
    const handle = await start(study('unversioned'), { quietEvents: 150 });
    await until(() => world.trials.length >= 6);
    await old.stop();
    const young = await serve(world, STUDY_QUEUE, newer);
    await handle.result();
    await Promise.all([young.stop(), trials.stop()]);
    expect(table(world)).toEqual(expected);
    const runs: boolean[] = [];
    for (let { runId } = await handle.describe(); runId !== '';) {
      const { events } = await env.client.workflow.getHandle(handle.workflowId, runId).fetchHistory();
      runs.push(events!.some(({ markerRecordedEventAttributes: marker }) => marker?.markerName === 'core_patch'));
      runId = events![0].workflowExecutionStartedEventAttributes!.continuedExecutionRunId ?? '';
    }
    expect(runs.length).toBeGreaterThan(1);
    expect(runs.at(-1)).toBe(false);
    expect(runs[0]).toBe(true);
  });

  it('takes a pinned study over when that continues as new', async () => {
    const world = new World();
    const trials = await serve(world, trialQueue('pinned'));
    const old = await serve(world, STUDY_QUEUE, await workflowBundle(), version('1'));
    await makeCurrent('1');
    const handle = await start(study('pinned'));
    await until(() => world.trials.length >= 6);
    const young = await serve(world, STUDY_QUEUE, newer, version('2'));
    await makeCurrent('2');
    await handle.result();
    await Promise.all([old.stop(), young.stop(), trials.stop()]);
    expect(table(world)).toEqual(expected);
    const { runId } = await handle.describe();
    const { workflowId: id, firstExecutionRunId } = handle;
    expect([await buildOf(id, firstExecutionRunId), await buildOf(id, runId)]).toEqual(['1', '2']);
  });

  it('takes the keeper of a schedule over at its next signal', async () => {
    const world = new World();
    const old = await serve(world, STUDY_QUEUE, await workflowBundle(), version('3'));
    await makeCurrent('3');
    const schedule = defineSchedule(definitionOf({ name: 'kept' }), { every: '1d' });
    const id = keeperId('kept');
    const keeper = await env.client.workflow.start(SCHEDULE_WORKFLOW, {
      workflowId: id,
      taskQueue: STUDY_QUEUE,
      args: [{ schedule }],
    });
    await until(async () => (await keeper.describe()).historyLength > 3);
    expect(await buildOf(id)).toBe('3');
    const young = await serve(world, STUDY_QUEUE, newer, version('4'));
    await makeCurrent('4');
    const other = defineSchedule(definitionOf({ name: 'kept' }), { every: '2d' });
    await env.client.workflow.getHandle(id).signal(SCHEDULE_SIGNALS.change, { schedule: other });
    await until(async () => (await buildOf(id)) === '4');
    await old.stop();
    expect(await env.client.workflow.getHandle(id).query(SCHEDULE_QUERIES.state)).toMatchObject({ schedule: other });
    await env.client.workflow.getHandle(id).signal(SCHEDULE_SIGNALS.end);
    await keeper.result();
    await young.stop();
  });
});
