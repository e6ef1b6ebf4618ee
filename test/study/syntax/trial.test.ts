import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defineStudy } from '../../../study/definition.ts';
import { define, faults, MINIMAL } from '../studies.ts';

describe('trial', () => {
  it('is a command, which runs where the study file is', () => {
    expect(
      define('trial: { command: [python3, train.py, ""], timeout: 1h30m, retries: 3, heartbeat: 1m }').trial,
    ).toEqual({
      kind: 'command',
      command: ['python3', 'train.py', ''],
      cwd: '/home/me',
      timeoutMs: 5_400_000,
      retries: 3,
      heartbeatMs: 60_000,
    });
  });

  it.each([
    ['./train.ts', '/home/me/train.ts'],
    ['train.js', '/home/me/train.js'],
    ['../lib/./a//b.mjs', '/home/lib/a/b.mjs'],
    ['/opt/../srv/train.ts', '/srv/train.ts'],
    ['../../../../train.ts', '/train.ts'],
  ])('is a function of a module: %s from /home/me is %s', (module, absolute) => {
    expect(define({ trial: { function: 'train', module } }).trial).toEqual({
      kind: 'function',
      function: 'train',
      module: absolute,
      retries: 0,
      heartbeatMs: 30_000,
    });
  });

  it('takes paths of Windows as they are there', () => {
    const input = { ...parse(MINIMAL), trial: { function: 'f', module: '.\\lib/../a.ts' } };
    expect(defineStudy(input, { directory: 'C:\\me', seed: 1 }).trial).toMatchObject({ module: 'C:\\me\\a.ts' });
  });

  it('is a function that is registered with the worker', () => {
    expect(define('trial: { function: train }').trial).toEqual({
      kind: 'function',
      function: 'train',
      retries: 0,
      heartbeatMs: 30_000,
    });
  });

  it.each(['external', '{ external: true }'])('is run by others: %s', (trial) => {
    expect(define(`trial: ${trial}`).trial).toEqual({ kind: 'external', retries: 0, heartbeatMs: 30_000 });
  });

  it('that others run takes its results as they come', () => {
    expect(faults('{ trial: external, order: trial }')).toBe(
      'order is "trial", expected completion with trial: external; leave it out: results from outside come as they come',
    );
  });

  it('is an activity of any worker', () => {
    expect(define({ trial: { activity: 'train', queue: 'gpu', lane: 2 } }).trial).toEqual({
      kind: 'activity',
      activity: 'train',
      queue: 'gpu',
      lane: 2,
      retries: 0,
      heartbeatMs: 30_000,
    });
  });

  it('is an activity without heartbeats, where a timeout tells that its worker is lost', () => {
    const trial = { activity: 'train', queue: 'gpu', heartbeat: 'off', timeout: '2h' };
    expect(define({ trial }).trial).toMatchObject({ heartbeatMs: 0, timeoutMs: 7_200_000 });
  });

  it('is a workflow of any worker, each in a workflow of ours that its study may leave alone', () => {
    expect(define({ trial: { workflow: 'trainAndTest', queue: 'ml', retries: 1 } }).trial).toEqual({
      kind: 'workflow',
      workflow: 'trainAndTest',
      queue: 'ml',
      long: true,
      retries: 1,
      heartbeatMs: 30_000,
    });
  });

  it('is measured by a step of its own, with the retries and the heartbeat of the trial', () => {
    const evaluate = '{ command: [python3, measure.py], timeout: 5m, queue: cpu }';
    const run = { kind: 'command', cwd: '/home/me', retries: 2, heartbeatMs: 30_000 };
    expect(
      define(`trial: { command: [python3, train.py], retries: 2, batch: 4, evaluate: ${evaluate} }`).trial,
    ).toEqual({
      ...run,
      command: ['python3', 'train.py'],
      batch: 4,
      evaluate: { ...run, command: ['python3', 'measure.py'], timeoutMs: 300_000, queue: 'cpu' },
    });
  });

  it.each(['activity', 'workflow'])(
    'that is an %s of somebody else’s may be measured by another one, or by ours',
    (kind) => {
      const limits = kind === 'activity' ? ', timeout: 30m, heartbeat: off' : '';
      const measured = (evaluate: string) =>
        define(`trial: { ${kind}: train, queue: gpu, retries: 2${limits}, evaluate: ${evaluate} }`).trial.evaluate;
      const run = { retries: 2, heartbeatMs: 30_000 };
      expect(measured('{ activity: measure, queue: cpu }')).toEqual({
        ...run,
        kind: 'activity',
        activity: 'measure',
        queue: 'cpu',
      });
      expect(measured('{ activity: measure, queue: cpu, timeout: 5m, heartbeat: off }')).toMatchObject({
        heartbeatMs: 0,
      });
      expect(measured('{ function: measure }')).toEqual({ ...run, kind: 'function', function: 'measure' });
    },
  );

  it('and what measures it take more than an hour together: then no batch', () => {
    expect(faults('trial: { function: f, timeout: 40m, batch: 2, evaluate: { function: g, timeout: 30m } }')).toBe(
      'trial.batch is 2, expected no batch of long trials; leave it out, or write a timeout of at most 1h, evaluate included',
    );
  });

  const expected =
    'expected { command: [ … ] }, { function: …, module: … }, { activity: …, queue: … }, { workflow: …, queue: … }, { http: … }, { job: … } or external';
  const example = 'write trial: { command: [python3, train.py] }, say';
  it.each([
    ['train.py', `trial is "train.py", ${expected}; ${example}`],
    ['{}', `trial is {}, ${expected}; ${example}`],
    [
      '{ activity: train }',
      'trial.queue is missing, expected the task queue of the workers that have the activity; add queue: gpu, say',
    ],
    [
      '{ activity: " ", queue: gpu }',
      'trial.activity is " ", expected the name of an activity; write activity: train, say',
    ],
    ['{ activity: train, queue: gpu, batch: 3 }', 'trial.batch is 3, expected no batch beside activity; leave it out'],
    [
      '{ activity: train, queue: gpu, heartbeat: off }',
      'trial.heartbeat is "off", expected a timeout beside it; add timeout: 2h, say: without heartbeats a lost worker is noticed by nothing else',
    ],
    [
      '{ function: train, heartbeat: off }',
      "trial.heartbeat is \"off\", expected '1s' to '1h'; leave it out: what runs these trials sends heartbeats by itself",
    ],
    [
      '{ workflow: train }',
      'trial.queue is missing, expected the task queue of the workers that have the workflow; add queue: gpu, say',
    ],
    [
      '{ workflow: train, queue: ml, heartbeat: 1s }',
      'trial.heartbeat is "1s", expected no heartbeat beside workflow; leave it out',
    ],
    [
      '{ comand: [a] }',
      `trial.comand (value ["a"]) is not a known key, expected command, function, http, job, activity, workflow, external, timeout, retries, heartbeat, queue, long, batch, lane, evaluate or module; did you mean 'command'?`,
    ],
    ['{ external: no }', 'trial.external is "no", expected true; write trial: external, or say what runs'],
    ['{ external: true, timeout: 1h }', 'trial.timeout is "1h", expected no timeout beside external; leave it out'],
    [
      '{ command: [a], function: b }',
      'trial is { command: ["a"], function: "b" }, expected one of command or function; remove the rest',
    ],
    ['{ command: [a], module: ./b.ts }', 'trial.module is "./b.ts", expected no module beside command; leave it out'],
    [
      '{ command: python3  train.py }',
      'trial.command is "python3  train.py", expected a list of program and arguments; no shell reads it, so write a list: ["python3", "train.py"]',
    ],
    [
      '{ command: 3 }',
      'trial.command is 3, expected a list of program and arguments; write command: [python3, train.py]',
    ],
    [
      '{ command: [] }',
      'trial.command is [], expected a list of program and arguments; write command: [python3, train.py]',
    ],
    ['{ command: [" "] }', 'trial.command[0] is " ", expected the name or path of a program; write python3, say'],
    ['{ command: [a, 3] }', "trial.command[1] is 3, expected text; put it in quotes: '3'"],
    ['{ command: [a, [b]] }', 'trial.command[1] is ["b"], expected text; write one argument as text'],
    ['{ command: [a, "b\\0"] }', 'trial.command[1] is "b\\u0000", expected text without a zero character; remove it'],
    ['{ function: 3 }', "trial.function is 3, expected an exported function's name; put it in quotes"],
    ['{ function: "" }', 'trial.function is "", expected an exported function\'s name; write function: train, say'],
    [
      '{ function: f, module: 3 }',
      'trial.module is 3, expected the path of a .js, .mjs or .ts file; write module: ./train.ts, say',
    ],
    [
      '{ function: f, module: ./train }',
      'trial.module is "./train", expected the path of a .js, .mjs or .ts file; add the file\'s ending',
    ],
    [
      '{ function: f, module: ./train.py }',
      'trial.module is "./train.py", expected the path of a .js, .mjs or .ts file; add the file\'s ending',
    ],
    [
      '{ function: f, module: "file:///a.ts" }',
      'trial.module is "file:///a.ts", expected the path of a .js, .mjs or .ts file; write a path, not a URL',
    ],
    [
      '{ function: f, timeout: 10 }',
      'trial.timeout is 10, expected a duration from 1ms to 365d; write its unit: 10s or 1h30m',
    ],
    [
      '{ function: f, timeout: ten }',
      'trial.timeout is "ten", expected a duration from 1ms to 365d; write timeout: 10m, or leave it out for no limit',
    ],
    [
      '{ function: f, timeout: 0s }',
      'trial.timeout is "0s", expected a duration from 1ms to 365d; write timeout: 10m, or leave it out for no limit',
    ],
    [
      '{ function: f, timeout: 366d }',
      'trial.timeout is "366d", expected a duration from 1ms to 365d; write timeout: 10m, or leave it out for no limit',
    ],
    [
      '{ function: f, retries: -1 }',
      'trial.retries is -1, expected a whole number from 0 to 100; 0 never repeats a failed trial',
    ],
    [
      '{ function: f, retries: 1.5 }',
      'trial.retries is 1.5, expected a whole number from 0 to 100; 0 never repeats a failed trial',
    ],
    [
      '{ function: f, evaluate: measure.py }',
      'trial.evaluate is "measure.py", expected what measures a checkpoint: { command: [ … ] }, { function: …, module: … } or { activity: …, queue: … }; write evaluate: { command: [python3, measure.py] }, say',
    ],
    [
      '{ function: f, evaluate: { timeout: 1m } }',
      'trial.evaluate is { timeout: "1m" }, expected what measures a checkpoint: { command: [ … ] }, { function: …, module: … } or { activity: …, queue: … }; write evaluate: { command: [python3, measure.py] }, say',
    ],
    [
      '{ function: f, evaluate: { function: g, retries: 2 } }',
      'trial.evaluate.retries (value 2) is not a known key, expected command, function, activity, timeout, queue, module or heartbeat; remove it',
    ],
    [
      '{ http: { url: https://a.b/c }, evaluate: { function: g } }',
      'trial.evaluate is { function: "g" }, expected no evaluate beside http; leave it out',
    ],
    [
      '{ function: f, evaluate: { activity: g } }',
      'trial.evaluate.queue is missing, expected the task queue of the workers that have the activity; add queue: gpu, say',
    ],
    [
      '{ function: f, evaluate: { activity: g, queue: cpu, heartbeat: off } }',
      'trial.evaluate.heartbeat is "off", expected a timeout beside it; add timeout: 2h, say: without heartbeats a lost worker is noticed by nothing else',
    ],
    [
      '{ function: f, heartbeat: 10ms }',
      'trial.heartbeat is "10ms", expected a duration from 1s to 1h; leave it out for 30s',
    ],
  ])('%s is refused', (trial, message) => {
    expect(faults(`trial: ${trial}`)).toBe(message);
  });

  it('is needed', () => {
    expect(faults({ trial: undefined })).toBe(
      'trial is missing, expected what runs; add trial: { command: [python3, train.py] }, say',
    );
  });
});
