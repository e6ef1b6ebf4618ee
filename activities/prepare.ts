/** Checks a study's definition where its samplers are, before anything runs: it may have been started by any client. */
import { isBridged } from '../samplers/bridged/bridged.ts';
import { checkDefinition } from '../samplers/check.ts';
import { namedSamplers } from '../samplers/resolve.ts';
import { checkScheduler } from '../schedulers/registry.ts';
import type { Sampler } from '../samplers/sampler.ts';
import type { Prepared, PrepareRequest } from '../study/prepare-forms.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { show } from '../study/wording/json.ts';
import { lookAround } from './look-around.ts';
import { checkLibrary } from './suggest/bridge/bridge.ts';

/** @param samplers  those of this worker. @throws StudyDefinitionError, which ends the study in words. */
export function createPrepare(samplers: readonly Sampler[]): (request: PrepareRequest) => Promise<Prepared | void> {
  return async function prepare({ definition, begins }) {
    checkDefinition(definition, samplers);
    checkScheduler(definition);
    if (namedSamplers(definition, samplers).some(isBridged)) await checkLibrary(definition, samplers);
    if (begins === 'empty' && definition.warmStart)
      throw new StudyDefinitionError(
        `warmStart is ${show(definition.warmStart)}, but the study was started without its trials, which a client reads: ` +
          'start it by TuningClient.start or dtune run, or leave warmStart out',
      );
    if (begins) return lookAround(definition);
  };
}
