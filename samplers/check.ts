/** Whether a definition is one its sampler can serve: asked by the command line, and by a study's first activity. */
import { compileSpace } from '../study/dimensions.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { checkForbidden } from '../study/point.ts';
import type { StudyDefinition } from '../study/study.ts';
import { resolveOptions, samplerByName } from './registry.ts';
import type { Problem, Sampler } from './sampler.ts';

/**
 * @param samplers  those there are; the built-in ones by default
 * @throws StudyDefinitionError when the sampler is unknown, an option is wrong, or the problem is not for this sampler
 */
export function checkDefinition(definition: StudyDefinition, samplers?: readonly Sampler[]): void {
  const sampler = samplerByName(definition.sampler.name, samplers);
  const options = resolveOptions(sampler, definition.sampler.options);
  const problem = problemOf(definition);
  checkForbidden(problem.space);
  const verdict = sampler.supports(problem, options);
  if (verdict !== true) throw new StudyDefinitionError(`sampler ${sampler.name}: ${verdict}`);
}

export function problemOf({ space, objectives, constraints, parallel, deterministic }: StudyDefinition): Problem {
  return {
    space: compileSpace(space),
    objectives: objectives.length,
    constraints: constraints.length,
    parallel,
    deterministic,
  };
}
