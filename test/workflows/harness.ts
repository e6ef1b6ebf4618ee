/** A real server and a worker with activities made by the test: the workflow alone is under test. */
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/activity';
import { lookAfter } from '../../activities/look-after.ts';
import { decodeRows } from '../../study/ledger/blocks.ts';
import {
  ACTIVITIES,
  FAILURES,
  QUERIES,
  STUDY_QUEUE,
  STUDY_WORKFLOW,
  trialQueue,
  workflowId,
  type ArchiveRequest,
  type BlockRef,
  type EngineOptions,
  type ReadScheduleRequest,
  type StudyStatus,
  type SuggestAnswer,
  type SuggestRequest,
  type TidyRequest,
  type TrialAnswer,
  type TrialRequest,
} from '../../study/contract.ts';
import type { BatchedEnding, RunTrialsRequest } from '../../study/trial/trial-forms.ts';
import { recordOf, type LedgerRow } from '../../study/ledger/row.ts';
import { scheduleOf, type ScheduledInterval } from '../../study/trial/lineage.ts';
import type { StudyDefinition } from '../../study/study.ts';
import type {
  Evaluation,
  JudgeRequest,
  Judgement,
  PromoteAnswer,
  PromoteRequest,
  Verdict,
} from '../../study/evaluation/contract.ts';
import { workflowBundle } from '../../workflow-bundle.ts';
import { findBinary } from '../../server/binary/search.ts';

/** Activities of a study in memory; what they saw is kept for assertions. */
export class World {
  readonly asks: SuggestRequest[] = [];
  readonly trials: TrialRequest[] = [];
  /** Numbers of the trials that came together. */
  readonly batches: number[][] = [];
  readonly blocks = new Map<string, Uint8Array>();
  readonly judged: (JudgeRequest & { rows: LedgerRow[] })[] = [];
  readonly promotions: PromoteRequest[] = [];
  readonly tidied: TidyRequest[] = [];
  judge: (request: JudgeRequest) => Promise<Judgement> = async ({ evaluation }) => judgementOf(evaluation);
  promote: (request: PromoteRequest) => Promise<PromoteAnswer> = async () => ({ output: 'promoted' });
  archived?: ArchiveRequest & { rows: LedgerRow[] };
  /** The cache's label; set to anything else it is cold. */
  label?: string;
  protected readonly rows = new Map<number, LedgerRow>();
  trial: (request: TrialRequest, world: World) => Promise<Omit<TrialAnswer, 'attempt' | 'reports'>> = async ({
    params,
  }) => ({
    values: [Number(params['x'])],
  });

  activities(): Record<string, (...args: never[]) => Promise<unknown>> {
    return {
      [ACTIVITIES.prepare]: async () => {},
      [ACTIVITIES.suggest]: (request: SuggestRequest, rows: Uint8Array) => this.suggest(request, rows),
      [ACTIVITIES.storeBlock]: async (
        { first, rows }: { first: number; rows: number },
        bytes: Uint8Array,
      ): Promise<BlockRef> => {
        this.blocks.set(String(first), bytes);
        return { sha256: String(first), first, rows, bytes: bytes.length };
      },
      [ACTIVITIES.archive]: async (request: ArchiveRequest, bytes: Uint8Array) => {
        this.archived = { ...request, rows: [...this.stored(request.blocks), ...decodeRows(bytes)] };
      },
      [ACTIVITIES.runTrial]: async (request: TrialRequest): Promise<TrialAnswer> => {
        this.trials.push(request);
        return { reports: [], attempt: request.attemptsBefore + 1, ...(await this.trial(request, this)) };
      },
      [ACTIVITIES.runTrials]: async ({ shared, trials }: RunTrialsRequest): Promise<BatchedEnding[]> => {
        this.batches.push(trials.map(({ number }) => number));
        const endings: BatchedEnding[] = [];
        for (const trial of trials) {
          const attempt = trial.attemptsBefore + 1;
          endings.push({ ok: { reports: [], attempt, ...(await this.trial({ ...shared, ...trial }, this)) } });
        }
        return endings;
      },
      [ACTIVITIES.lookAfter]: lookAfter,
      [ACTIVITIES.tidyCheckpoints]: async (request: TidyRequest) => void this.tidied.push(request),
      [ACTIVITIES.readSchedule]: async (
        { definition, number, blocks, epochs }: ReadScheduleRequest,
        bytes: Uint8Array,
      ): Promise<readonly ScheduledInterval[] | null> => {
        const rows = [...this.stored(blocks), ...decodeRows(bytes)];
        return (
          scheduleOf(
            rows.map((row) => recordOf(definition, epochs, row)),
            number,
          ) ?? null
        );
      },
      [ACTIVITIES.judge]: async (request: JudgeRequest, bytes: Uint8Array): Promise<Judgement> => {
        this.judged.push({ ...request, rows: [...this.stored(request.blocks), ...decodeRows(bytes)] });
        return this.judge(request);
      },
      [ACTIVITIES.promote]: async (request: PromoteRequest): Promise<PromoteAnswer> => {
        this.promotions.push(request);
        return this.promote(request);
      },
    };
  }

  private stored(blocks: readonly BlockRef[]): LedgerRow[] {
    return blocks.flatMap(({ sha256 }) => decodeRows(this.blocks.get(sha256)!));
  }

