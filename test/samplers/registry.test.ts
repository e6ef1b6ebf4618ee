import { listed } from '../../study/syntax/field.ts';
import { describe, expect, it } from 'vitest';
import { StudyDefinitionError } from '../../study/errors.ts';
import { KNOWN, resolveOptions, samplerByName, samplerNames, withOwnSamplers } from '../../samplers/registry.ts';
import type { Sampler } from '../../samplers/sampler.ts';

const sampler = {
  ...samplerByName('random'),
  name: 'sample',
  options: {
    count: { type: 'int', default: 3, low: 1, high: 9, doc: 'A count' },
    share: { type: 'float', default: 0.5, low: 0, high: 1, doc: 'A share' },
    joint: { type: 'bool', default: true, doc: 'Together' },
    mode: { type: 'enum', default: 'fast', values: ['fast', 'slow'], doc: 'How' },
  },
} satisfies Sampler as Sampler;

describe('the registry', () => {
  it('has every sampler under its own name', () => {
    expect(samplerNames()).toEqual([
      'tpe',
      'adaptive-tpe',
      'gp',
      'forest',
      'boosting',
      'cma-es',
      'bohb',
      'dehb',
      'pbt',
      'pb2',
      'nsga-ii',
      'nsga-iii',
      'differential-evolution',
      'regularized-evolution',
      'simulated-annealing',
      'random',
      'quasi-random',
      'latin-hypercube',
      'grid',
      'brute-force',
    ]);
    for (const name of samplerNames()) expect(samplerByName(name).name).toBe(name);
  });

  it('says which samplers there are, and which was meant', () => {
    expect(() => samplerByName('tp')).toThrow(StudyDefinitionError);
    expect(() => samplerByName('quasirandom')).toThrow(
      `sampler: there is no sampler "quasirandom", expected ${listed(samplerNames(KNOWN))}; did you mean 'quasi-random'?`,
    );
    expect(() => samplerByName('annealing')).toThrow('choose one of these');
  });

  it('knows samplers of your own by name, where they were given', () => {
    const samplers = withOwnSamplers([sampler]);
    expect(samplerByName('sample', samplers)).toBe(sampler);
    expect(samplerByName('tpe', samplers)).toBe(samplerByName('tpe'));
    expect(() => samplerByName('simple', samplers)).toThrow(
      `there is no sampler "simple", expected ${listed([...samplerNames(KNOWN), 'sample'])}; did you mean 'sample'?`,
    );
    expect(() => samplerByName('sample')).toThrow(`expected ${listed(samplerNames(KNOWN))};`);
  });

  it.each([
    [[{ ...sampler, name: 'tpe' }], 'two samplers are named "tpe": the built-in one and samplers[0]; rename yours'],
    [
      [{ ...sampler, name: 'auto' }],
      'two samplers are named "auto": the choice among all and samplers[0]; rename yours',
    ],
    [[sampler, { ...sampler }], 'two samplers are named "sample": samplers[0] and samplers[1]; rename yours'],
    [[undefined], 'samplers[0] has the name undefined, expected text'],
    [[{ ...sampler, name: '' }], 'samplers[0] has the name "", expected text'],
    [[{ ...sampler, version: '2' }], 'samplers[0] \'sample\' has version "2", expected a whole number'],
    [[{ ...sampler, options: undefined }], "samplers[0] 'sample' has options undefined, expected option specs by name"],
    [[{ ...sampler, heavy: true }], "samplers[0] 'sample' has heavy true, expected a function of trials and problem"],
    [[{ ...sampler, module: 3 }], "samplers[0] 'sample' has module 3, expected import.meta.url of its module"],
    [
      [sampler, { ...sampler, advance: 1, suggest: null }],
      "samplers[1] 'sample' lacks advance and suggest, expected functions",
    ],
  ])('refuses what cannot be a sampler of your own, or has a name that is taken, in words', (own, message) => {
    expect(() => withOwnSamplers(own as Sampler[])).toThrow(StudyDefinitionError);
    expect(() => withOwnSamplers(own as Sampler[])).toThrow(message);
  });

  it('fills in defaults, in the order of the specs', () => {
    const options = resolveOptions(sampler, { mode: 'slow', count: 9 });
    expect(options).toEqual({ count: 9, share: 0.5, joint: true, mode: 'slow' });
    expect(Object.keys(options)).toEqual(['count', 'share', 'joint', 'mode']);
  });

  it.each([
    [
      { cuont: 1 },
      "sampler.sample.cuont (value 1) is not an option, expected count, share, joint or mode; did you mean 'count'?",
    ],
    [{ toString: 1 }, 'sampler.sample.toString (value 1) is not an option'],
    [{ count: 2.5 }, 'sampler.sample.count is 2.5, expected a whole number from 1 to 9; leave it out for 3'],
    [{ count: 0 }, 'sampler.sample.count is 0, expected a whole number from 1 to 9'],
    [{ count: '4' }, 'sampler.sample.count is "4", expected a whole number from 1 to 9'],
    [{ share: NaN }, 'sampler.sample.share is NaN, expected a number from 0 to 1'],
    [{ joint: 1 }, 'sampler.sample.joint is 1, expected true or false; leave it out for true'],
    [{ mode: 'quick' }, 'sampler.sample.mode is "quick", expected fast or slow; leave it out for fast'],
    [{ mode: null }, 'sampler.sample.mode is null, expected fast or slow'],
  ])('refuses %j in words', (raw, message) => {
    expect(() => resolveOptions(sampler, raw)).toThrow(StudyDefinitionError);
    expect(() => resolveOptions(sampler, raw)).toThrow(message);
  });

  it('says that a sampler has no options', () => {
    expect(() => resolveOptions(samplerByName('random'), { seed: 1 })).toThrow(
      'sampler.random.seed (value 1) is not an option, expected none: it has no options; remove it',
    );
  });
});
