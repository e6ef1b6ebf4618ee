/** The sampler that serves a definition: the one it names, or one for all its model classes. */
import { StudyDefinitionError } from '../study/errors.ts';
import type { ModelClass } from '../study/models.ts';
import type { Options } from '../study/options.ts';
import type { StudyDefinition } from '../study/study.ts';
import { modelsSampler, type ClassSampler } from './models/models.ts';
import { resolveOptions, samplerByName } from './registry.ts';
import type { Sampler } from './sampler.ts';

export interface ResolvedSampler {
  readonly sampler: Sampler;
  readonly options: Options;
}

type Wanted = Pick<StudyDefinition, 'sampler' | 'models' | 'bandit'>;

/**
 * @param samplers  those there are; the built-in ones by default
 * @throws StudyDefinitionError if a sampler is unknown or an option is wrong
 */
export function resolveSampler(definition: Wanted, samplers?: readonly Sampler[]): ResolvedSampler {
  const { sampler, models } = definition;
  if (!models) return named(sampler, samplers);
  const classes = models.map((each) => classSampler(definition, each, samplers));
  return { sampler: modelsSampler(classes, definition.bandit) as Sampler, options: {} };
}

/** The samplers by name that a definition's suggestions come from. */
export function namedSamplers({ sampler, models }: Wanted, samplers?: readonly Sampler[]): readonly Sampler[] {
  const wanted = models ? models.map((each) => each.sampler ?? sampler) : [sampler];
  return wanted.map(({ name }) => samplerByName(name, samplers));
}

function named({ name, options }: StudyDefinition['sampler'], samplers?: readonly Sampler[]): ResolvedSampler {
  const sampler = samplerByName(name, samplers);
  return { sampler, options: resolveOptions(sampler, options) };
}

function classSampler(
  { sampler }: Wanted,
  { name, weight, sampler: own = sampler }: ModelClass,
  samplers?: readonly Sampler[],
): ClassSampler {
  try {
    return { name, weight, ...named(own, samplers) };
  } catch (error) {
    if (error instanceof StudyDefinitionError) throw new StudyDefinitionError(`models.${name}: ${error.message}`);
    throw error;
  }
}
