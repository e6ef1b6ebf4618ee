import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkDefinition } from '../../../samplers/check.ts';
import { defineStudy } from '../../../study/definition.ts';
import { float } from '../../../study/schema.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { messageOf } from '../studies.ts';

const svm = { space: { c: { float: [1e-3, 1e3], scale: 'log' }, lr: { float: [0, 1] } } };
const forest = { space: { trees: { int: [10, 500] }, lr: { float: [0, 0.1] } } };

function written(models: object, change: object = {}): object {
  return { name: 'two', models, objective: { name: 'loss', goal: 'minimize' }, trial: 'external', seed: 1, ...change };
}

function define(models: object, change: object = {}): StudyDefinition {
  return defineStudy(written(models, change), { directory: '/' });
}

function refusal(models: object, change: object = { stop: { trials: 60 } }): string {
  return messageOf(() => define(models, change));
}

const weights = ({ models = [] }: StudyDefinition): object =>
  Object.fromEntries(models.map(({ name, weight }) => [name, weight]));

describe('several models', () => {
  it('are one space whose root is the choice of the class', () => {
    const { space } = define(
      {
        svm: {
          space: { kernel: { choice: ['rbf', 'poly'] }, degree: { int: [2, 5], when: { kernel: 'poly' } } },
          forbid: [{ kernel: 'poly', degree: { above: 4 } }],
        },
        forest,
      },
      { stop: { trials: 9 } },
    );
    expect(space).toEqual({
      version: 1,
      parameters: [
        { name: 'model', domain: { kind: 'choice', choices: ['svm', 'forest'] } },
        {
          name: 'svm.kernel',
          domain: { kind: 'choice', choices: ['rbf', 'poly'] },
          when: [{ parameter: 'model', in: ['svm'] }],
        },
        {
          name: 'svm.degree',
          domain: { kind: 'int', low: 2, high: 5, scale: 'linear' },
          when: [
            { parameter: 'model', in: ['svm'] },
            { parameter: 'svm.kernel', in: ['poly'] },
          ],
        },
        {
          name: 'forest.trees',
          domain: { kind: 'int', low: 10, high: 500, scale: 'linear' },
          when: [{ parameter: 'model', in: ['forest'] }],
        },
        {
          name: 'forest.lr',
          domain: { kind: 'float', low: 0, high: 0.1, scale: 'linear' },
          when: [{ parameter: 'model', in: ['forest'] }],
        },
      ],
      forbid: [{ 'svm.kernel': { in: ['poly'] }, 'svm.degree': { above: 4 } }],
    });
  });

  it('have samplers of their own, and spaces as zod schemas', () => {
    const { models, space } = define(
      { svm: { space: z.object({ c: float(1, 2) }), sampler: { gp: { startup: 5 } } }, forest },
      { stop: { trials: 9 }, sampler: 'random' },
    );
    expect(models).toEqual([
      { name: 'svm', weight: 1, sampler: { name: 'gp', options: { startup: 5 } } },
      { name: 'forest', weight: 1 },
    ]);
    expect(space.parameters[1]!.name).toBe('svm.c');
  });

  it('with trials for each say how many the study has', () => {
    const definition = define({ svm: { ...svm, trials: 30 }, forest: { ...forest, trials: 20 } });
    expect(definition.stop).toEqual({ trials: 50, maxFailures: 50 });
    expect(weights(definition)).toEqual({ svm: 30, forest: 20 });
  });

  it.each([
    [{ svm: { trials: 30 }, forest: {} }, 90, { svm: 30, forest: 60 }],
    [{ svm: { trials: 30 }, forest: { share: 2 }, mlp: {} }, 100, { svm: 30, forest: 47, mlp: 23 }],
    [{ svm: { trials: 30 }, forest: { share: 1000 }, mlp: { share: 0.001 } }, 40, { svm: 30, forest: 9, mlp: 1 }],
    [{ svm: {}, forest: { share: 2.5 } }, 100, { svm: 1, forest: 2.5 }],
  ])('%j of %d trials are weighed as %j', (classes, trials, expected) => {
    const models = Object.fromEntries(Object.entries(classes).map(([name, each]) => [name, { ...svm, ...each }]));
    expect(weights(define(models, { stop: { trials } }))).toEqual(expected);
  });

  it('take turns by shares where nothing says how many trials there are', () => {
    expect(weights(define({ svm, forest: { ...forest, share: 3 } }, { stop: { time: '1h' } }))).toEqual({
      svm: 1,
      forest: 3,
    });
  });

  it('end by themselves where all of their samplers do', () => {
    const grid = { ...forest, sampler: 'grid' };
    expect(define({ svm: grid, forest: grid }).stop).toEqual({ maxFailures: 100 });
    expect(messageOf(() => define({ svm, forest: grid }))).toContain('or the study never ends');
  });

  it('are enqueued by plain names beside the class, or by full ones', () => {
    const { enqueue } = define(
      { svm, forest },
      {
        stop: { trials: 9 },
        enqueue: [
          { model: 'svm', c: 10, baseline: true },
          { model: 'forest', 'forest.lr': 0.05 },
        ],
      },
    );
    expect(enqueue).toEqual([
      { params: { model: 'svm', 'svm.c': 10 }, baseline: true },
      { params: { model: 'forest', 'forest.lr': 0.05 }, baseline: false },
    ]);
  });
});

