import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HttpSpec } from '../../../../study/trial/remote.ts';
import { failureOf, LIMITS, startTrial, type Started } from './rig.ts';

const SECRET = 'c4n4ry+/"&=s3cret';
const HOST = 'https://train.example.com';
const headers = { Authorization: { env: 'TRAIN_TOKEN', prefix: 'Bearer ' }, 'X-Team': 'vision' };
const poll = { everyMs: 5, state: 'status', done: ['done'], failed: ['failed'] };

function start(http: Partial<HttpSpec> = {}, allowed: readonly string[] = ['TRAIN_TOKEN']): Started {
  const spec: HttpSpec = { url: `${HOST}/jobs`, method: 'POST', headers, unreachableMs: 100, ...http };
  const allowEnvironment = (name: string): boolean => allowed.includes(name);
  return startTrial({ trial: { kind: 'http', http: spec, ...LIMITS } }, { allowEnvironment });
}

/** All that leaves a worker: what it answers or fails with, heartbeats and logs. */
async function all({ answer, heartbeats, logs }: Started): Promise<string> {
  const end = await answer.then(
    (value) => JSON.stringify(value),
    (error: Error) => JSON.stringify([error.message, error.stack, error, (error as { details?: unknown }).details]),
  );
  return [end, JSON.stringify(heartbeats), ...logs].join('\n');
}

const forms = [
  SECRET,
  JSON.stringify(SECRET),
  encodeURIComponent(SECRET),
  Buffer.from(SECRET).toString('base64'),
  Buffer.from(SECRET).toString('base64url'),
];

beforeEach(() => vi.stubEnv('TRAIN_TOKEN', SECRET));
afterEach(() => {
  vi.unstubAllEnvs();
  nock.cleanAll();
});

describe('a secret of an HTTP trial', () => {
  it('goes to the service with every request, and to nobody else', async () => {
    nock(HOST, { reqheaders: { authorization: `Bearer ${SECRET}`, 'x-team': 'vision' } })
      .post('/jobs', (body) => !JSON.stringify(body).includes('c4n4ry'))
      .reply(202, undefined, { location: '/jobs/1' })
      .get('/jobs/1')
      .reply(200, { status: 'done', result: 0.5 });
    const started = start({ poll, result: 'result' });
    expect((await started.answer).values).toEqual([0.5]);
    expect(await all(started)).not.toContain('c4n4ry');
  });

  it.each(forms)('stays unknown where the service refuses it as %s', async (form) => {
    nock(HOST).post('/jobs').reply(401, `no such token: Bearer ${form}!`);
    const said = await all(start());
    expect(said).toContain('answered 401: no such token: Bearer');
    for (const each of forms) expect(said).not.toContain(each.replace(/^"|"$/g, ''));
    expect(said).toContain('[TRAIN_TOKEN]');
  });

  it('stays unknown where a result, a checkpoint or the reason of a failure repeats it', async () => {
    nock(HOST).post('/jobs').times(2).reply(202, undefined, { location: '/jobs/1' });
    nock(HOST)
      .get('/jobs/1')
      .reply(200, { status: 'running', checkpoint: `at ${SECRET}` })
      .get('/jobs/1')
      .reply(200, { status: 'done', result: { value: 1, attributes: { token: SECRET } } });
    const first = await all(start({ poll, result: 'result' }));
    expect(first).toContain('"token":"[TRAIN_TOKEN]"');
    expect(first).not.toContain('c4n4ry');
    nock(HOST)
      .get('/jobs/1')
      .reply(200, { status: 'failed', error: { token: SECRET } });
    const second = await all(start({ poll }));
    expect(second).toContain('the run is failed');
    expect(second).not.toContain('c4n4ry');
  });

  it('is refused in the URL of a run, which is written down', async () => {
    nock(HOST)
      .post('/jobs')
      .reply(202, undefined, { location: `/jobs/1?token=${encodeURIComponent(SECRET)}` });
    const said = await all(start({ poll }));
    expect(said).toContain('has put a secret into Location');
    expect(said).not.toContain('c4n4ry');
  });

  it.each([
    [undefined, 'this worker has no environment variable TRAIN_TOKEN'],
    ['', 'this worker has no environment variable TRAIN_TOKEN'],
    ['0.5', 'the environment variable TRAIN_TOKEN is no secret that can be kept: expected at least 8'],
    ['line\nbreaks are none', 'the environment variable TRAIN_TOKEN is no secret that can be kept'],
  ])('%j is none', async (value, words) => {
    vi.stubEnv('TRAIN_TOKEN', value);
    expect((await failureOf(start().answer)).message).toContain(words);
  });

  it('is sent by a worker that allows it alone', async () => {
    expect((await failureOf(start({}, ['OTHER']).answer)).message).toBe(
      'this worker sends its environment variable TRAIN_TOKEN to nobody: expected one started with --allow-env TRAIN_TOKEN',
    );
  });
});
