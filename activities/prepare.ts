/** Checks a study's definition where its samplers are, before anything runs: it may have been started by any client. */
import { checkDefinition } from '../samplers/check.ts';
import type { Sampler } from '../samplers/sampler.ts';
import type { Prepared, PrepareRequest } from '../study/contract.ts';
import { lookAround } from './look-around.ts';

/** @param samplers  those of this worker. @throws StudyDefinitionError, which ends the study in words. */
export function createPrepare(samplers: readonly Sampler[]): (request: PrepareRequest) => Promise<Prepared | void> {
  return async function prepare({ definition, begins }) {
    checkDefinition(definition, samplers);
    if (begins) return lookAround(definition);
  };
}
