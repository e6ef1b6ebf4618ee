import nock from 'nock';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunTrialOptions } from '../../../../activities/run-trial.ts';
import type { TrialRequest } from '../../../../study/contract.ts';
import type { HttpSpec } from '../../../../study/trial/remote.ts';
import { define } from '../../../study/studies.ts';
import type { HttpSyntax } from '../../../../study/syntax/trial/http.ts';
import { cancelled, failureOf, LIMITS, REQUEST, startTrial, until, type Started } from './rig.ts';

const HOST = 'https://train.example.com';
const JOBS = `${HOST}/jobs`;

interface Changes {
  readonly http?: Partial<Exclude<HttpSyntax, string> | HttpSpec>;
  readonly request?: Partial<TrialRequest>;
  readonly options?: Partial<RunTrialOptions>;
  readonly info?: Parameters<typeof startTrial>[2];
  readonly timeoutMs?: number;
}

/** The specification as a study file gives it, with pauses short enough for a test. */
function specOf(written: Changes['http'] = {}): HttpSpec {
  const { unreachableMs, ...http } = written as Partial<HttpSpec>;
  const trial = define({ trial: { http: { url: JOBS, ...http } } }).trial;
  if (trial.kind !== 'http') throw new Error(trial.kind);
  const { poll } = trial.http;
  return { ...trial.http, ...(poll && { poll: { ...poll, everyMs: 5 } }), unreachableMs: unreachableMs ?? 60_000 };
}

function start({ http, request, options, info, timeoutMs }: Changes = {}): Started {
  const trial = { kind: 'http', http: specOf(http), ...LIMITS, ...(timeoutMs !== undefined && { timeoutMs }) } as const;
  return startTrial({ trial, ...request }, options, info);
}

const poll = { poll: true } as const;
const running = { status: 'running' };
const done = { status: 'succeeded', result: { value: 0.5 } };
const ANSWER = { values: [0.5], reports: [], attempt: 1 };

const began = (path = '/jobs/7'): nock.Scope => nock(HOST).post('/jobs').reply(202, undefined, { location: path });
const looks = (...answers: object[]): void => {
  for (const answer of answers) nock(HOST).get('/jobs/7').reply(200, answer);
};

afterEach(() => {
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
  nock.enableNetConnect();
});

describe('a trial over HTTP', () => {
  it('is one request with the trial as a command reads it, and the answer is its result', async () => {
    nock(HOST, { reqheaders: { 'content-type': 'application/json', 'x-team': 'vision' } })
      .post('/jobs', (body: object) => {
        const { study, number, attempt, seed, params, budget, checkpoint, phase } = body as Record<string, unknown>;
        expect([study, number, attempt, seed, budget, checkpoint, phase]).toEqual([
          'digits',
          4,
          1,
          77,
          null,
          null,
          'tune',
        ]);
        expect(params).toEqual(REQUEST.params);
        return true;
      })
      .reply(200, { value: 0.5, cost: 2 });
    expect(await start({ http: { headers: { 'X-Team': 'vision' } } }).answer).toEqual({ ...ANSWER, cost: 2 });
  });

  it('may give its result in a field of the answer, and by PUT', async () => {
    nock(HOST)
      .put('/jobs')
      .reply(200, { data: { result: 0.5 } });
    expect(await start({ http: { method: 'PUT', result: 'data.result' } }).answer).toEqual(ANSWER);
  });

  it('begins, and is looked at until it has ended', async () => {
    began();
    looks(running, { status: 'queued' }, done);
    const { answer, heartbeats } = start({ http: poll });
    expect(await answer).toEqual(ANSWER);
    const remote = heartbeats.at(-1)!.remote!;
    expect(remote.handle).toBe(`${JOBS}/7`);
    expect(remote.key).toMatch(/^digits\/run-1\/4\/1-[0-9a-f]{12}$/);
  });

  it('reports and saves checkpoints while it runs', async () => {
    began();
    looks(
      { ...running, reports: [[1, 0.9]], checkpoint: 's3://b/1' },
      {
        ...running,
        reports: [
          [1, 0.9],
          [2, 0.7],
        ],
        checkpoint: 's3://b/2',
      },
      {
        ...done,
        reports: [
          [1, 0.9],
          [2, 0.7],
          [3, 0.5],
        ],
      },
    );
    const { answer, heartbeats } = start({ http: poll });
    expect(await answer).toEqual({
      ...ANSWER,
      reports: [
        [1, 0.9],
        [2, 0.7],
        [3, 0.5],
      ],
      checkpoint: 's3://b/2',
    });
    expect(heartbeats.map(({ checkpoint }) => checkpoint)).toContain('s3://b/1');
  });

  it.each([
    ['a field of the first answer', { url: 'links.self' }, { links: { self: '/jobs/7' } }],
    ['a field with a whole URL', { url: 'url' }, { url: `${JOBS}/7` }],
  ])('finds its URL in %s', async (_, more, first) => {
    nock(HOST).post('/jobs').reply(201, first);
    looks(done);
    expect(await start({ http: { poll: more } }).answer).toEqual(ANSWER);
  });

  it('follows a look to where the result is', async () => {
    began();
    nock(HOST).get('/jobs/7').reply(303, undefined, { location: '/results/7' });
    nock(HOST).get('/results/7').reply(200, done);
    expect(await start({ http: poll }).answer).toEqual(ANSWER);
  });

  it('may be over at once', async () => {
    nock(HOST).post('/jobs').reply(200, done);
    expect(await start({ http: poll }).answer).toEqual(ANSWER);
  });

  it('has states of its own', async () => {
    began();
    looks({ data: { phase: 'Done?' } }, { data: { phase: 'READY' }, out: 0.5 });
    const http = { poll: { state: 'data.phase', done: ['ready'] }, result: 'out' };
    expect(await start({ http }).answer).toEqual(ANSWER);
  });
});

