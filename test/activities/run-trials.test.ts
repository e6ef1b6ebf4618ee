import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createRunTrials } from '../../activities/run-trials.ts';
import type { TrialFunction } from '../../activities/runners/trial-context.ts';
import type { BatchedEnding, BatchedTrial, BatchHeartbeat, RunTrialsRequest } from '../../study/trial/trial-forms.ts';
import type { TrialEvaluation } from '../../study/evaluation/spec.ts';

const shared = {
  study: 'dtune/digits',
  firstRunId: 'run-1',
  trial: { kind: 'function', function: 'train', retries: 0, heartbeatMs: 60_000 },
  objectives: ['accuracy'],
  constraints: [],
  phase: 'tune',
} as const satisfies RunTrialsRequest['shared'];

const trialsOf = (count: number, changes: Partial<BatchedTrial> = {}): BatchedTrial[] =>
  Array.from({ length: count }, (_, number) => ({
    number,
    seed: number,
    params: { x: number },
    attemptsBefore: 0,
    ...changes,
  }));

type Info = NonNullable<ConstructorParameters<typeof MockActivityEnvironment>[0]>;

function start(
  train: TrialFunction,
  trials: BatchedTrial[],
  info: Info = {},
  graceMs = 5000,
): { answer: Promise<BatchedEnding[]>; environment: MockActivityEnvironment; heartbeats: BatchHeartbeat[] } {
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 60_000, ...info });
  const heartbeats: BatchHeartbeat[] = [];
  environment.on('heartbeat', (details: BatchHeartbeat) => heartbeats.push(structuredClone(details)));
  const run = createRunTrials({ functions: { train }, allowCommand: () => false, graceMs });
  const answer = environment.run(async () => [...(await run({ shared, trials }))]) as Promise<BatchedEnding[]>;
  answer.catch(() => {});
  return { answer, environment, heartbeats };
}

const run = (train: TrialFunction, trials: BatchedTrial[], info: Info = {}): Promise<BatchedEnding[]> =>
  start(train, trials, info).answer;

const ok = (value: number, attempt = 1): BatchedEnding => ({ ok: { values: [value], reports: [], attempt } });

const cancel = (reason: 'cancelRequested' | 'workerShutdown' | 'paused' | 'reset' | 'notFound') =>
  ['CANCELLED', new ActivityCancellationDetails({ [reason]: true })] as const;

