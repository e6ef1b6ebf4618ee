import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import nock from 'nock';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { callWebhook } from '../../../activities/promotion/webhook.ts';
import { PromotionFailedError, TransientError } from '../../../study/errors.ts';
import { factsOf, KEY } from './rig.ts';

const HOST = 'https://hooks.example.com';
const ADDRESS = `${HOST}/promote?token=s3cret`;

interface Changes {
  readonly address?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

function call({ address = ADDRESS, ...changes }: Changes = {}): Promise<string> {
  return callWebhook(address, factsOf(), { timeoutMs: 10_000, signal: new AbortController().signal, ...changes });
}

const answer = (status: number, body = '', headers: Record<string, string> = {}): nock.Scope =>
  nock(HOST).post('/promote?token=s3cret').reply(status, body, headers);

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  const error = await promise.then(
    (value) => new Error(`it gave ${JSON.stringify(value)}`),
    (thrown: Error) => thrown,
  );
  // an address may be a secret
  expect(error.message).not.toContain('s3cret');
  return error;
}

/** A server of this machine. @returns its address */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/promote`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

afterEach(() => {
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
  vi.useRealTimers();
});

describe('a webhook', () => {
  it('is one POST of the facts as JSON, with the idempotency key', async () => {
    nock(HOST, {
      reqheaders: { 'content-type': 'application/json', 'idempotency-key': KEY },
      badheaders: ['authorization', 'cookie'],
    })
      .post('/promote?token=s3cret', factsOf() as never)
      .reply(200, 'deployed as v12');
    expect(await call()).toBe('deployed as v12');
  });

  it.each([200, 201, 202, 204])('is done when it answers %i', async (status) => {
    answer(status, status === 204 ? '' : 'ok');
    expect(await call()).toBe(status === 204 ? '' : 'ok');
  });

  it.each([408, 425, 429, 500, 502, 503, 504, 599])('is to be sent again when it answers %i', async (status) => {
    answer(status, 'not now');
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({
      message: `hooks.example.com answered ${status}: not now`,
      retryAfterMs: undefined,
    });
  });

  it.each([400, 401, 403, 404, 409, 410, 418, 422, 451])('has failed when it answers %i', async (status) => {
    answer(status, `no: ${'x'.repeat(1000)}`);
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(PromotionFailedError);
    expect(error.message).toBe(`hooks.example.com answered ${status}: no: ${'x'.repeat(496)}`);
  });

  it.each([301, 302, 303, 307, 308, 304])('is not followed when it answers %i', async (status) => {
    const followed = nock('https://elsewhere.example.com').post('/').reply(200);
    answer(status, '', { location: 'https://elsewhere.example.com/' });
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(PromotionFailedError);
    expect(error.message).toContain(`hooks.example.com answered ${status}, expected 200 to 299`);
    expect(followed.isDone()).toBe(false);
    nock.cleanAll();
  });

  it.each([
    ['7', 7000],
    ['0', 1000],
    ['86400', 3_600_000],
    ['Tue, 01 Dec 2026 10:00:30 GMT', 30_000],
    ['Tue, 01 Dec 2026 09:00:00 GMT', 1000],
    ['Wed, 01 Dec 2027 10:00:00 GMT', 3_600_000],
    ['soon', undefined],
    ['-5', undefined],
  ])('may ask for a wait: Retry-After %s', async (value, expected) => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-12-01T10:00:00Z') });
    answer(503, '', { 'retry-after': value });
    expect(await errorOf(call())).toMatchObject({ name: 'TransientError', retryAfterMs: expected });
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT'])('is sent again after %s', async (code) => {
    nock(HOST)
      .post('/promote?token=s3cret')
      .replyWithError(Object.assign(new Error(`it is ${code}`), { code }));
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(TransientError);
    expect(error.message).toBe(`cannot reach hooks.example.com: it is ${code}`);
  });

  it('has failed when it does not answer in time', async () => {
    nock(HOST).post('/promote?token=s3cret').delay(5000).reply(200);
    const error = await errorOf(call({ timeoutMs: 50 }));
    expect(error).toBeInstanceOf(PromotionFailedError);
    expect(error.message).toBe('hooks.example.com has not answered within 50ms (timeout)');
    nock.abortPendingRequests();
  });

  it('is left when its worker ends, and asked again', async () => {
    const stop = new AbortController();
    nock(HOST).post('/promote?token=s3cret').delay(5000).reply(200);
    setTimeout(() => stop.abort(), 50);
    expect(await errorOf(call({ signal: stop.signal }))).toBeInstanceOf(TransientError);
    nock.abortPendingRequests();
  });

  it.each([
    ['ftp://hooks.example.com/s3cret', 'the address of the webhook is none, expected https://… or http://…'],
    ['s3cret', 'the address of the webhook is none'],
    ['https://ada:s3cret@hooks.example.com/', 'at hooks.example.com has a user or a password in it, expected none'],
    ['http://127.0.0.1:6666/s3cret', 'has a port that no browser and no fetch uses'],
  ])('is refused at %s', async (address, message) => {
    const error = await errorOf(call({ address }));
    expect(error).toBeInstanceOf(PromotionFailedError);
    expect(error.message).toContain(message);
  });
});

describe('a webhook of a real server', () => {
  it('gets method, headers and facts', async () => {
    const seen: unknown[] = [];
    const address = await serve(async (request, response) => {
      const { method, url, headers } = request;
      seen.push([method, url, headers['content-type'], headers['idempotency-key'], JSON.parse(await bodyOf(request))]);
      response.end('thank you');
    });
    expect(await call({ address })).toBe('thank you');
    expect(seen).toEqual([['POST', '/promote', 'application/json', KEY, factsOf()]]);
  });

  it('is not followed to where it redirects', async () => {
    const paths: unknown[] = [];
    const address = await serve(({ url }, response) => {
      paths.push(url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await errorOf(call({ address }))).toBeInstanceOf(PromotionFailedError);
    expect(paths).toEqual(['/promote']);
  });

  it('may answer without end: 64 KiB of it are read', async () => {
    let closed = false;
    const address = await serve((_, response) => {
      const more = setInterval(() => response.write('x'.repeat(10_000)), 1);
      response.on('close', () => {
        closed = true;
        clearInterval(more);
      });
    });
    expect(await call({ address })).toBe('x'.repeat(65_536));
    await vi.waitFor(() => expect(closed).toBe(true));
  });

  it('is done by its status, even if the rest of the answer is lost or comes too late', async () => {
    const lost = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('begun', () => response.destroy());
    });
    expect(await call({ address: lost })).toBe('begun');
    const late = await serve((_, response) => void response.writeHead(200).write('begun'));
    expect(await call({ address: late, timeoutMs: 200 })).toBe('begun');
  });

  it('is sent again when the connection breaks before an answer, or nobody listens', async () => {
    const address = await serve((request) => void request.socket.destroy());
    expect(await errorOf(call({ address }))).toBeInstanceOf(TransientError);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect((await errorOf(call({ address: `http://127.0.0.1:${port}/` }))).message).toContain('ECONNREFUSED');
  });

  it('has failed when it is silent for too long', async () => {
    const address = await serve(() => {});
    expect(await errorOf(call({ address, timeoutMs: 100 }))).toBeInstanceOf(PromotionFailedError);
  });
});
