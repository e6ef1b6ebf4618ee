import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { defineStudy } from '../../study/definition.ts';
import type { StudyInput } from '../../study/syntax/input.ts';
import { above, float, forbid } from '../../study/schema.ts';
import { define, faults, messageOf, MINIMAL } from './studies.ts';

const KNOWN =
  'name, space, defineByRun, forbid, models, bandit, objective, objectives, constraints, scalarize, trial, sampler, scheduler, replicates, stop, parallel, order, seed, deterministic, enqueue, fixed, warmStart, priority, fairness, slots, evaluate or promote';

describe('defineStudy', () => {
  it('reads a whole study file', () => {
    const file = readFileSync(new URL('fixtures/digits.yaml', import.meta.url), 'utf8');
    const definition = defineStudy(parse(file), { directory: '/home/me' });
    expect(definition).toEqual({
      name: 'digits',
      space: {
        version: 1,
        parameters: [
          { name: 'lr', domain: { kind: 'float', low: 1e-5, high: 0.1, scale: 'log' } },
          { name: 'dropout', domain: { kind: 'float', low: 0, high: 0.7, scale: 'linear', step: 0.1 } },
          { name: 'batch', domain: { kind: 'int', low: 8, high: 256, scale: 'log' } },
          { name: 'optimizer', domain: { kind: 'choice', choices: ['adam', 'rmsprop', 'sgd'], weights: [2, 1, 1] } },
          { name: 'size', domain: { kind: 'ordinal', choices: ['small', 'medium', 'large'] } },
          { name: 'nesterov', domain: { kind: 'bool' }, when: [{ parameter: 'optimizer', in: ['sgd'] }] },
          {
            name: 'momentum',
            domain: { kind: 'float', low: 0, high: 0.99, scale: 'linear', prior: { normal: { mean: 0.9, sd: 0.1 } } },
            when: [{ parameter: 'optimizer', in: ['sgd'] }],
          },
          {
            name: 'units',
            domain: { kind: 'array', element: { kind: 'int', low: 8, high: 256, scale: 'log' }, length: [4, 6] },
          },
          { name: 'order', domain: { kind: 'permutation', items: ['a', 'b', 'c'] } },
          { name: 'epochs', domain: { kind: 'fixed', value: 20 } },
        ],
        forbid: [{ optimizer: { in: ['sgd'] }, lr: { above: 0.05 } }],
      },
      objectives: [{ name: 'accuracy', goal: 'maximize' }],
      constraints: [{ name: 'latency_ms', below: 50 }],
      trial: {
        kind: 'command',
        command: ['python3', 'train.py'],
        cwd: '/home/me',
        timeoutMs: 600_000,
        retries: 2,
        heartbeatMs: 30_000,
      },
      sampler: { name: 'tpe', options: { candidates: 24 } },
      stop: { trials: 100, timeMs: 7_200_000, target: 0.99, patience: 30, cost: 50, maxFailures: 10 },
      parallel: 8,
      order: 'completion',
      seed: 7,
      deterministic: false,
      enqueue: [{ params: { lr: 0.001, optimizer: 'adam' }, baseline: true }],
    });
    expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
  });

  it('fills in what a short study leaves out', () => {
    expect(define()).toEqual({
      name: 's',
      space: {
        version: 1,
        parameters: [{ name: 'x', domain: { kind: 'float', low: 0, high: 1, scale: 'linear' } }],
        forbid: [],
      },
      objectives: [{ name: 'loss', goal: 'minimize' }],
      constraints: [],
      trial: { kind: 'command', command: ['train'], cwd: '/home/me', retries: 0, heartbeatMs: 30_000 },
      sampler: { name: 'forest', options: {}, chosen: 'auto 3: 5 trials, of any kind of parameters' },
      stop: { trials: 5, maxFailures: 10 },
      parallel: 1,
      order: 'completion',
      seed: 1,
      deterministic: false,
      enqueue: [],
    });
  });

  it('takes the same study as an object whose space is a schema', () => {
    const input: StudyInput = {
      name: 's',
      space: z.object({ lr: float(1e-5, 0.1, { scale: 'log' }), optimizer: z.enum(['adam', 'sgd']) }),
      forbid: [forbid({ optimizer: 'sgd', lr: above(0.05) })],
      objectives: [{ name: 'loss', goal: 'minimize' }],
      trial: { function: 'train', module: './train.ts' },
      stop: { trials: 5 },
      enqueue: [{ lr: 0.001, baseline: true }],
    };
    const written = define(`
      space: { lr: { float: [1e-5, 0.1], scale: log }, optimizer: { choice: [adam, sgd] } }
      forbid: [{ optimizer: sgd, lr: { above: 0.05 } }]
      trial: { function: train, module: ./train.ts }
      enqueue: [{ lr: 0.001, baseline: true }]`);
    expect(defineStudy(input, { directory: '/home/me', seed: 1 })).toEqual(written);
  });

  it('lists every fault, one a line, with what it is, what was expected and what to do', () => {
    const input = {
      name: 'a b',
      space: { lr: { flot: [0, 1] } },
      trial: { command: 'train' },
      parallel: 0,
      observer: 1,
    };
    expect(messageOf(() => defineStudy(input, { directory: '/', seed: 1 }))).toBe(
      [
        `observer (value 1) is not a known key, expected ${KNOWN}; did you mean 'observers'?`,
        "name is \"a b\", expected 1 to 200 letters, digits, '.', '_' or '-'; rename it",
        "space.lr is { flot: [0, 1] }, expected one of { float: … }, { int: … }, { choice: … }, { ordinal: … }, { bool: … }, { array: … }, { permutation: … } or { fixed: … }; did you mean 'float'?",
        'objective is missing, expected { name, goal }; add objective: { name: accuracy, goal: maximize }',
        'trial.command is "train", expected a list of program and arguments; no shell reads it, so write a list: ["train"]',
        'stop is missing, expected trials, time, target, patience, cost or regret; add stop: { trials: 100 }, or the study never ends',
        'parallel is 0, expected a whole number from 1 to 1000; 1 runs one trial after another',
      ].join('\n'),
    );
  });

  it.each([
    [
      null,
      'the whole is null, expected a study: name, space, objective, trial, stop, …; nothing stands there: write a value',
    ],
    ['digits', 'the whole is "digits", expected a study: name, space, objective, trial, stop, …; write these keys'],
    [[1], 'the whole is [1], expected a study: name, space, objective, trial, stop, …; write these keys'],
    [new Map(), 'the whole is a Map, expected a study: name, space, objective, trial, stop, …; write these keys'],
  ])('refuses %s', (input, message) => {
    expect(messageOf(() => defineStudy(input, { directory: '/' }))).toBe(message);
  });

  it('refuses a study too large to travel', () => {
    const enqueue = Array.from({ length: 20_000 }, () => ({ x: 0.123456789 }));
    expect(faults({ enqueue })).toMatch(
      /^the study takes \d+ characters as JSON, expected at most 500000; shorten its largest lists$/,
    );
  });

  it('refuses a folder that is not absolute', () => {
    expect(messageOf(() => defineStudy(parse(MINIMAL), { directory: 'here', seed: 1 }))).toBe(
      'directory is "here", expected an absolute path; resolve it first',
    );
  });
});

