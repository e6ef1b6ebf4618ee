/** Checks a study's definition where its samplers are, before anything runs: it may have been started by any client. */
import { checkDefinition } from '../samplers/check.ts';
import type { Sampler } from '../samplers/sampler.ts';
import type { PrepareRequest } from '../study/contract.ts';

/** @param samplers  those of this worker. @throws StudyDefinitionError, which ends the study in words. */
export function createPrepare(samplers: readonly Sampler[]): (request: PrepareRequest) => Promise<void> {
  return async function prepare({ definition }) {
    checkDefinition(definition, samplers);
  };
}
