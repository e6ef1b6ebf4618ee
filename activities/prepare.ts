/** Checks a study's definition where its samplers are, before anything runs: it may have been started by any client. */
import { checkDefinition } from '../samplers/check.ts';
import type { PrepareRequest } from '../study/contract.ts';

/** @throws StudyDefinitionError, which ends the study in words. */
export async function prepare({ definition }: PrepareRequest): Promise<void> {
  checkDefinition(definition);
}
