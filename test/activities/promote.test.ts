import { ActivityCancellationDetails, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import nock from 'nock';
import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { createStudyActivities } from '../../activities/index.ts';
import { createPromote, type PromoteOptions } from '../../activities/promote.ts';
import { ACTIVITIES, FAILURES } from '../../study/contract.ts';
import type { PromoteAnswer, PromoteRequest } from '../../study/evaluation/contract.ts';
import { factsOf, leftIn, runsIn, sh, WRITE_DOWN } from './promotion/rig.ts';
import { temporaryFolder, until } from './runners/harness.ts';

interface Running {
  readonly answer: Promise<PromoteAnswer>;
  readonly environment: MockActivityEnvironment;
  readonly logs: string[];
}

function start(folder: string, request: Partial<PromoteRequest>, options: Partial<PromoteOptions> = {}): Running {
  const logs: string[] = [];
  const logger = new DefaultLogger('INFO', ({ message }) => void logs.push(message));
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 60_000 }, { logger });
  const promote = createPromote({ artifacts: folder, allowPromotion: () => true, graceMs: 500, ...options });
  const whole: PromoteRequest = {
    action: command(folder, `${WRITE_DOWN}; echo done`),
    facts: factsOf(),
    timeoutMs: 60_000,
    attempt: 1,
    ...request,
  };
  const answer = environment.run(promote as never, whole) as Promise<PromoteAnswer>;
  answer.catch(() => {});
  return { answer, environment, logs };
}

const errorOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    (value) => expect.unreachable(`it gave ${JSON.stringify(value)}`),
    (error: Error) => error,
  );

const because = (reason: 'cancelRequested' | 'workerShutdown' | 'timedOut' | 'notFound' | 'paused' | 'reset') =>
  ['CANCELLED', new ActivityCancellationDetails({ [reason]: true })] as const;

const command = (folder: string, script: string): PromoteRequest['action'] => ({
  kind: 'command',
  command: sh(script),
  cwd: folder,
});

const webhook = { kind: 'webhook', url: 'https://hooks.example.com/promote' } as const;

