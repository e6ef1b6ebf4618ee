/** Whether a definition is one its sampler can serve: asked by the command line, and by a study's first activity. */
import { compileSpace } from '../study/space/dimensions.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { fixedFault, fixedIn } from '../study/space/fixed.ts';
import { checkForbidden, encode } from '../study/space/point.ts';
import { objectivesSeen } from '../study/scalarize.ts';
import type { StudyDefinition } from '../study/study.ts';
import { resolveSampler } from './resolve.ts';
import type { Problem, Sampler } from './sampler.ts';

/**
 * @param samplers  those there are; the built-in ones by default
 * @throws StudyDefinitionError when the sampler is unknown, an option is wrong, the fixed values do not fit, or the problem is not
 * for this sampler
 */
export function checkDefinition(definition: StudyDefinition, samplers?: readonly Sampler[]): void {
  const { sampler, options } = resolveSampler(definition, samplers);
  const compiled = compileSpace(definition.space);
  checkForbidden(compiled);
  const fixed = fixedIn(compiled, definition.fixed);
  const fault = Object.keys(fixed).length === 0 ? undefined : fixedFault(definition.space, fixed);
  if (fault !== undefined) throw new StudyDefinitionError(`fixed${fault}`);
  if (definition.defineByRun && !sampler.parameter)
    throw new StudyDefinitionError(
      `sampler ${sampler.name} does not serve trials that ask for parameters while they run (defineByRun); use tpe, random or brute-force`,
    );
  const problem = problemOf(definition);
  const verdict = sampler.supports(problem, options);
  if (verdict !== true)
    throw new StudyDefinitionError(`${definition.models ? sampler.name : `sampler ${sampler.name}`}: ${verdict}`);
}

export function problemOf(definition: StudyDefinition): Problem {
  const { constraints, parallel, fixed, defineByRun } = definition;
  const space = compileSpace(definition.space);
  return {
    space,
    objectives: objectivesSeen(definition),
    constraints: constraints.length,
    parallel,
    // what trials ask for tells points of the space apart
    deterministic: definition.deterministic && !defineByRun,
    ...(fixed && { fixed: encode(space, fixedIn(space, fixed)) }),
  };
}