describe('an answer over HTTP', () => {
  it.each([408, 425, 429, 502, 503, 504])('of %i is the machinery’s, and asked for again', async (status) => {
    nock(HOST).post('/jobs').reply(status);
    began();
    nock(HOST).get('/jobs/7').reply(status);
    looks(done);
    expect(await start({ http: poll }).answer).toEqual(ANSWER);
  });

  it('that does not come is asked for again, under the same key and in the same words', async () => {
    const sent: unknown[] = [];
    const same = (key: string): boolean => sent.push(key) > 0;
    nock(HOST, { reqheaders: { 'idempotency-key': same } })
      .post('/jobs', (body) => sent.push(body) > 0)
      .replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
      .post('/jobs', (body) => sent.push(body) > 0)
      .reply(202, undefined, { location: '/jobs/7' });
    nock(HOST).get('/jobs/7').replyWithError('gone').get('/jobs/7').reply(200, done);
    expect(await start({ http: poll }).answer).toEqual(ANSWER);
    expect(new Set(sent.map((each) => JSON.stringify(each))).size).toBe(2);
  });

  it('that says when it wants to be asked again is listened to', async () => {
    nock(HOST).post('/jobs').reply(503, undefined, { 'retry-after': '1' });
    began();
    nock(HOST).get('/jobs/7').reply(200, running, { 'retry-after': '1' });
    looks(done);
    expect(await start({ http: poll }).answer).toEqual(ANSWER);
  });

  it.each([400, 401, 403, 404, 409, 413, 422, 500, 501])('of %i is the trial’s own failure', async (status) => {
    nock(HOST).post('/jobs').reply(status, 'no such model');
    expect(await failureOf(start({ http: poll }).answer)).toMatchObject({
      type: 'TrialFailedError',
      nonRetryable: true,
      message: `train.example.com answered ${status}: no such model`,
    });
  });

  it('of 409 to what was sent before says that the first request is still at it', async () => {
    nock(HOST).post('/jobs').replyWithError('broken').post('/jobs').reply(409).post('/jobs').reply(200, done.result);
    expect(await start({ http: { unreachableMs: 1 * 60_000 } }).answer).toEqual(ANSWER);
  });

  it('that does not come for long fails the attempt', async () => {
    nock(HOST).post('/jobs').times(2).replyWithError('connect ECONNREFUSED');
    const failure = await failureOf(start({ http: { unreachableMs: 100 } }).answer);
    expect(failure.message).toBe(
      'cannot reach train.example.com: connect ECONNREFUSED, and so for 100ms (unreachable)',
    );
  });

  it('of a run that has failed is its reason', async () => {
    began();
    looks({ status: 'failed', error: 'out of memory', reports: [[1, 0.9]], checkpoint: 'c1' });
    const failure = await failureOf(start({ http: poll }).answer);
    expect(failure).toMatchObject({
      message: 'the run is failed: out of memory',
      details: [{ attempt: 1, reports: [[1, 0.9]], checkpoint: 'c1' }],
    });
  });

  it.each([
    [
      'another host',
      'https://evil.example.com/7',
      'names a URL of evil.example.com in Location: expected one of https://train.example.com',
    ],
    ['another scheme', 'http://train.example.com/7', 'names a URL of train.example.com in Location'],
    ['another port', 'https://train.example.com:8443/7', 'names a URL of train.example.com:8443 in Location'],
    ['a user', 'https://me:pw@train.example.com/7', 'without a user or password'],
    ['none', undefined, 'names no URL in Location, there is undefined'],
  ])('that leads to %s is refused', async (_, location, words) => {
    nock(HOST)
      .post('/jobs')
      .reply(202, undefined, location === undefined ? {} : { location });
    expect((await failureOf(start({ http: { ...poll, cancel: false } }).answer)).message).toContain(words);
  });

  it('that redirects a request is refused, and so is a look that leads to another host', async () => {
    nock(HOST).post('/jobs').reply(307, undefined, { location: '/elsewhere' });
    expect((await failureOf(start({ http: poll }).answer)).message).toContain('answered 307, expected 200 to 299');
    began();
    nock(HOST)
      .get('/jobs/7')
      .reply(302, undefined, { location: 'http://169.254.169.254/latest' })
      .delete('/jobs/7')
      .reply(204)
      .get('/jobs/7')
      .reply(404);
    expect((await failureOf(start({ http: poll }).answer)).message).toContain('names a URL of 169.254.169.254');
  });

  it.each([
    ['<html>', 'train.example.com answered "<html>": expected JSON'],
    ['{}', "train.example.com says nothing of the run's state: expected text in the field status, there is {}"],
    ['{"status": "done"}', 'train.example.com gave no result in the field result: expected {"value": number}'],
    ['{"status": "running", "reports": 3}', 'reports of train.example.com are 3: expected a list of [step, value]'],
    ['{"status": "running", "reports": [3]}', 'report'],
    [JSON.stringify({ status: 'x'.repeat(2 * 1024 * 1024) }), 'answered with more than 1048576 bytes'],
  ])('of %.40s fails the attempt, and the run is ended', async (text, words) => {
    began();
    nock(HOST).get('/jobs/7').reply(200, text).delete('/jobs/7').reply(204).get('/jobs/7').reply(404);
    expect((await failureOf(start({ http: poll }).answer)).message).toContain(words);
  });
});

