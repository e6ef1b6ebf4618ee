import { describe, expect, it } from 'vitest';
import { define, faults } from '../studies.ts';

const LIMITS = { retries: 0, heartbeatMs: 30_000 };
const url = 'https://train.example.com/jobs';
const faultsOf = (http: string): string => faults(`{ trial: { http: ${http} } }`);

describe('trial: http', () => {
  it('is a URL whose answer is the result', () => {
    expect(define({ trial: { http: url } }).trial).toEqual({
      kind: 'http',
      http: { url, method: 'POST', headers: {}, unreachableMs: 3_600_000 },
      ...LIMITS,
    });
  });

  it('is looked at where poll is true, and then ended by DELETE', () => {
    expect(define({ trial: { http: { url, poll: true }, timeout: '2h', lane: undefined } }).trial).toEqual({
      kind: 'http',
      http: {
        url,
        method: 'POST',
        headers: {},
        poll: {
          everyMs: 5000,
          state: 'status',
          done: ['complete', 'completed', 'done', 'finished', 'ok', 'success', 'succeeded'],
          failed: ['aborted', 'cancelled', 'canceled', 'error', 'failed', 'failure', 'killed', 'timeout'],
        },
        result: 'result',
        cancel: { method: 'DELETE' },
        unreachableMs: 3_600_000,
      },
      timeoutMs: 7_200_000,
      ...LIMITS,
    });
  });

  it('says all of it itself', () => {
    const poll = { every: '1s', url: 'links.self', state: 'state', done: ['READY'], failed: ['BAD'] };
    const headers = { Authorization: { env: 'TOKEN', prefix: 'Bearer ' }, 'X-Team': 'vision' };
    const cancel = { method: 'POST', url: 'links.stop' };
    const written = { url, method: 'PUT', headers, poll, result: 'out', cancel, unreachable: '10m' };
    expect(define({ trial: { http: written } }).trial).toMatchObject({
      http: {
        url,
        method: 'PUT',
        headers,
        poll: { everyMs: 1000, url: 'links.self', state: 'state', done: ['ready'], failed: ['bad'] },
        result: 'out',
        cancel,
        unreachableMs: 600_000,
      },
    });
    expect(define({ trial: { http: { url, poll: true, cancel: false } } }).trial).not.toHaveProperty('http.cancel');
  });

  it.each([
    ['{}', 'trial.http is {}, expected url: where the service is'],
    ['3', "trial.http is 3, expected a service's URL, or { url: … }"],
    ['ftp://host/x', 'trial.http.url is "ftp://host/x", expected an http or https URL of at most 2000 characters'],
    ['/jobs', 'trial.http.url is "/jobs", expected an http or https URL'],
    ['https://me:pw@host/x', 'trial.http.url is "https://…@host/x", expected a URL without a name or password'],
    [`{ url: "${url}", method: GET }`, 'trial.http.method is "GET", expected POST or PUT'],
    [
      `{ url: "${url}", headers: { A: { env: "s e" } } }`,
      'trial.http.headers.A.env is "s e", expected the name of an environment variable',
    ],
    [
      `{ url: "${url}", headers: { A: {} } }`,
      'trial.http.headers.A is {}, expected env: the name of an environment variable',
    ],
    [`{ url: "${url}", headers: { "A B": x } }`, 'trial.http.headers.A B is "A B", expected a header\'s name'],
    [`{ url: "${url}", headers: { Host: x } }`, 'trial.http.headers.Host is "x", expected no header Host'],
    [`{ url: "${url}", headers: { A: grün } }`, 'trial.http.headers.A is "grün", expected ASCII characters'],
    [`{ url: "${url}", poll: { every: 1ms } }`, 'trial.http.poll.every is "1ms", expected a duration from 100ms to 1h'],
    [`{ url: "${url}", poll: { done: [] } }`, 'trial.http.poll.done is [], expected at least one state'],
    [`{ url: "${url}", cancel: { url: stop } }`, 'trial.http.cancel.url is "stop", expected poll beside it'],
    [
      `{ url: "${url}", cancel: no-thanks }`,
      'trial.http.cancel is "no-thanks", expected false, or { method: …, url: … }',
    ],
    [`{ url: "${url}", polls: true }`, 'trial.http.polls (value true) is not a known key'],
  ])('is refused as %s', (http, fault) => expect(faultsOf(http)).toContain(fault));

  it('has no batch: a worker waits for many at once', () => {
    expect(faults(`{ trial: { http: "${url}", batch: 3 } }`)).toContain(
      'trial.batch is 3, expected no batch beside http',
    );
  });
});
