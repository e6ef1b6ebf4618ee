import { describe, expect, it } from 'vitest';
import { StudyDefinitionError } from '../../study/errors.ts';
import { resolveOptions, samplerByName, samplerNames } from '../../samplers/registry.ts';
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
    expect(samplerNames()).toEqual(['tpe', 'random', 'quasi-random', 'grid']);
    for (const name of samplerNames()) expect(samplerByName(name).name).toBe(name);
  });

  it('says which samplers there are, and which was meant', () => {
    expect(() => samplerByName('tp')).toThrow(StudyDefinitionError);
    expect(() => samplerByName('quasirandom')).toThrow(
      'sampler: there is no sampler "quasirandom", expected tpe, random, quasi-random or grid; did you mean \'quasi-random\'?',
    );
    expect(() => samplerByName('annealing')).toThrow('choose one of these');
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