describe('a bandit', () => {
  it('has minimums as weights', () => {
    const definition = define({ svm: { ...svm, trials: 7 }, forest }, { stop: { trials: 60 }, bandit: true });
    expect(weights(definition)).toEqual({ svm: 7, forest: 5 });
    expect(definition.bandit).toEqual({ exploration: 2 });
  });

  it.each([
    [
      { svm: { ...svm, share: 2 }, forest },
      {},
      'models.svm.share is 2, expected no share beside bandit, which divides the rest; leave one of the two out',
    ],
    [
      { svm: { ...svm, trials: 55 }, forest },
      {},
      'models: with bandit each class first has its trials (5 where it says none), which are 60 in sum, expected fewer than stop.trials (60); ask for fewer, or leave bandit out',
    ],
    [
      { svm, forest },
      { bandit: { exploration: -1 } },
      'bandit.exploration is -1, expected a number from 0 to 10; leave it out for 2',
    ],
    [
      { svm, forest },
      { bandit: false },
      'bandit is false, expected true, or options by name; write bandit: true, or bandit: { exploration: 2 }',
    ],
    [
      { svm, forest },
      {
        objective: undefined,
        objectives: [
          { name: 'a', goal: 'minimize' },
          { name: 'b', goal: 'minimize' },
        ],
      },
      'models.bandit is true, expected one objective; weigh them (scalarize), or leave bandit out: it compares best values',
    ],
  ])('is refused with %j %j', (models, change, message) => {
    expect(refusal(models, { stop: { trials: 60 }, bandit: true, ...change })).toBe(message);
  });

  it('is refused without models', () => {
    const study = { ...written({}), models: undefined, space: svm.space, bandit: true, stop: { trials: 9 } };
    expect(messageOf(() => defineStudy(study, { directory: '/' }))).toBe(
      'bandit is true, expected models beside it; leave it out: it chooses between classes',
    );
  });
});