describe('a worker that dies', () => {
  it('after the run was begun has the next attempt look at it, and begin nothing', async () => {
    looks(running, { ...done, reports: [[1, 0.9]] });
    const remote = { key: 'digits/run-1/4/1-0123456789ab', since: Date.now(), looks: 3, handle: `${JOBS}/7` };
    const info = { attempt: 2, heartbeatDetails: { attempt: 1, steps: 1, remote } };
    const { answer, heartbeats } = start({ http: poll, info });
    expect(await answer).toEqual({ ...ANSWER, attempt: 2, reports: [[1, 0.9]] });
    expect(heartbeats.at(-1)!.remote).toMatchObject({ key: remote.key, handle: remote.handle });
  });

  it('before anybody knew so has the next attempt begin it under the same key, in the same words', async () => {
    const sent: unknown[] = [];
    for (const attempt of [1, 2]) {
      nock(HOST, { reqheaders: { 'idempotency-key': (key: string) => sent.push(key) > 0 } })
        .post('/jobs', (body) => sent.push(body) > 0)
        .reply(200, done);
      expect(await start({ http: poll, info: { attempt } }).answer).toEqual({ ...ANSWER, attempt });
    }
    expect(new Set(sent.map((each) => JSON.stringify(each))).size).toBe(2);
  });

  it.each<[string, Partial<TrialRequest>]>([
    ['its own failure', { attemptsBefore: 1 }],
    ['other parameters of a study that was reset', { params: { lr: 0.02 } }],
    ['another budget', { budget: 9 }],
  ])('is no %s: that has another key', async (_, request) => {
    const keys: string[] = [];
    for (const change of [{}, request]) {
      nock(HOST, { reqheaders: { 'idempotency-key': (key: string) => keys.push(key) > 0 } })
        .post('/jobs')
        .reply(200, done);
      await start({ http: poll, request: change }).answer;
    }
    expect(new Set(keys).size).toBe(2);
  });
});