describe.skipIf(process.platform !== 'linux')('promote by a command', () => {
  let folder = '';
  afterEach(() => until('nothing is left running', () => leftIn(folder).length === 0));

  it('answers with the last 2,000 characters that it printed', async () => {
    folder = temporaryFolder();
    const script = `printf 'ü%.0s' $(seq 3000); printf end`;
    const { output } = await start(folder, { action: command(folder, script) }).answer;
    expect(output).toBe(`${'ü'.repeat(1997)}end`);
  });

  it('fails with how it ended and its last words; the next attempt runs it again', async () => {
    folder = temporaryFolder();
    const action = command(folder, `${WRITE_DOWN}; echo no such registry >&2; exit 3`);
    const first = await errorOf(start(folder, { action }).answer);
    expect(first.name).toBe(FAILURES.promotion);
    expect(first.message).toMatch(/': ended with exit code 3; its last words were:\nno such registry$/);
    // the same attempt once more is the same failure
    expect((await errorOf(start(folder, { action, attempt: 1 }).answer)).message).toBe(first.message);
    expect(runsIn(folder)).toHaveLength(1);
    await errorOf(start(folder, { action, attempt: 2 }).answer);
    expect(runsIn(folder)).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
  });

  it('is refused where this worker may not', async () => {
    folder = temporaryFolder();
    const asked: unknown[] = [];
    const allowPromotion = (words: readonly string[]): boolean => (asked.push(words), false);
    const error = await errorOf(start(folder, {}, { allowPromotion }).answer);
    expect(error.name).toBe(FAILURES.promotion);
    expect(error.message).toContain('expected one started with --allow-command');
    expect(asked).toEqual([sh(`${WRITE_DOWN}; echo done`)]);
  });

  it('is cancelled on request, with all it started', async () => {
    folder = temporaryFolder();
    const { answer, environment } = start(folder, { action: command(folder, `${WRITE_DOWN}; sleep 1000 & wait`) });
    await until('it runs', () => runsIn(folder).length === 1);
    environment.cancel(...because('cancelRequested'));
    expect(await errorOf(answer)).toBeInstanceOf(CancelledFailure);
  });

  it.each(['workerShutdown', 'timedOut', 'notFound', 'paused', 'reset'] as const)(
    'runs on when the activity ends since it is %s, for the next one',
    async (reason) => {
      folder = temporaryFolder();
      const request = { action: command(folder, `${WRITE_DOWN}; sleep 0.6; echo whole`) };
      const { answer, environment } = start(folder, request);
      await until('it runs', () => runsIn(folder).length === 1);
      environment.cancel(...because(reason));
      expect((await errorOf(answer)).name).toBe(FAILURES.transient);
      expect(await start(folder, request).answer).toEqual({ output: 'whole' });
      expect(runsIn(folder)).toHaveLength(1);
    },
  );
});

describe('promote by a webhook', () => {
  it('answers with the last 2,000 characters of the response, once: asked again it does not send it again', async () => {
    const folder = temporaryFolder();
    const sent = nock('https://hooks.example.com')
      .post('/promote')
      .reply(200, `${'x'.repeat(5000)}end`);
    const first = await start(folder, { action: webhook }).answer;
    expect(first).toEqual({ output: `${'x'.repeat(1997)}end` });
    expect(sent.isDone()).toBe(true);
    expect(await start(folder, { action: webhook }).answer).toEqual(first);
  });

  it('needs no allowance, and keeps no failure: asked again it sends it again', async () => {
    const folder = temporaryFolder();
    nock('https://hooks.example.com')
      .post('/promote')
      .reply(404)
      .post('/promote')
      .reply(503)
      .post('/promote')
      .reply(200);
    const options = { allowPromotion: () => false };
    expect((await errorOf(start(folder, { action: webhook }, options).answer)).name).toBe(FAILURES.promotion);
    expect((await errorOf(start(folder, { action: webhook }, options).answer)).name).toBe(FAILURES.transient);
    expect(await start(folder, { action: webhook }, options).answer).toEqual({ output: '' });
    expect(nock.isDone()).toBe(true);
  });

  it('answers even where the answer cannot be kept, and says so', async () => {
    const folder = temporaryFolder();
    nock('https://hooks.example.com')
      .post('/promote')
      .reply(200, () => {
        // no folder any more, but a file
        rmSync(folder, { recursive: true });
        writeFileSync(folder, '');
        return 'deployed';
      });
    const { answer, logs } = start(folder, { action: webhook });
    expect(await answer).toEqual({ output: 'deployed' });
    expect(logs).toEqual([expect.stringMatching(/^the webhook has answered, which could not be kept: .*promotions/)]);
  });

  it('is cancelled on request, and sent again after a shutdown', async () => {
    const folder = temporaryFolder();
    for (const [reason, name] of [
      ['cancelRequested', 'CancelledFailure'],
      ['workerShutdown', FAILURES.transient],
    ] as const) {
      let arrived = false;
      nock('https://hooks.example.com')
        .post('/promote')
        .reply(200, () => new Promise<string>(() => (arrived = true)));
      const { answer, environment } = start(folder, { action: webhook });
      await until('it has arrived', () => arrived);
      environment.cancel(...because(reason));
      expect((await errorOf(answer)).name).toBe(name);
    }
    nock.abortPendingRequests();
  });
});

describe('a promotion where the artifact store is a bucket', () => {
  it('is no command: nothing would claim it for one machine', async () => {
    const folder = temporaryFolder();
    const { answer } = start(folder, {}, { artifacts: 's3://bucket/prefix' });
    const error = await errorOf(answer);
    expect(error.name).toBe(FAILURES.promotion);
    expect(error.message).toMatch(/^the artifact store is s3:\/\/bucket\/prefix, .* or promote with a webhook$/);
    expect(runsIn(folder)).toEqual([]);
  });
});

describe('the activities of a study', () => {
  it('promote by no command unless they are allowed to', async () => {
    const artifacts = temporaryFolder();
    const promote = createStudyActivities({ artifacts })[ACTIVITIES.promote] as () => Promise<unknown>;
    const request: PromoteRequest = {
      action: command(artifacts, 'true'),
      facts: factsOf(),
      timeoutMs: 1000,
      attempt: 1,
    };
    const failed = new MockActivityEnvironment({ heartbeatTimeoutMs: 60_000 }).run(promote as never, request);
    expect(await errorOf(failed)).toMatchObject({ type: FAILURES.promotion, nonRetryable: true });
  });
});
