/** Changes of what suggestions are made from: the space and the sampler. What older trials are in a new space: ../space-change.ts. */
import { compileSpace } from '../space/dimensions.ts';
import { fixedFault, fixedIn } from '../space/fixed.ts';
import { checkForbidden, encode } from '../space/point.ts';
import type { Params, Space } from '../space/space.ts';
import type { StudyDefinition } from '../study.ts';
import { listed } from '../syntax/field.ts';
import { isRecord, show } from '../wording/json.ts';
import { endlessFault } from './budget.ts';
import type { Ledger } from './ledger.ts';
import { misfitIn } from './queue.ts';

/** @throws StudyDefinitionError on a space that cannot be */
export function spaceFault({ definition, state }: Ledger, space: Space, was: Params): string | undefined {
  if (!isRecord(space) || !Array.isArray(space.parameters) || !Array.isArray(space.forbid))
    return `space: got ${show(space)}, expected { version, parameters, forbid }`;
  if (definition.models)
    return `space: the study has the model classes ${listed(definition.models.map(({ name }) => name))}, whose spaces stay as they are; start a study with the new ones, and warmStart: ${definition.name}`;
  const expected = definition.space.version + 1;
  if (space.version !== expected)
    return `space: its version is ${show(space.version)}, expected ${expected}: somebody else has changed the space; look at it and send the change again`;
  if (!isRecord(was)) return `space: was is ${show(was)}, expected values of new parameters by name, or {}`;
  const compiled = compileSpace(space);
  checkForbidden(compiled);
  const known = compileSpace(definition.space).slotOf;
  const old = Object.keys(was).find((name) => known.has(name));
  if (old !== undefined) return `space: was.${old} is given, but the trials so far have values of their own for it`;
  encode(compiled, was);
  const fixed = fixedIn(compiled, definition.fixed);
  const unfit = Object.keys(fixed).length === 0 ? undefined : fixedFault(space, fixed);
  if (unfit !== undefined) return `space: fixed${unfit}`;
  for (const trial of state.queue) {
    const misfit = misfitIn({ ...definition, space }, trial);
    if (misfit !== undefined)
      return `space: a trial that waits to be tried is not in it (${misfit}); send this again once it was tried`;
  }
  return undefined;
}

export function samplerFault({ stop }: StudyDefinition, sampler: StudyDefinition['sampler']): string | undefined {
  if (!isRecord(sampler) || typeof sampler.name !== 'string' || !isRecord(sampler.options))
    return `sampler: got ${show(sampler)}, expected { name, options }`;
  return endlessFault('sampler', sampler.name, stop);
}
