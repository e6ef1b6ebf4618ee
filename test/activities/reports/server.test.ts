import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTrialActivities } from '../../../activities/index.ts';
import { AttemptReports } from '../../../activities/reports/attempt-reports.ts';
import { ReportChannel } from '../../../activities/reports/channel.ts';
import type { TrialFunction } from '../../../activities/runners/trial-context.ts';
import type { FailedAttempt } from '../../../study/contract.ts';
import { findBinary } from '../../../server/binary/search.ts';
import { fileOf } from '../runners/harness.ts';
import type { changingWorkflow, Heard, reportsWorkflow, StudyOf } from './workflows.ts';

const LIMITS = { retries: 0, heartbeatMs: 10_000 };
const request: StudyOf['request'] = {
  seed: 1,
  params: {},
  attemptsBefore: 0,
  trial: { kind: 'function', function: 'train', ...LIMITS },
  objectives: ['accuracy'],
  constraints: [],
  crossings: { at: [1, 3, 9] },
  phase: 'tune',
};

let env: TestWorkflowEnvironment;
let workflowBundle: WorkflowBundleWithSourceMap;

beforeAll(async () => {
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger });
  const workflowsPath = fileURLToPath(new URL('workflows.ts', import.meta.url));
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
  const { path } = await findBinary();
  env = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } });
});
afterAll(() => env.teardown());

/** Runs `body` while workers serve workflows on 'studies', and trials on 'trials' as ours do. */
async function serving<Result>(train: TrialFunction, body: () => Promise<Result>): Promise<Result> {
  const connection = env.nativeConnection;
  const workers = [
    await Worker.create({ connection, taskQueue: 'studies', workflowBundle }),
    await Worker.create({
      connection,
      taskQueue: 'trials',
      activities: createTrialActivities({ functions: { train }, allowCommand: () => true }),
      maxHeartbeatThrottleInterval: '2 seconds',
    }),
  ];
  const running = workers.map((worker) => worker.run());
  try {
    return await body();
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  }
}

function runStudy(workflowId: string, study: Partial<StudyOf>, train: TrialFunction): Promise<Heard> {
  return serving(train, () =>
    env.client.workflow.execute<typeof reportsWorkflow>('reportsWorkflow', {
      workflowId,
      taskQueue: 'studies',
      args: [{ trials: 1, request, queue: 'trials', ...study }],
    }),
  );
}

const stepsOf = ({ reports }: Heard, trial: number): number[] =>
  reports.filter(({ number }) => number === trial).map(({ step }) => step);

describe('on a server', () => {
  it('a study hears of the reports of many trials in few messages, and of all before the trials end', async () => {
    const heard = await runStudy('many', { trials: 40 }, async ({ report, number }) => {
      for (let step = 1; step <= 10; step++) {
        report(step, number + step / 100);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return 1;
    });
    for (let trial = 0; trial < 40; trial++) expect(stepsOf(heard, trial)).toEqual([1, 3, 9]);
    expect(heard.reports.every(({ by }) => by === 'signal')).toBe(true);
    expect(heard.messages).toBeLessThan(40);
    expect(heard.reports.find(({ number, step }) => number === 7 && step === 3)!.value).toBe(7.03);
  });

  it('trials that wait are told by the study whether to go on', async () => {
    const heard = await runStudy('waiting', { trials: 3, pruneAt: 3 }, async ({ report, number }) => {
      for (let step = 1; step <= 10; step++) await report(step, number);
      return 1;
    });
    for (let trial = 0; trial < 3; trial++) expect(stepsOf(heard, trial)).toEqual([1, 3]);
    expect(heard.reports.every(({ by }) => by === 'update')).toBe(true);
    // cancelled, or ended by what it was told, whichever came first
    expect(heard.endings).toHaveLength(3);
    for (const { reports } of heard.endings as FailedAttempt[]) expect(reports.at(-1)![0]).toBe(3);
  });

  it.each(['a registered function', 'a function of a module'])(
    'the signal of %s that does not wait aborts when the study cancels it, and its checkpoint reaches the study',
    async (form) => {
      const train: TrialFunction = ({ report, saveCheckpoint, signal }) =>
        new Promise((_, fail) => {
          const stay = setInterval(() => {}, 1000);
          signal.addEventListener('abort', () => {
            clearInterval(stay);
            saveCheckpoint('ckpt/3');
            fail(new Error('ended'));
          });
          for (let step = 1; step <= 3; step++) report(step, step);
        });
      const module = fileOf('trials.mjs', `export const train = ${String(train)}`);
      const trial = form === 'a registered function' ? request.trial : { ...request.trial, module };
      const heard = await runStudy(`cancelled ${form}`, { pruneAt: 3, request: { ...request, trial } }, train);
      expect(stepsOf(heard, 0)).toEqual([1, 3]);
      expect(heard.endings).toMatchObject([
        {
          reason: 'cancelled',
          attempt: 1,
          checkpoint: 'ckpt/3',
          reports: [
            [1, 1],
            [2, 2],
            [3, 3],
          ],
        },
      ]);
    },
  );

  it('verdicts come over runs that continue as new while they are asked', async () => {
    const heard = await serving(
      () => 1,
      async () => {
        const handle = await env.client.workflow.start<typeof changingWorkflow>('changingWorkflow', {
          workflowId: 'changing',
          taskQueue: 'studies',
          args: [1, []],
        });
        const address = { study: 'changing', firstRunId: handle.firstExecutionRunId };
        const channel = new ReportChannel(env.client, address, { gap: 1, idleGap: 1 });
        const reports = new AttemptReports(channel, 0, 1);
        const verdicts: string[] = [];
        for (let step = 1; step <= 40; step++) {
          reports.report([step, step]);
          // every other one only goes along
          if (step % 2 === 0) verdicts.push(await reports.verdict(step));
          await new Promise((resolve) => setTimeout(resolve, 40));
        }
        expect(verdicts).toEqual([...Array.from({ length: 19 }, () => 'go on'), 'prune']);
        await reports.close();
        await env.client.workflow.getHandle('changing').signal('stop');
        return env.client.workflow.result('changing', undefined, { followRuns: true }) as Promise<Heard['reports']>;
      },
    );
    expect(heard.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(new Set(heard.map(({ run }) => run)).size).toBeGreaterThan(1);
  });

  it('a trial whose study is gone ends as ever', async () => {
    const study = 'never started';
    const channel = new ReportChannel(env.client, { study, firstRunId: 'run-1' });
    const reports = new AttemptReports(channel, 0, 1);
    reports.report([1, 1]);
    await reports.close();
    const other = new AttemptReports(channel, 1, 1);
    other.report([1, 1]);
    expect(await other.verdict(1)).toBe('go on');
  });
});