describe('keys', () => {
  it.each(['observers', 'plan', 'artifacts', 'schedule'])('%s is not available in this version', (key) => {
    expect(faults({ [key]: [1] })).toBe(`${key} (value [1]) is not available in this version; leave it out`);
  });

  it.each([
    ['spaec: 1', `spaec (value 1) is not a known key, expected ${KNOWN}; did you mean 'space'?`],
    ['foo: bar', `foo (value "bar") is not a known key, expected ${KNOWN}; remove it`],
  ])('%s is refused', (yaml, message) => {
    expect(faults(yaml)).toBe(message);
  });
});

describe('name', () => {
  const expected = "expected 1 to 200 letters, digits, '.', '_' or '-'";
  it.each([
    [undefined, `name is missing, ${expected}; add name: my-study`],
    [7, `name is 7, ${expected}; put it in quotes`],
    [true, `name is true, ${expected}; write text`],
    ['', `name is "", ${expected}; rename it`],
    ['a/b', `name is "a/b", ${expected}; rename it`],
    ['ä', `name is "ä", ${expected}; rename it`],
    ['..', 'name is "..", expected a name with more than dots; rename it'],
    [new Date(0), `name is the date 1970-01-01T00:00:00.000Z, ${expected}; put it in quotes, or YAML reads a date`],
  ])('%s is refused', (name, message) => {
    expect(faults({ name })).toBe(message);
  });

  it('may be of 200 characters, not of 201', () => {
    expect(define({ name: `a.b_c-${'9'.repeat(194)}` }).name).toHaveLength(200);
    expect(faults({ name: 'n'.repeat(201) })).toContain(expected);
  });
});

