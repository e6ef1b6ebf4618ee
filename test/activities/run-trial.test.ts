import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createRunTrial, type RunTrialOptions } from '../../activities/run-trial.ts';
import type { TrialFunction } from '../../activities/runners/trial-context.ts';
import type { TrialAnswer, TrialRequest } from '../../study/contract.ts';
import { fileOf, isAlive } from './runners/harness.ts';

const base = {
  study: 'dtune/digits',
  firstRunId: 'run-1',
  number: 4,
  seed: 77,
  params: { lr: 0.01, 'model.depth': 3 },
  attemptsBefore: 0,
  trial: { kind: 'function', function: 'train', retries: 0, heartbeatMs: 60_000 },
  objectives: ['accuracy'],
  constraints: [],
  phase: 'tune',
} as const satisfies TrialRequest;

const LIMITS = { retries: 0, heartbeatMs: 60_000 };
const commandOf = (...command: string[]): TrialRequest['trial'] => ({ kind: 'command', command, cwd: '/', ...LIMITS });

interface Running {
  readonly answer: Promise<TrialAnswer>;
  readonly environment: MockActivityEnvironment;
  readonly heartbeats: unknown[];
  readonly logs: string[];
}

type Info = NonNullable<ConstructorParameters<typeof MockActivityEnvironment>[0]>;

function start(options: Partial<RunTrialOptions>, request: Partial<TrialRequest> = {}, info: Info = {}): Running {
  const logs: string[] = [];
  const logger = new DefaultLogger('INFO', ({ message }) => void logs.push(message));
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 60_000, ...info }, { logger });
  const heartbeats: unknown[] = [];
  environment.on('heartbeat', (details) => heartbeats.push(details));
  const runTrial = createRunTrial({ functions: {}, allowCommand: () => false, ...options });
  const answer = environment.run(runTrial, { ...base, ...request }) as Promise<TrialAnswer>;
  answer.catch(() => {});
  return { answer, environment, heartbeats, logs };
}