describe('models are refused', () => {
  it.each([
    [
      { svm: {}, forest },
      'models.svm.space is missing, expected parameters by name; add space: { lr: { float: [0, 1] } }',
    ],
    [{ svm }, 'expected two classes or more; write the parameters of a single one as space'],
    [{ svm: { ...svm, trials: 30, share: 2 }, forest }, 'expected trials or share, not both; leave one of the two out'],
    [
      { svm: { ...svm, trials: 0 }, forest },
      'models.svm.trials is 0, expected a whole number from 1 to 1000000000; leave it out for an equal share',
    ],
    [
      { svm: { ...svm, share: 0 }, forest },
      'models.svm.share is 0, expected a number > 0, at most 1000; leave it out for 1',
    ],
    [
      { svm: { ...svm, spcae: 1 }, forest },
      "models.svm.spcae (value 1) is not a known key, expected space, forbid, trials, share or sampler; did you mean 'space'?",
    ],
    [
      { 'my svm': svm, forest },
      "models.my svm: the name \"my svm\" cannot be used, expected 1 to 50 letters, digits, '_' or '-', a letter first; rename the class",
    ],
    [
      { svm: { space: { model: { float: [0, 1] } } }, forest },
      "models.svm.space.model: the name 'model' is taken: it says of which class a trial is; rename the parameter",
    ],
    [{ svm: { space: { lr: { float: [1, 0] } } }, forest }, 'models.svm.space.lr'],
    [
      { svm: { space: { a: { bool: true, when: { b: true } }, b: { bool: true, when: { a: true } } } }, forest },
      'models.svm.space.a.when: conditions go round in a circle (a -> b -> a)',
    ],
    [
      { svm: { ...svm, trials: 30 }, forest: { ...forest, trials: 20 } },
      'stop.trials is 60, but the trials of svm or forest are 50 in sum; leave stop.trials out',
    ],
    [
      { svm: { ...svm, trials: 60 }, forest },
      'models: the trials of the other classes leave 0 of stop.trials (60) for forest, expected one for each; raise stop.trials',
    ],
    [[svm], 'expected model classes by name; write models: {'],
  ])('%j', (models, message) => {
    expect(refusal(models)).toContain(message);
  });

  it('with a rest of nothing in particular', () => {
    expect(refusal({ svm: { ...svm, trials: 30 }, forest }, { stop: { time: '1h' } })).toBe(
      'models: some classes have trials, and forest the rest, but stop.trials is missing; add it, or trials to each class',
    );
  });

  it('beside a space, forbidden regions or fixed values of the whole study', () => {
    const change = { space: svm.space, forbid: [], fixed: { c: 1 }, stop: { trials: 9 } };
    expect(refusal({ svm, forest }, change).split('\n')).toEqual([
      expect.stringContaining("cannot stand beside models; write each class's parameters into its own space"),
      'forbid (value []) cannot stand beside models; write it into the class whose parameters it names',
      'fixed (value { c: 1 }) cannot stand beside models; write { fixed: VALUE } as the parameter in the space of its class',
    ]);
  });

  it('with a population, whose members go on from each other', () => {
    expect(refusal({ svm, forest }, { scheduler: 'pbt', trial: { command: ['train'] } })).toContain(
      'scheduler is "pbt", expected no population beside models; its members go on from each other: use one model',
    );
  });

  it('with an enqueued parameter of another class', () => {
    expect(refusal({ svm, forest }, { stop: { trials: 9 }, enqueue: [{ model: 'svm', trees: 3 }] })).toBe(
      'enqueue[0].trees (value 3) is no parameter, expected model, svm.c, svm.lr, forest.trees or forest.lr; remove it',
    );
  });

  it('with a sampler that there is not, an option that it has not, or a space that it cannot serve', () => {
    const check = (sampler: unknown, change = {}): string =>
      messageOf(() =>
        checkDefinition(define({ svm: { ...svm, sampler }, forest }, { stop: { trials: 9 }, ...change })),
      );
    expect(check('tpo')).toMatch(/^models.svm: sampler: there is no sampler "tpo", expected .*did you mean 'tpe'\?$/);
    expect(check({ tpe: { candidate: 1 } })).toContain('models.svm: sampler.tpe.candidate (value 1) is not an option');
    expect(check({ dehb: { min: 9, max: 3 } })).toMatch(/^models: of class svm, sampler dehb: min is 9 and max 3/);
  });
});
