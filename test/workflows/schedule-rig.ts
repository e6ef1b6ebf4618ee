/** A real server, a worker with the real activities, and schedules on it whose trials are a function of the test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { createStudyActivities, createTrialActivities } from '../../activities/index.ts';
import type { TrialFunction } from '../../activities/runners/trial-context.ts';
import { readArchive, readBlocks } from '../../artifacts/archive.ts';
import { fileStore } from '../../artifacts/store.ts';
import type { Schedules } from '../../client/schedules.ts';
import { TuningClient } from '../../client/tuning-client.ts';
import { findBinary } from '../../server/binary/search.ts';
import { STUDY_QUEUE, trialQueue, workflowId } from '../../study/contract.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import { keeperId, nightId, type NightRecord } from '../../study/schedule/contract.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { workflowBundle } from '../../workflow-bundle.ts';
import { definitionOf } from '../study/definitions.ts';

/** Never begins a night by itself. */
export const NEVER = { every: '365d' };

export const scheduled = (name: string, changes: Partial<StudyDefinition> = {}): StudyDefinition =>
  definitionOf({ name, stop: { trials: 4, maxFailures: 3 }, ...changes });

export class ScheduleRig {
  readonly env: TestWorkflowEnvironment;
  readonly client: TuningClient;
  readonly schedules: Schedules;
  private readonly artifacts: string;
  private readonly worker: Worker;
  private readonly working: Promise<void>;

  private constructor(env: TestWorkflowEnvironment, artifacts: string, worker: Worker) {
    this.env = env;
    this.artifacts = artifacts;
    this.worker = worker;
    this.working = worker.run();
    this.client = new TuningClient({ client: env.client, artifacts });
    this.schedules = this.client.schedules;
  }

  static async create(): Promise<ScheduleRig> {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const { path } = await findBinary();
    const server = { executable: { type: 'existing-path', path } } as const;
    const env = await TestWorkflowEnvironment.createLocal({ server });
    const artifacts = await mkdtemp(join(tmpdir(), 'dtune-schedules-'));
    const worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue: STUDY_QUEUE,
      workflowBundle: await workflowBundle(),
      activities: createStudyActivities({ artifacts }),
    });
    return new ScheduleRig(env, artifacts, worker);
  }

  async close(): Promise<void> {
    this.worker.shutdown();
    await this.working;
    await this.env.teardown();
    await rm(this.artifacts, { recursive: true, force: true });
  }

  /** Runs `body` while a worker serves the trials of this schedule; afterwards all that ran is replayed. */
  async serving(name: string, trial: TrialFunction, body: () => Promise<void>): Promise<void> {
    const worker = await Worker.create({
      connection: this.env.nativeConnection,
      taskQueue: trialQueue(name),
      activities: createTrialActivities({ functions: { trial }, allowCommand: () => false }),
      maxHeartbeatThrottleInterval: 100,
      defaultHeartbeatThrottleInterval: 100,
    });
    await worker.runUntil(body);
    await this.replay(name);
  }

  /** Begins a night and waits for its end. */
  async night(name: string): Promise<NightRecord> {
    await this.idle(name);
    const begun = await this.schedules.trigger(name);
    if (!begun) throw new Error('no night began');
    await this.env.client.workflow.getHandle(`${nightId(name)}-${begun.night}`).result();
    return (await this.schedules.show(name)).nights.find(({ night }) => night === begun.night)!;
  }

  /** Resolves when no night runs, as the server sees it, and a new second has begun: a night is named by its second. */
  async idle(name: string): Promise<void> {
    while ((await this.schedules.show(name)).running) await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000)));
  }

  /** Removes a study's archive. */
  async forget(study: string): Promise<void> {
    await rm(join(this.artifacts, 'studies', study), { recursive: true });
  }

  async definition(study: string): Promise<StudyDefinition> {
    return (await readArchive(fileStore(this.artifacts), study))!.definition;
  }

  /** The archived rows of a study. */
  async rows(study: string): Promise<LedgerRow[]> {
    const archive = await readArchive(fileStore(this.artifacts), study);
    const rows: LedgerRow[] = [];
    for await (const block of readBlocks(fileStore(this.artifacts), archive!.blocks)) rows.push(...block);
    return rows;
  }

  /** Replays every run of the schedule's keeper, its nights and their studies. */
  private async replay(name: string): Promise<void> {
    const bundle = await workflowBundle();
    const prefixes = [keeperId(name), nightId(name), workflowId(name)];
    for await (const { workflowId: id, runId } of this.env.client.workflow.list()) {
      if (!prefixes.some((prefix) => id.startsWith(prefix))) continue;
      const history = await this.env.client.workflow.getHandle(id, runId).fetchHistory();
      await Worker.runReplayHistory({ workflowBundle: bundle }, history, id);
    }
  }
}