const run = (train: TrialFunction, request: Partial<TrialRequest> = {}, info: Info = {}): Promise<TrialAnswer> =>
  start({ functions: { train } }, request, info).answer;

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.unreachable(`it gave ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
}

const cancel = (reason: 'cancelRequested' | 'workerShutdown' | 'paused' | 'reset' | 'notFound' | 'timedOut') =>
  ['CANCELLED', new ActivityCancellationDetails({ [reason]: true })] as const;

/** A function that saves a checkpoint and waits until it is told to end; then it returns this. */
const patient =
  (result: () => unknown = () => 0.5): TrialFunction =>
  ({ signal, report, saveCheckpoint }) =>
    new Promise((done) => {
      report(1, 0.25);
      saveCheckpoint('ckpt/1');
      signal.addEventListener('abort', () => done(Promise.resolve().then(result)));
    });

describe('runTrial', () => {
  it('answers with the checked result and the attempt that made it', async () => {
    const train: TrialFunction = ({ report, attempt }) => {
      report(2, 0.2);
      report(2, 9);
      return { values: { accuracy: attempt }, reports: [[1, 0.1]], cost: 3 };
    };
    expect(await run(train, { attemptsBefore: 2 }, { attempt: 3 })).toEqual({
      values: [5],
      cost: 3,
      reports: [
        [1, 0.1],
        [2, 0.2],
      ],
      attempt: 5,
    });
  });

  it('tells the trial its study by name', async () => {
    const train: TrialFunction = ({ study }) => ({ value: 1, attributes: { study } });
    expect((await run(train)).attributes).toEqual({ study: 'digits' });
    expect((await run(train, { study: 'nightly/digits' })).attributes).toEqual({ study: 'nightly/digits' });
  });

  it('hands budget, phase and seed on', async () => {
    const train: TrialFunction = ({ budget, phase, seed, number }) => ({
      value: 1,
      attributes: { all: [budget!, phase, seed, number] },
    });
    expect((await run(train, { budget: 27, phase: 'test' })).attributes).toEqual({ all: [27, 'test', 77, 4] });
  });

  it('logs what the trial has to say', async () => {
    const { answer, logs } = start({ functions: { train: ({ log }) => (log('half way'), 1) } });
    await answer;
    expect(logs).toEqual(['half way']);
  });

  it('runs a function of a module', async () => {
    const module = fileOf('trials.mjs', `export const train = ({ params }) => params.model.depth`);
    const { answer } = start({}, { trial: { ...base.trial, module } });
    expect(await answer).toEqual({ values: [3], reports: [], attempt: 1 });
  });

  it('runs a command that this worker allows, and no other', async () => {
    const allowCommand = vi.fn((command: readonly string[]) => command[0] === 'echo');
    const command = ['echo', '{"value": 0.5}'];
    const { answer } = start({ allowCommand }, { trial: commandOf(...command) });
    expect(await answer).toEqual({ values: [0.5], reports: [], attempt: 1 });
    expect(allowCommand.mock.calls).toEqual([[command]]);
    expect(await failureOf(start({ allowCommand }, { trial: commandOf('python3', 'train.py') }).answer)).toMatchObject({
      type: 'TrialFailedError',
      message: `this worker does not run the command 'python3 train.py': expected one started with --allow-command`,
    });
  });
});

describe('a trial that fails', () => {
  it('by its own error ends as a failure that is not retried, with what it leaves behind', async () => {
    const train: TrialFunction = ({ report, saveCheckpoint }) => {
      report(1, 0.5);
      saveCheckpoint('ckpt/1');
      throw new Error('diverged');
    };
    const failure = await failureOf(run(train, { attemptsBefore: 1 }));
    expect(failure).toMatchObject({ type: 'TrialFailedError', nonRetryable: true });
    const { message, details } = failure as { message: string; details: unknown };
    expect(message).toMatch(/^Error: diverged \(at /);
    expect(details).toEqual([{ reason: message, attempt: 2, checkpoint: 'ckpt/1', reports: [[1, 0.5]] }]);
  });

  it.each<[unknown, string]>([
    [NaN, 'accuracy is NaN: expected a finite number'],
    [{ value: null }, 'accuracy is null: expected a finite number'],
    ['0.5', 'the result is "0.5": expected {"value": number}'],
    [
      { value: 1, attributes: { text: 'x'.repeat(20_000) } },
      'the result takes 20052 bytes as JSON: expected at most 16384',
    ],
  ])('by returning %o is told why', async (result, message) => {
    const failure = await failureOf(run(() => result));
    expect(failure).toMatchObject({ type: 'TrialFailedError', nonRetryable: true });
    expect((failure as Error).message).toContain(message);
  });

  it('by a NaN from a module or a command is told the same', async () => {
    const module = fileOf('trials.mjs', `export const train = () => NaN`);
    for (const trial of [{ ...base.trial, module }, commandOf('echo', '{"value": NaN}')])
      expect(await failureOf(start({ allowCommand: () => true }, { trial }).answer)).toMatchObject({
        type: 'TrialFailedError',
        message: 'accuracy is NaN: expected a finite number',
      });
  });

  it('by its timeout is told how long it had', async () => {
    const { answer } = start(
      { functions: { train: () => new Promise(() => {}) }, graceMs: 10 },
      { trial: { ...base.trial, timeoutMs: 50 } },
    );
    expect(await failureOf(answer)).toMatchObject({
      type: 'TrialFailedError',
      message: 'ran longer than 50ms (timeout)',
    });
  });

  it('has a reason of bounded length', async () => {
    const failure = await failureOf(
      run(() => {
        throw new Error('x'.repeat(50_000));
      }),
    );
    expect((failure as Error).message).toHaveLength(2000);
    expect((failure as { details: [{ reason: string }] }).details[0].reason).toHaveLength(2000);
  });
});

describe('checkpoints and heartbeats', () => {
  const from: TrialFunction = ({ checkpoint }) => ({ value: 1, attributes: { from: checkpoint ?? 'nowhere' } });

  it.each<[string, Partial<TrialRequest>, Info, string, string | undefined]>([
    ['nothing', {}, {}, 'nowhere', undefined],
    ['what the study knows', { checkpoint: 'known' }, {}, 'known', 'known'],
    [
      'that if the attempt before had saved none',
      { checkpoint: 'known' },
      { heartbeatDetails: { attempt: 1, steps: 3 } },
      'known',
      'known',
    ],
    [
      'what the attempt before had heartbeaten',
      { checkpoint: 'known' },
      { heartbeatDetails: { attempt: 1, checkpoint: 'newest', steps: 3 } },
      'newest',
      'newest',
    ],
  ])('start from %s', async (_, request, info, start, kept) => {
    const answer = await run(from, request, info);
    expect(answer.attributes).toEqual({ from: start });
    expect(answer.checkpoint).toBe(kept);
  });

  it('cost a short trial no heartbeat', async () => {
    const { answer, heartbeats } = start({ functions: { train: () => 1 } });
    await answer;
    expect(heartbeats).toEqual([]);
  });

  it('beat at once for a new checkpoint', async () => {
    const train: TrialFunction = ({ report, saveCheckpoint }) => {
      report(1, 0.5);
      saveCheckpoint('ckpt/1');
      return 1;
    };
    const { answer, heartbeats } = start({ functions: { train } }, { checkpoint: 'old' });
    expect(await answer).toMatchObject({ checkpoint: 'ckpt/1' });
    expect(heartbeats).toEqual([{ attempt: 1, checkpoint: 'ckpt/1', steps: 1 }]);
  });

  it('beat several times within the timeout, with the checkpoint the attempt started from', async () => {
    const { answer, heartbeats } = start(
      { functions: { train: async () => (await sleep(400), 1) } },
      { checkpoint: 'old', attemptsBefore: 1 },
      { heartbeatTimeoutMs: 300 },
    );
    await answer;
    expect(heartbeats.length).toBeGreaterThanOrEqual(2);
    expect(heartbeats[0]).toEqual({ attempt: 2, checkpoint: 'old', steps: 0 });
  });

  it('beat on while a function of a module computes without pause', async () => {
    const module = fileOf(
      'trials.mjs',
      `export const train = () => { for (const end = Date.now() + 500; Date.now() < end; ); return 1 }`,
    );
    const { answer, heartbeats } = start({}, { trial: { ...base.trial, module } }, { heartbeatTimeoutMs: 150 });
    await answer;
    expect(heartbeats.length).toBeGreaterThan(5);
  });

  it('end with the trial, even if a function was left behind that goes on', async () => {
    let late: () => void = () => {};
    const train: TrialFunction = ({ saveCheckpoint }) => {
      late = () => saveCheckpoint('late');
      return new Promise(() => {});
    };
    const { answer, environment, heartbeats } = start({ functions: { train }, graceMs: 10 });
    await sleep(0);
    environment.cancel(...cancel('cancelRequested'));
    await failureOf(answer);
    late();
    expect(heartbeats).toEqual([]);
  });
});

describe('a trial that is cancelled', () => {
  it('has the result that it still returns', async () => {
    const { answer, environment } = start({ functions: { train: patient() } });
    await sleep(0);
    environment.cancel(...cancel('cancelRequested'));
    expect(await answer).toEqual({ values: [0.5], reports: [[1, 0.25]], checkpoint: 'ckpt/1', attempt: 1 });
  });

  it('is cancelled where it returns none, and leaves its checkpoint', async () => {
    for (const train of [
      patient(() => undefined),
      patient(() => NaN),
      patient(() => Promise.reject(new Error('stopped'))),
    ]) {
      const { answer, environment } = start({ functions: { train } });
      await sleep(0);
      environment.cancel(...cancel('cancelRequested'));
      expect(await failureOf(answer)).toMatchObject({
        name: 'CancelledFailure',
        details: [{ reason: 'cancelled', attempt: 1, checkpoint: 'ckpt/1', reports: [[1, 0.25]] }],
      });
    }
  });

  it('is cancelled when the grace is over', async () => {
    const { answer, environment } = start({ functions: { train: () => new Promise(() => {}) }, graceMs: 10 });
    await sleep(0);
    environment.cancel(...cancel('cancelRequested'));
    expect(await failureOf(answer)).toMatchObject({ name: 'CancelledFailure' });
  });

  it('takes the processes of its command with it', async () => {
    const { answer, environment, heartbeats } = start(
      { allowCommand: () => true },
      { trial: commandOf('sh', '-c', `sleep 1000 & echo "{\\"checkpoint\\": \\"$$ $!\\"}"; wait`) },
    );
    while (heartbeats.length === 0) await sleep(10);
    environment.cancel(...cancel('cancelRequested'));
    expect(await failureOf(answer)).toMatchObject({ name: 'CancelledFailure' });
    const { checkpoint } = heartbeats[0] as { checkpoint: string };
    expect(checkpoint.split(' ').map(Number).filter(isAlive)).toEqual([]);
  });

  it('before it began never begins', async () => {
    const train = vi.fn(() => 1);
    const environment = new MockActivityEnvironment();
    environment.cancel(...cancel('cancelRequested'));
    const runTrial = createRunTrial({ functions: { train }, allowCommand: () => false });
    expect(await failureOf(environment.run(runTrial, base))).toMatchObject({ name: 'CancelledFailure' });
    expect(train).not.toHaveBeenCalled();
  });

  it.each(['paused', 'reset', 'notFound'] as const)(
    'since its activity was %s ends without its result',
    async (reason) => {
      const { answer, environment } = start({ functions: { train: patient() } });
      await sleep(0);
      environment.cancel(...cancel(reason));
      expect(await failureOf(answer)).toMatchObject({ name: 'CancelledFailure' });
    },
  );

  it.each([
    ['workerShutdown', 'the worker is shutting down: the trial goes on from its last checkpoint'],
    ['timedOut', 'the server no longer waits for this attempt: the trial goes on from its last checkpoint'],
  ] as const)('for %s is run again, whatever it returned', async (reason, message) => {
    const { answer, environment } = start({ functions: { train: patient() } });
    await sleep(0);
    environment.cancel(...cancel(reason));
    expect(await failureOf(answer)).toMatchObject({
      type: 'TransientError',
      nonRetryable: false,
      message,
    });
  });
});

describe('two attempts of one trial', () => {
  it('never run together: the earlier one is ended first', async () => {
    const events: string[] = [];
    const train: TrialFunction = ({ attempt, signal }) => {
      events.push(`start ${attempt}`);
      if (attempt === 2) return 2;
      return new Promise((done) =>
        signal.addEventListener('abort', () => setTimeout(() => (events.push('end 1'), done(1)), 50)),
      );
    };
    const first = start({ functions: { train } });
    await sleep(0);
    const second = start({ functions: { train } }, {}, { attempt: 2 });
    expect(await second.answer).toMatchObject({ values: [2], attempt: 2 });
    expect(events).toEqual(['start 1', 'end 1', 'start 2']);
    expect(await failureOf(first.answer)).toMatchObject({
      type: 'TransientError',
      message: 'attempt 1 was ended, since a later one of the same trial starts here',
    });
  });

  it('are told apart by study, run, phase, and candidate and repeat of a final test', async () => {
    const tested = { test: { kind: 'own' }, seed: 1, candidate: 'champion', repeat: 0 } as const;
    const own = { phase: 'test', evaluation: tested } as const;
    const running = start({ functions: { train: patient() } }, own);
    await sleep(0);
    const others = [{ number: 5 }, { firstRunId: 'run-2' }, { study: 'dtune/x' }, { phase: 'tune' as const }];
    const tests = [{ repeat: 1 }, { candidate: 'challenger' as const }].map((each) => ({ ...tested, ...each }));
    for (const other of [...others, ...tests.map((evaluation) => ({ evaluation }))])
      expect(await run(() => 1, { ...own, ...other })).toMatchObject({ values: [1] });
    running.environment.cancel(...cancel('cancelRequested'));
    expect(await running.answer).toMatchObject({ values: [0.5] });
  });

  it('start in order alone: one that comes too late does not start', async () => {
    const train = vi.fn(patient());
    const running = start({ functions: { train } }, {}, { attempt: 3 });
    await sleep(0);
    expect(await failureOf(run(() => 1, {}, { attempt: 2 }))).toMatchObject({
      type: 'TransientError',
      message: 'attempt 2 comes too late: attempt 3 of this trial runs already',
    });
    running.environment.cancel(...cancel('cancelRequested'));
    expect(await running.answer).toMatchObject({ attempt: 3 });
  });

  it('heartbeat while the later one waits for the earlier', async () => {
    const train: TrialFunction = ({ attempt, signal }) =>
      attempt === 2 ? 2 : new Promise((done) => signal.addEventListener('abort', () => setTimeout(done, 300)));
    start({ functions: { train } });
    await sleep(0);
    const second = start({ functions: { train } }, {}, { attempt: 2, heartbeatTimeoutMs: 150 });
    await second.answer;
    expect(second.heartbeats.length).toBeGreaterThan(0);
  });
});
