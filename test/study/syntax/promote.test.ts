import { describe, expect, it } from 'vitest';
import { define, faults } from '../studies.ts';

describe('promote', () => {
  it.each([
    [
      '{ command: [./deploy.sh, "--now"] }',
      {
        action: { kind: 'command', command: ['./deploy.sh', '--now'], cwd: '/home/me' },
        timeoutMs: 600_000,
        retries: 3,
      },
    ],
    [
      '{ activity: deploy, queue: ops, timeout: 1h, retries: 0, approval: 24h }',
      {
        action: { kind: 'activity', activity: 'deploy', queue: 'ops' },
        timeoutMs: 3_600_000,
        retries: 0,
        approvalMs: 86_400_000,
      },
    ],
  ])('%s is kept', (written, promote) => {
    expect(define(`{ evaluate: true, promote: ${written} }`).promote).toEqual(promote);
  });

  it.each([
    'https://example.com',
    'http://localhost:8080/promoted?study=a@b#x',
    'HTTPS://[::1]:443/',
    'https://bücher.example/a%20b',
  ])('posts to %s', (url) => {
    expect(define({ evaluate: true, promote: { webhook: url, retries: 100 } }).promote).toEqual({
      action: { kind: 'webhook', url },
      timeoutMs: 600_000,
      retries: 100,
    });
  });

  it('is absent where nothing is written', () => {
    expect(Object.keys(define('evaluate: true'))).not.toContain('promote');
  });

  it('needs an evaluation', () => {
    expect(faults('promote: { command: [ship] }')).toBe(
      'promote is { command: ["ship"] }, expected evaluate beside it, which decides; add evaluate: true, or leave promote out',
    );
  });

  const expected = 'expected { command: [ … ] }, { activity: …, queue: … } or { webhook: … }';
  const example = 'write promote: { command: [./deploy.sh] }, say';
  const url = 'expected an http or https URL of at most 2000 characters';
  const written = 'write webhook: https://example.com/promoted, say';
  it.each([
    ['deploy', ` is "deploy", ${expected}; ${example}`],
    ['true', ` is true, ${expected}; ${example}`],
    ['{ retries: 3 }', ` is { retries: 3 }, ${expected}; ${example}`],
    [
      '{ comand: [a] }',
      '.comand (value ["a"]) is not a known key, expected command, activity, webhook, timeout, retries, approval or queue; did you mean \'command\'?',
    ],
    [
      '{ command: [a], webhook: "https://a.b" }',
      ' is { command: ["a"], webhook: "https://a.b" }, expected one of command or webhook; remove the rest',
    ],
    [
      '{ command: ./deploy.sh --now }',
      '.command is "./deploy.sh --now", expected a list of program and arguments; no shell reads it, so write a list: ["./deploy.sh", "--now"]',
    ],
    ['{ command: [] }', '.command is [], expected a list of program and arguments; write command: [./deploy.sh]'],
    ['{ command: [a, 1] }', ".command[1] is 1, expected text; put it in quotes: '1'"],
    ['{ command: [a], queue: ops }', '.queue is "ops", expected no queue beside command; leave it out'],
    [
      '{ activity: deploy }',
      '.queue is missing, expected the task queue of the workers that have the activity; add queue: ops, say',
    ],
    ['{ activity: "", queue: ops }', '.activity is "", expected an activity\'s name; write activity: deploy, say'],
    [
      '{ activity: deploy, queue: [ops] }',
      '.queue is ["ops"], expected the name of a task queue; write queue: ops, say',
    ],
    ['{ webhook: 1 }', `.webhook is 1, ${url}; put it in quotes`],
    ['{ webhook: example.com }', `.webhook is "example.com", ${url}; ${written}`],
    ['{ webhook: "ftp://example.com" }', `.webhook is "ftp://example.com", ${url}; ${written}`],
    ['{ webhook: "https://" }', `.webhook is "https://", ${url}; ${written}`],
    ['{ webhook: "https://a b.c" }', `.webhook is "https://a b.c", ${url}; ${written}`],
    ['{ webhook: "https://a.b:port/" }', `.webhook is "https://a.b:port/", ${url}; ${written}`],
    [
      '{ webhook: "https://me:s3cret@a.b/c" }',
      '.webhook is "https://…@a.b/c", expected a URL without a name or password; remove them: they would stand in the study\'s history',
    ],
    [
      '{ webhook: "https://a.b", headers: { a: b } }',
      '.headers (value { a: "b" }) is not available in this version; leave it out',
    ],
    [
      '{ command: [a], timeout: 10 }',
      '.timeout is 10, expected a duration from 1ms to 365d; write its unit: 10s or 1h30m',
    ],
    ['{ command: [a], retries: 101 }', '.retries is 101, expected a whole number from 0 to 100; leave it out for 3'],
    [
      '{ command: [a], approval: true }',
      '.approval is true, expected a duration from 1ms to 365d; leave it out, and nobody is asked',
    ],
  ])('%s is refused', (promote, message) => {
    expect(faults(`{ evaluate: true, promote: ${promote} }`)).toBe(`promote${message}`);
  });

  it('takes a URL of 2000 characters, not of 2001', () => {
    const of = (length: number): Record<string, unknown> => ({
      evaluate: true,
      promote: { webhook: 'https://example.com/'.padEnd(length, 'a') },
    });
    expect(faults(of(2000))).toBe('none');
    expect(faults(of(2001))).toContain(url);
  });
});
