import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkDefinition } from '../../samplers/check.ts';
import { createSession } from '../../samplers/session.ts';
import { checkScheduler, SCHEDULERS } from '../../schedulers/registry.ts';
import { settledSampler } from '../../study/auto-sampler.ts';
import { defineStudy } from '../../study/definition.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { withRecordedSamplers } from '../../study/recorded-samplers.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf } from './definitions.ts';
import { spaces } from './spaces.ts';

const NUMBER = '{ float: [0, 1] }';
const floats = (count: number): string =>
  `{ ${Array.from({ length: count }, (_, i) => `x${i}: ${NUMBER}`).join(', ')} }`;
const MIXED = `{ lr: { float: [1e-5, 1], scale: log }, depth: { int: [1, 9] }, kind: { choice: [a, b] } }`;
const BRANCHES = `{ kind: { choice: [a, b] }, x: { float: [0, 1], when: { kind: a } } }`;
const FORKS = `{ kind: { choice: [a, b] }, x: { float: [0, 1], when: { kind: a } }, y: { float: [0, 1], when: { kind: b } } }`;
const SMALL = '{ depth: { int: [1, 5] }, kind: { choice: [a, b] } }';
const ORDER = '{ order: { permutation: [a, b, c, d] } }';
const FRONT = 'objectives: [{ name: a, goal: minimize }, { name: b, goal: minimize }]';
const CLASSES = `{ svm: { space: ${floats(2)} }, forest: { space: ${MIXED}, sampler: auto }, net: { space: ${floats(3)}, sampler: auto } }`;

function study(space: string, trials: number | undefined, more = ''): StudyDefinition {
  const input = {
    name: 's',
    ...(parse(more) as object | null),
    ...(!more.includes('models') && { space: parse(space) as unknown }),
    ...(!more.includes('objectives') && { objective: { name: 'loss', goal: 'minimize' } }),
    ...(!more.includes('stop') && { stop: trials === undefined ? { time: '1h' } : { trials } }),
    trial: { function: 'f', module: './f.ts' },
  };
  const definition = defineStudy(input as object, { directory: '/', seed: 1 });
  checkDefinition(definition);
  checkScheduler(definition);
  return definition;
}

function isServed(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof StudyDefinitionError) return false;
    throw error;
  }
}