  /** Suggests a mix of every value the slot may see, so that any other prefix shows in the table. */
  protected async suggest(request: SuggestRequest, bytes: Uint8Array): Promise<SuggestAnswer> {
    this.asks.push(request);
    if (request.full) {
      this.rows.clear();
      for (const row of this.stored(request.full.blocks)) this.rows.set(row.number, row);
    } else if (this.label !== request.have) {
      throw ApplicationFailure.nonRetryable('cold', FAILURES.cold);
    }
    for (const row of decodeRows(bytes)) this.rows.set(row.number, row);
    this.label = request.label;
    const suggestions = request.asks.map(({ number, asOf, fixed = {} }) => {
      let hash = number + 1;
      for (let n = 0; n < number; n++) {
        const row = this.rows.get(n);
        const seen =
          row?.closed !== undefined && row.closed <= asOf ? Math.round((row.values?.[0] ?? -1) * 1e6) + row.closed : -2;
        hash = Math.abs(Math.imul(hash, 48271) + seen) % 2147483647 || 1;
      }
      return { x: [Number(fixed['x'] ?? hash / 2147483647), Number(fixed['y'] ?? 1)], seed: number };
    });
    const parameters = request.parameters?.map(({ number, domain }) => ({
      value: 'low' in domain ? domain.low + number : null,
      sampler: 1,
    }));
    return { sampler: 1, suggestions, exhausted: false, ...(parameters && { parameters }) };
  }
}

/** The challenger wins where its first run has the lower value. */
function judgementOf({ champion, challenger, look }: Evaluation): Judgement {
  const [theirs, ours] = [champion, challenger].map((each) => {
    const run = each?.runs[0];
    return run && 'values' in run ? run.values[0]! : Infinity;
  }) as [number, number];
  const verdict: Verdict = {
    decision: ours < theirs ? 'promote' : 'keep',
    reason: `${ours} against ${theirs}`,
    metric: 'loss',
    goal: 'minimize',
    method: 'single values',
    minimumEffect: 0,
    look,
    alpha: 0.025,
    alphaSpent: 0.025,
    alphaTotal: 0.05,
  };
  return { verdict, warnings: [], unchecked: [], scores: {} };
}

export class Harness {
  private readonly env: TestWorkflowEnvironment;
  private constructor(env: TestWorkflowEnvironment) {
    this.env = env;
  }

  static async create(): Promise<Harness> {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const { path } = await findBinary();
    return new Harness(
      await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } }),
    );
  }

  close(): Promise<void> {
    return this.env.teardown();
  }

  get connection(): TestWorkflowEnvironment['nativeConnection'] {
    return this.env.nativeConnection;
  }

  get client(): TestWorkflowEnvironment['client'] {
    return this.env.client;
  }

  /**
   * Runs a study to its end, queried every 50 ms, and replays its whole history afterwards, run by run.
   * @param during called with the handle once it runs
   */
  async run(
    definition: StudyDefinition,
    world: World,
    options: {
      engine?: Partial<EngineOptions>;
      worker?: Partial<WorkerOptions>;
      during?: (handle: WorkflowHandle) => Promise<unknown>;
    } = {},
  ): Promise<{ status: StudyStatus; events: number[]; error?: unknown }> {
    const { client, nativeConnection } = this.env;
    const activities = world.activities();
    const bundle = await workflowBundle();
    const workers = await Promise.all(
      [STUDY_QUEUE, trialQueue(definition.name)].map((taskQueue) =>
        Worker.create({
          connection: nativeConnection,
          taskQueue,
          activities,
          ...(taskQueue === STUDY_QUEUE && { workflowBundle: bundle, ...options.worker }),
          maxHeartbeatThrottleInterval: 100,
        }),
      ),
    );
    const running = workers.map((worker) => worker.run());
    try {
      const handle = await client.workflow.start(STUDY_WORKFLOW, {
        workflowId: workflowId(definition.name),
        taskQueue: STUDY_QUEUE,
        // a step that gets lost between an update and a query is soon repeated
        workflowTaskTimeout: '2s',
        args: [{ definition, engine: options.engine }],
      });
      const stopQuerying = queryEvery50ms(handle);
      const during = options.during?.(handle);
      let status: StudyStatus | undefined;
      let error: unknown;
      try {
        status = (await handle.result()) as StudyStatus;
      } catch (cause) {
        error = cause;
      }
      await stopQuerying();
      await during;
      return { status: status!, events: await this.replay(definition.name), ...(error !== undefined && { error }) };
    } finally {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
    }
  }

  /** Replays every run of a study. @returns their history lengths */
  private async replay(name: string): Promise<number[]> {
    const histories = await this.histories(name);
    for (const history of histories)
      await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, workflowId(name));
    return histories.map(({ events }) => events!.length);
  }

  /** The histories of a study's runs, the last one first. */
  async histories(name: string): Promise<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>[]> {
    const histories = [];
    for await (const { runId } of this.runsOf(name))
      histories.push(await this.client.workflow.getHandle(workflowId(name), runId).fetchHistory());
    return histories;
  }

  private async *runsOf(name: string): AsyncGenerator<{ runId: string }> {
    const last = await this.client.workflow.getHandle(workflowId(name)).describe();
    let runId: string = last.runId;
    while (runId !== '') {
      yield { runId };
      const page = await this.client.workflowService.getWorkflowExecutionHistory({
        namespace: this.client.options.namespace,
        execution: { workflowId: workflowId(name), runId },
        maximumPageSize: 1,
      });
      runId = page.history?.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '';
    }
  }
}

function queryEvery50ms(handle: WorkflowHandle): () => Promise<void> {
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      // a run that just ended is asked after another moment
      await handle.query(QUERIES.status).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return async () => {
    stopped = true;
    await loop;
  };
}