describe('runTrials', () => {
  it('answers with an ending a trial, in their order', async () => {
    const train: TrialFunction = ({ number, attempt, seed, params }) => {
      if (number === 1) throw new Error('diverged');
      return Number(params['x']) * 100 + seed * 10 + attempt;
    };
    expect(await run(train, trialsOf(3))).toEqual([
      ok(1),
      {
        failed: { reason: expect.stringMatching(/^Error: diverged \(at /) as string, attempt: 1, reports: [] },
      },
      ok(221),
    ]);
  });

  it('tells each trial how to divide its rows', async () => {
    const evaluation: TrialEvaluation = {
      split: { kind: 'k-fold', folds: 3, repeats: 1 },
      test: { kind: 'own' },
      seed: 5,
      repeat: 0,
    };
    const told: unknown[] = [];
    const train: TrialFunction = (trial) => (told.push(trial.evaluation), trial.split(6).length);
    const runTrials = createRunTrials({ functions: { train }, allowCommand: () => false });
    const request: RunTrialsRequest = { shared: { ...shared, evaluation }, trials: trialsOf(2) };
    expect(await new MockActivityEnvironment().run(runTrials, request)).toEqual([ok(3), ok(3)]);
    expect(told).toEqual([evaluation, evaluation]);
  });

  it('takes each trial from its own checkpoint and number of attempts', async () => {
    const train: TrialFunction = ({ attempt, checkpoint }) => ({ value: attempt, attributes: { from: checkpoint! } });
    const [, second] = trialsOf(2, { attemptsBefore: 2, checkpoint: 'half' });
    expect(await run(train, [...trialsOf(1, { checkpoint: 'begun' }), second!])).toMatchObject([
      { ok: { values: [1], attributes: { from: 'begun' } } },
      { ok: { values: [3], attributes: { from: 'half' }, attempt: 3 } },
    ]);
  });

  it('costs a short batch no heartbeat', async () => {
    const { answer, heartbeats } = start(() => 1, trialsOf(20));
    await answer;
    expect(heartbeats).toEqual([]);
  });

  it('is heard of while trials follow each other that are too short to be', async () => {
    const train: TrialFunction = () => {
      for (const end = performance.now() + 10; performance.now() < end;);
      return 1;
    };
    const { answer, heartbeats } = start(train, trialsOf(60), { heartbeatTimeoutMs: 150 });
    await answer;
    expect(heartbeats.length).toBeGreaterThan(5);
    const ended = heartbeats.map((heartbeat) => heartbeat.ended);
    expect(ended).toEqual(ended.toSorted((a, b) => a - b));
  });

  it('heartbeats endings while they are small, the number of them always, and the trial that runs', async () => {
    const train: TrialFunction = ({ number, saveCheckpoint }) => {
      saveCheckpoint(`ckpt/${number}`);
      return { value: 1, attributes: number === 2 ? { text: 'x'.repeat(4000) } : {}, checkpoint: 'c' };
    };
    const { answer, heartbeats } = start(train, trialsOf(5));
    const endings = await answer;
    expect(heartbeats.map(({ endings, ended, trial }) => [endings.length, ended, trial?.checkpoint])).toEqual([
      [0, 0, 'ckpt/0'],
      [1, 1, 'ckpt/1'],
      [2, 2, 'ckpt/2'],
      [2, 3, 'ckpt/3'],
      [2, 4, 'ckpt/4'],
    ]);
    expect(heartbeats.at(-1)!.endings).toEqual(endings.slice(0, 2));
  });

  it('ends before its answer grows too long for the server', async () => {
    const train: TrialFunction = () => ({ value: 1, attributes: { text: 'x'.repeat(16_000) } });
    const endings = await run(train, trialsOf(200));
    expect(endings.length).toBeLessThan(80);
    expect(JSON.stringify(endings).length).toBeGreaterThan(1024 * 1024);
  });
});

describe('a later attempt', () => {
  const train = vi.fn<TrialFunction>(({ attempt, checkpoint }) => ({
    value: attempt,
    ...(checkpoint !== undefined && { attributes: { from: checkpoint } }),
    checkpoint: 'c',
  }));
  const from: BatchHeartbeat = {
    endings: [ok(7)],
    ended: 1,
    trial: { attempt: 1, checkpoint: 'half', steps: 2 },
  };

  it('goes on after the endings that were heartbeaten, from the checkpoint of the trial that ran', async () => {
    expect(await run(train, trialsOf(3), { attempt: 2, heartbeatDetails: from })).toMatchObject([
      ok(7),
      { ok: { values: [2], attributes: { from: 'half' }, attempt: 2 } },
      { ok: { values: [2] } },
    ]);
    expect(train).toHaveBeenCalledTimes(2);
  });

  it('repeats what had ended but was too large to heartbeat', async () => {
    const answer = await run(train, trialsOf(3), { attempt: 2, heartbeatDetails: { ...from, ended: 2 } });
    expect(answer.map((ending) => ('ok' in ending ? ending.ok.attributes : null))).toEqual([
      undefined,
      undefined,
      { from: 'half' },
    ]);
  });
});

describe('a batch that is cancelled', () => {
  const waiting: TrialFunction = ({ number, signal, saveCheckpoint }) => {
    if (number === 0) return 0;
    saveCheckpoint('half');
    return new Promise((done, reject) =>
      signal.addEventListener('abort', () => (number === 1 ? reject(new Error('told to end')) : done(1))),
    );
  };
  const begun = async (trials: BatchedTrial[]): Promise<ReturnType<typeof start>> => {
    const running = start(waiting, trials);
    while (running.heartbeats.length === 0) await sleep(5);
    return running;
  };

  it('answers with what there is, and leaves the rest', async () => {
    const { answer, environment } = await begun(trialsOf(4));
    environment.cancel(...cancel('cancelRequested'));
    expect(await answer).toEqual([ok(0), { left: { attempt: 1, checkpoint: 'half', steps: 0 } }]);
  });

  it('has the result that its trial still returns', async () => {
    const [first, , third, fourth] = trialsOf(4);
    const { answer, environment } = await begun([first!, third!, fourth!]);
    environment.cancel(...cancel('cancelRequested'));
    expect(await answer).toMatchObject([ok(0), { ok: { values: [1], checkpoint: 'half' } }]);
  });

  it('since its worker shuts down loses no result', async () => {
    const { answer, environment } = await begun(trialsOf(4));
    environment.cancel(...cancel('workerShutdown'));
    expect(await answer).toEqual([ok(0), { left: { attempt: 1, checkpoint: 'half', steps: 0 } }]);
  });

  it.each(['paused', 'reset', 'notFound'] as const)('since it was %s is cancelled as a whole', async (reason) => {
    const { answer, environment } = await begun(trialsOf(4));
    environment.cancel(...cancel(reason));
    await expect(answer).rejects.toMatchObject({ name: 'CancelledFailure' });
  });

  it('before it began runs nothing', async () => {
    const train = vi.fn(() => 1);
    const { answer, environment } = start(train, trialsOf(3));
    environment.cancel(...cancel('cancelRequested'));
    expect(await answer).toEqual([]);
    expect(train).not.toHaveBeenCalled();
  });
});