describe('sampler', () => {
  it.each([
    ['random', { name: 'random', options: {} }],
    ['{ tpe: }', { name: 'tpe', options: {} }],
    [
      '{ tpe: { candidates: 24, multivariate: true, kind: a } }',
      { name: 'tpe', options: { candidates: 24, multivariate: true, kind: 'a' } },
    ],
  ])('%s is kept as it is', (sampler, expected) => {
    expect(define(`sampler: ${sampler}`).sampler).toEqual(expected);
  });

  const expected = "expected a sampler's name, or { name: { option: value } }";
  const example = 'write sampler: tpe, or sampler: { tpe: { candidates: 24 } }';
  it.each([
    ['3', `sampler is 3, ${expected}; ${example}`],
    ['[tpe]', `sampler is ["tpe"], ${expected}; ${example}`],
    ['""', `sampler is "", ${expected}; ${example}`],
    ['{}', `sampler is {}, expected exactly one sampler; ${example}`],
    ['{ tpe: {}, grid: {} }', `sampler is { tpe: {}, grid: {} }, expected exactly one sampler; ${example}`],
    ['{ tpe: 24 }', `sampler.tpe is 24, expected options by name; ${example}`],
    [
      '{ tpe: { candidates: [1] } }',
      'sampler.tpe.candidates is [1], expected a number, true, false or text; leave it out for its default',
    ],
    [
      '{ tpe: { candidates: .nan } }',
      'sampler.tpe.candidates is NaN, expected a number, true, false or text; write a finite number',
    ],
  ])('%s is refused', (sampler, message) => {
    expect(faults(`sampler: ${sampler}`)).toBe(message);
  });
});

describe('scheduler', () => {
  it.each([
    ['median', { name: 'median', options: {} }],
    ['{ asha: { max: 81, eta: 3 } }', { name: 'asha', options: { max: 81, eta: 3 } }],
    ['none', undefined],
  ])('%s is read', (scheduler, expected) => {
    expect(define(`scheduler: ${scheduler}`).scheduler).toEqual(expected);
  });

  const example = 'write scheduler: asha, or scheduler: { asha: { max: 81, eta: 3 } }';
  it.each([
    ['81', `scheduler is 81, expected a scheduler's name, or { name: { option: value } }; ${example}`],
    ['{}', `scheduler is {}, expected exactly one scheduler; ${example}`],
    ['{ asha: 3 }', `scheduler.asha is 3, expected options by name; ${example}`],
  ])('%s is refused', (scheduler, message) => {
    expect(faults(`scheduler: ${scheduler}`)).toBe(message);
  });

  it('is refused where others run the trials', () => {
    expect(faults('{ scheduler: asha, trial: external }')).toBe(
      'scheduler is "asha", expected no scheduler with trial: external; leave it out: others decide how far their trials go',
    );
  });
});

describe('parallel, order, seed and deterministic', () => {
  it('take their extremes', () => {
    expect(define({ parallel: 1000, order: 'trial', seed: 2 ** 53 - 1, deterministic: true })).toMatchObject({
      parallel: 1000,
      order: 'trial',
      seed: 2 ** 53 - 1,
      deterministic: true,
    });
    expect(define({ seed: 0 }).seed).toBe(0);
  });

  const whole = 'expected a whole number from';
  it.each([
    ['parallel: 1001', `parallel is 1001, ${whole} 1 to 1000; 1 runs one trial after another`],
    ['parallel: 1.5', `parallel is 1.5, ${whole} 1 to 1000; 1 runs one trial after another`],
    ['parallel: "8"', `parallel is "8", ${whole} 1 to 1000; remove the quotes`],
    ['order: trials', 'order is "trials", expected completion or trial; did you mean \'trial\'?'],
    ['order: 1', 'order is 1, expected completion or trial; leave it out for completion'],
    ['seed: -1', `seed is -1, ${whole} 0 to 9007199254740991; leave it out and one is drawn`],
    [
      'seed: 9007199254740992',
      `seed is 9007199254740992, ${whole} 0 to 9007199254740991; leave it out and one is drawn`,
    ],
    ['seed: abc', `seed is "abc", ${whole} 0 to 9007199254740991; leave it out and one is drawn`],
    ['deterministic: yes', 'deterministic is "yes", expected true or false; leave it out for false'],
  ])('refuse %s', (yaml, message) => {
    expect(faults(yaml)).toBe(message);
  });

  it('need a seed from the file or the caller', () => {
    expect(messageOf(() => defineStudy(parse(MINIMAL), { directory: '/' }))).toBe(
      'seed is missing, expected a whole number from 0 to 9007199254740991; add seed: 1',
    );
  });
});