describe('a run that nobody wants', () => {
  it('is ended by DELETE, and leaves its last checkpoint', async () => {
    began();
    looks(running);
    nock(HOST).get('/jobs/7').times(1000).optionally().reply(200, running);
    const { answer, environment, heartbeats } = start({ http: poll });
    await until(() => heartbeats.some(({ remote }) => (remote?.looks ?? 0) > 1));
    nock.removeInterceptor({ hostname: 'train.example.com', path: '/jobs/7', method: 'GET', proto: 'https' });
    nock.cleanAll();
    nock(HOST).delete('/jobs/7').reply(202);
    looks({ status: 'cancelled', checkpoint: 'last' });
    environment.cancel(...cancelled('cancelRequested'));
    expect(await failureOf(answer)).toMatchObject({ name: 'CancelledFailure', details: [{ checkpoint: 'last' }] });
  });

  it('may still give its result', async () => {
    began();
    nock(HOST)
      .get('/jobs/7')
      .reply(200, running, { 'retry-after': '60' })
      .delete('/jobs/7')
      .reply(409)
      .get('/jobs/7')
      .reply(200, done);
    const { answer, environment, heartbeats } = start({ http: poll });
    await until(() => heartbeats.some(({ remote }) => (remote?.looks ?? 0) > 0));
    environment.cancel(...cancelled('cancelRequested'));
    expect(await answer).toEqual(ANSWER);
  });

  it('is ended by the URL that the service has named for it', async () => {
    nock(HOST).post('/jobs').reply(201, { self: '/jobs/7', stop: '/jobs/7/stop' });
    nock(HOST)
      .get('/jobs/7')
      .reply(200, running, { 'retry-after': '60' })
      .post('/jobs/7/stop')
      .reply(200)
      .get('/jobs/7')
      .reply(404);
    const http = { poll: { url: 'self' }, cancel: { method: 'POST', url: 'stop' } } as const;
    const { answer, environment, heartbeats } = start({ http });
    await until(() => heartbeats.some(({ remote }) => (remote?.looks ?? 0) > 0));
    environment.cancel(...cancelled('cancelRequested'));
    expect(await failureOf(answer)).toMatchObject({ name: 'CancelledFailure' });
  });

  it('is ended once its time is over, which counts from the first try', async () => {
    nock(HOST).delete('/jobs/7').reply(204).get('/jobs/7').reply(410);
    const remote = { key: 'k', since: Date.now() - 60_000, looks: 1, handle: `${JOBS}/7` };
    const info = { attempt: 2, heartbeatDetails: { attempt: 1, steps: 0, remote } };
    expect((await failureOf(start({ http: poll, timeoutMs: 30_000, info }).answer)).message).toBe(
      'ran longer than 30s (timeout)',
    );
  });

  it.each(['workerShutdown', 'paused', 'timedOut'] as const)(
    'is not one whose attempt ends with %s',
    async (reason) => {
      began();
      nock(HOST).get('/jobs/7').reply(200, running, { 'retry-after': '60' });
      const { answer, environment, heartbeats } = start({ http: poll });
      await until(() => heartbeats.some(({ remote }) => (remote?.looks ?? 0) > 0));
      environment.cancel(...cancelled(reason));
      const failure = await failureOf(answer);
      expect(failure.message).not.toContain('it gave');
      // the workflow learns where it runs
      if (reason === 'workerShutdown')
        expect(failure).toMatchObject({ details: [{ remote: { handle: `${JOBS}/7` } }] });
    },
  );

  it('is ended for the workflow where the workers that had it are lost', async () => {
    nock(HOST).delete('/jobs/7').reply(204).get('/jobs/7').reply(404);
    const remote = { key: 'k', since: Date.now(), looks: 1, handle: `${JOBS}/7` };
    const failure = await failureOf(start({ http: poll, request: { remote, end: true } }).answer);
    expect(failure).toMatchObject({ nonRetryable: true });
  });

  it('of which nobody knows whether it was begun is found by its key', async () => {
    const key = 'digits/run-1/4/1-0123456789ab';
    nock(HOST, { reqheaders: { 'idempotency-key': key } })
      .post('/jobs')
      .reply(202, undefined, { location: '/jobs/7' });
    nock(HOST).delete('/jobs/7').reply(204);
    const remote = { key, since: Date.now(), looks: 0 };
    await failureOf(start({ http: poll, request: { remote, end: true } }).answer);
  });
});