describe('sampler: auto, the default', () => {
  it.each<[what: string, space: string, trials: number | undefined, more: string, sampler: string]>([
    ['few floats', floats(10), 100, '', 'gp'],
    ['three floats', floats(3), 100, '', 'gp'],
    ['two floats', floats(2), 100, '', 'forest'],
    ['few floats with a constraint', floats(3), 50, 'constraints: { ms: { below: 3 } }', 'gp'],
    ['few floats, a fixed one not counted', floats(11), 100, 'fixed: { x0: 0.5 }', 'gp'],
    ['more floats', floats(11), 100, '', 'forest'],
    ['more trials', floats(10), 101, '', 'forest'],
    ['mixed parameters', MIXED, 100, '', 'forest'],
    ['conditional floats', BRANCHES, 100, '', 'forest'],
    ['an array of any length', '{ units: { array: { int: [8, 64] }, length: [1, 9] } }', 100, '', 'forest'],
    ['mostly conditional floats', FORKS, 100, '', 'tpe'],
    ['a permutation', ORDER, 100, '', 'gp'],
    ['a permutation and more trials', ORDER, 101, '', 'tpe'],
    ['300 trials', MIXED, 300, '', 'forest'],
    ['more than 300 trials', MIXED, 301, '', 'tpe'],
    ['no count of trials', floats(2), undefined, '', 'tpe'],
    ['eight trials in flight', MIXED, 100, 'parallel: 8', 'forest'],
    ['nine trials in flight', MIXED, 100, 'parallel: 9', 'tpe'],
    ['ten floats and a hundred trials each', floats(10), 1000, 'parallel: 16', 'cma-es'],
    ['ten floats and fewer', floats(10), 999, '', 'tpe'],
    ['nine floats and as many', floats(9), 5000, '', 'tpe'],
    ['ten floats with a constraint', floats(10), 1000, 'constraints: { ms: { below: 3 } }', 'tpe'],
    ['a finite space that fits', SMALL, 10, 'deterministic: true', 'grid'],
    ['a finite space that does not fit', SMALL, 9, 'deterministic: true', 'forest'],
    ['a finite space with noise', SMALL, 10, '', 'forest'],
    [
      'a finite space that need not be tried whole',
      SMALL,
      10,
      'deterministic: true\nstop: { trials: 10, patience: 3 }',
      'forest',
    ],
    ['replicates', floats(3), 50, 'replicates: 3', 'gp'],
    ['two objectives', floats(20), 100, FRONT, 'gp'],
    ['two objectives, more parameters', floats(21), 100, FRONT, 'tpe'],
    ['two objectives, more trials', floats(2), 101, FRONT, 'tpe'],
    ['two objectives, many in flight', floats(2), 100, `${FRONT}\nparallel: 9`, 'tpe'],
    ['two objectives, no count of trials', floats(2), undefined, FRONT, 'tpe'],
    ['two objectives, more than 1,000 trials', floats(2), 1001, FRONT, 'nsga-ii'],
    ['two objectives as one', floats(3), 100, `${FRONT}\nscalarize: { weights: { a: 1, b: 2 } }`, 'gp'],
    ['asha', floats(2), 50, 'scheduler: asha', 'bohb'],
    ['hyperband', floats(2), 50, 'scheduler: { hyperband: { max: 27 } }', 'bohb'],
    ['asha with two objectives', floats(2), 50, `${FRONT}\nscheduler: asha`, 'tpe'],
    ['a pruner', floats(2), 50, 'scheduler: median', 'tpe'],
    ['a pruner of a finite space that fits', SMALL, 10, 'deterministic: true\nscheduler: median', 'tpe'],
    ['racing', floats(2), 50, 'scheduler: racing', 'tpe'],
    ['a population', floats(2), 50, 'scheduler: { pbt: { population: 4, interval: 1 } }', 'pbt'],
    ['several models', '', 100, `models: ${CLASSES}`, 'forest'],
  ])('is for %s what the table says', (_, space, trials, more, sampler) => {
    const chosen = study(space, trials, more);
    expect(chosen.sampler).toEqual({ name: sampler, options: {}, chosen: expect.stringMatching(/^auto 3: ./) });
    // named or not
    expect(study(space, trials, `${more}\nsampler: auto`)).toEqual(chosen);
  });

  it('gives dehb the budgets of its scheduler', () => {
    const { sampler } = study(floats(2), 50, 'scheduler: { dehb: { min: 2, max: 54, iterations: 2 } }');
    expect(sampler).toEqual({ name: 'dehb', options: { min: 2, max: 54 }, chosen: 'auto 3: the scheduler dehb' });
  });

  it('says why', () => {
    expect(study(floats(3), 50).sampler.chosen).toBe('auto 3: 3 continuous parameters and 50 trials');
    expect(study(SMALL, 10, 'deterministic: true').sampler.chosen).toBe(
      'auto 3: the 10 points of the space fit into 10 trials',
    );
  });

  it('of a model class is for its own space and its part of the trials', () => {
    const classes = (changes: string, trials = 100): (string | undefined)[] | undefined =>
      study('', trials, changes).models?.map(({ sampler }) => sampler?.name);
    expect(classes(`models: ${CLASSES}`)).toEqual([undefined, 'forest', 'gp']);
    expect(classes(`models: ${CLASSES}`, 300)).toEqual([undefined, 'forest', 'gp']);
    expect(classes(`models: ${CLASSES}`, 303)).toEqual([undefined, 'forest', 'forest']);
    // a bandit may give one class all but the least of the others
    expect(classes(`models: ${CLASSES}\nbandit: true`, 110)).toEqual([undefined, 'forest', 'gp']);
    expect(classes(`models: ${CLASSES}\nbandit: true`, 111)).toEqual([undefined, 'forest', 'forest']);
  });

  it('of a model class minds conditions on its own parameters, not on the class', () => {
    const { sampler, models } = study(
      '',
      100,
      `models: { svm: { space: ${FORKS}, sampler: auto }, net: { space: ${MIXED} } }`,
    );
    expect(sampler.name).toBe('forest');
    expect(models?.[0]?.sampler?.chosen).toBe('auto 3: 2 of 3 parameters are conditional');
  });

  it('is one that can serve, whatever the study', () => {
    const scheduler = fc.constantFrom(undefined, ...SCHEDULERS.map(({ name }) => ({ name, options: {} })));
    const studies = fc.record({
      space: spaces,
      objectives: fc.integer({ min: 1, max: 4 }),
      constraints: fc.integer({ min: 0, max: 2 }),
      trials: fc.option(fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 1_000_000_000 }))),
      parallel: fc.integer({ min: 1, max: 1000 }),
      deterministic: fc.boolean(),
      scheduler,
    });
    fc.assert(
      fc.property(studies, ({ space, objectives, constraints, trials, scheduler: pace, ...rest }) => {
        const asked = definitionOf({
          ...rest,
          space,
          objectives: Array.from({ length: objectives }, (_, i) => ({ name: `f${i}`, goal: 'minimize' as const })),
          constraints: Array.from({ length: constraints }, (_, i) => ({ name: `g${i}`, below: 0 })),
          stop: trials === null ? { timeMs: 1000, maxFailures: 10 } : { trials, maxFailures: 10 },
          ...(pace && { scheduler: pace }),
        });
        fc.pre(isServed(() => checkScheduler(asked)));
        const definition = { ...asked, sampler: settledSampler(asked, { name: 'auto', options: {} }) };
        checkDefinition(definition);
        expect(createSession(definition).ask([{ number: 0, asOf: 0 }]).suggestions).toHaveLength(1);
      }),
      { numRuns: 150 },
    );
  });

  it('chosen by an earlier rule stays, and so do its suggestions', () => {
    const sampler = { name: 'forest', options: {}, chosen: 'auto 2: 100 trials, of any kind of parameters' };
    const now = study(FORKS, 100);
    const recorded = { ...now, sampler };
    expect(now.sampler.name).toBe('tpe');
    expect(withRecordedSamplers(now, recorded)).toEqual(recorded);
    const asked = (definition: StudyDefinition): unknown => createSession(definition).ask([{ number: 0, asOf: 0 }]);
    expect(asked(recorded)).toEqual(asked(study(FORKS, 100, 'sampler: forest')));
    expect(asked(recorded)).not.toEqual(asked(now));
  });

  it('has no options', () => {
    expect(() => study(floats(2), 50, 'sampler: { auto: { candidates: 3 } }')).toThrow(
      'sampler is { auto: { candidates: 3 } }, expected auto without options; name the sampler that the options are for',
    );
    expect(study(floats(3), 50, 'sampler: { auto: }').sampler.name).toBe('gp');
  });
});
