import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEvaluator, type Evaluator } from '../../../bench/samplers/evaluator.ts';
import { countOf, seedsOf } from '../../../bench/samplers/flags.ts';
import { bestSoFar, play } from '../../../bench/samplers/play.ts';
import { chooseProblems, problemNamed, studyOf } from '../../../bench/samplers/problem.ts';

const random = { name: 'random', options: {} };
let evaluator: Evaluator;
beforeAll(() => {
  evaluator = startEvaluator('python3');
});
afterAll(() => evaluator.close());

describe('a played study', () => {
  // those that need no package of Python's
  it.each(['svm_wine', 'mlp_wine', 'cond_models', 'qap_nug12', 'fifty_methods', 'svm_wine@8'])(
    'of %s goes on from its best value to none worse, the same each time',
    async (name) => {
      const spec = problemNamed(name)!;
      const run = await play(evaluator, spec, random, 1, 20);
      expect(run).toMatchObject({ problem: name, seed: 1, n: 20 });
      expect(run.curve).toHaveLength(20);
      expect(run.curve).toEqual(run.curve!.toSorted((a, b) => b! - a!));
      expect(run.curve!.at(-1)).toBeGreaterThanOrEqual(spec.best_known!);
      expect(run.ask_ms).toBeGreaterThan(0);
      expect((await play(evaluator, spec, random, 1, 20)).curve).toEqual(run.curve);
      expect((await play(evaluator, spec, random, 2, 20)).curve).not.toEqual(run.curve);
    },
  );

  it('has its trials close in another order when several are in flight', async () => {
    const [alone, together] = await Promise.all(
      ['svm_wine', 'svm_wine@8'].map((name) => play(evaluator, problemNamed(name)!, random, 1, 20)),
    );
    expect(together.curve).not.toEqual(alone.curve);
  });

  it('of several objectives has its hypervolume', async () => {
    const run = await play(evaluator, problemNamed('zdt1')!, random, 1, 50);
    expect(run.curve).toBeUndefined();
    expect(run.hv![50]).toBeGreaterThan(run.hv![25]);
    expect(run.hv![50]).toBeLessThan(7.37);
  });

  it('ends with the evaluator’s own words where a parameter is missing', async () => {
    await expect(evaluator.evaluate('svm_wine', { C: 1 }, 0)).rejects.toThrow("KeyError: 'gamma'");
  });
});

describe('an evaluator that cannot start', () => {
  it('says so, each time', async () => {
    const none = startEvaluator('/no/such/python');
    await expect(none.evaluate('svm_wine', {}, 0)).rejects.toThrow('/no/such/python) did not start');
    await expect(none.evaluate('svm_wine', {}, 0)).rejects.toThrow('did not start');
  });
});

describe('the hypervolume', () => {
  it('is what the points dominate up to the reference point', async () => {
    // zdt1 refers to (1.1, 7): 0.6 * 6 + 0.5 * 5 less what both cover
    const points = [
      [0.5, 1],
      [0.6, 0.5],
      [0.7, 0.9],
      [2, 0],
    ];
    expect(await evaluator.hypervolume('zdt1', points)).toBeCloseTo(0.6 * 6 + 0.5 * 0.5);
    // dtlz2 refers to (2, 2, 2): two boxes of 1 * 1.5 * 1.5, and what both cover
    const boxes = [
      [1, 0.5, 0.5],
      [0.5, 1, 0.5],
    ];
    expect(await evaluator.hypervolume('dtlz2', boxes)).toBeCloseTo(2 * 1.5 * 1.5 - 1.5);
  });
});

describe('the best so far', () => {
  it('passes over what is not feasible', () => {
    const results = [
      { value: 1, constraints: [0.5, -1] },
      { value: 3, constraints: [0, -1] },
      { value: 2, constraints: [-1, -1] },
    ];
    expect(bestSoFar(results, 3)).toEqual([null, 3, 2]);
  });

  it('is the true value of what looks best', () => {
    const results = [
      { value: 3, true: 2.5 },
      { value: 1, true: 4 },
      { value: 2, true: 2 },
    ];
    expect(bestSoFar(results, 3)).toEqual([2.5, 4, 4]);
  });

  it('stays what it is when a sampler ends before its budget', () => {
    expect(bestSoFar([{ value: 1 }], 3)).toEqual([1, 1, 1]);
  });
});

describe('flags', () => {
  it('are a range of seeds, or one', () => {
    expect(seedsOf('2-4')).toEqual([2, 3, 4]);
    expect(seedsOf('7')).toEqual([7]);
  });

  it.each(['', '4-2', '1,2', '-1'])('refuse the seeds %j', (text) => {
    expect(() => seedsOf(text)).toThrow(`--seeds is '${text}'`);
  });

  it.each(['0', '1.5', 'ten'])('refuse the count %j', (text) => {
    expect(() => countOf('--budget', text)).toThrow(`--budget is '${text}'`);
  });
});

describe('a problem as a study', () => {
  it('has the sampler that auto chooses for it', () => {
    const auto = { name: 'auto', options: {} };
    const names = ['bbob_f1_d10_i1', 'mlp_wine', 'cond_models', 'svm_wine@9'].map((name) => problemNamed(name)!);
    expect(names.map((spec) => studyOf(spec, auto, 1, 100).sampler.name)).toEqual(['gp', 'forest', 'tpe', 'tpe']);
    expect(studyOf(names[0], random, 1, 100).sampler).toEqual(random);
  });
});

describe('a choice of problems', () => {
  it('is by group, by dimension, by name, and several at a time', () => {
    expect(chooseProblems('a25')).toHaveLength(16);
    expect(chooseProblems('a10,svm_wine').map(({ id }) => id)).toContain('svm_wine');
    expect(chooseProblems('c@8').map(({ parallel }) => parallel)).toEqual([8, 8, 8]);
  });

  it('names what is no problem', () => {
    expect(() => chooseProblems('b,svm_whine')).toThrow("'svm_whine'");
  });
});
