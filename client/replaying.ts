/** A study that trains once what a population found: the schedule of one of its trials, interval after interval. */
import { compileSpace } from '../study/space/dimensions.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { LineageInterval } from '../study/trial/lineage.ts';
import { encodeFull } from '../study/space/point.ts';
import type { EnqueuedTrial, StudyDefinition } from '../study/study.ts';

/** What is to be trained again, and of which study. */
export interface FoundSchedule {
  readonly study: string;
  readonly lineage: readonly LineageInterval[];
}

const MAX_NAME = 200;

/**
 * A study of `definition`'s trial that is one training with this schedule, named after both. Each interval has the parameters, the
 * budget and the training seed that it had, and the checkpoint of the one before: a deterministic training comes to the same values.
 * The trial's number is another.
 *
 * @throws StudyDefinitionError where the parameters are not those of the definition's space
 */
export function replayOf(definition: StudyDefinition, { study, lineage }: FoundSchedule): StudyDefinition {
  const { scheduler: _, fixed: _fixed, warmStart: _warmStart, promote: _promote, ...kept } = definition;
  const last = lineage.at(-1)!;
  const name = `${definition.name}-replay-${last.number}`;
  if (name.length > MAX_NAME)
    throw new StudyDefinitionError(
      `'${name}' has ${name.length} characters, expected at most ${MAX_NAME}; shorten the name of the study file`,
    );
  const enqueue = lineage.map((interval) => enqueued(definition, study, interval));
  return {
    ...kept,
    name,
    scheduler: { name: 'replay', options: { intervals: lineage.length, interval: lineage[0]!.to } },
    sampler: { name: 'pbt', options: {} },
    parallel: 1,
    stop: { maxFailures: 1 },
    enqueue,
  };
}

function enqueued(
  definition: StudyDefinition,
  study: string,
  { number, params, seed }: LineageInterval,
): EnqueuedTrial {
  try {
    encodeFull(compileSpace(definition.space), params);
  } catch (error) {
    if (!(error instanceof StudyDefinitionError)) throw error;
    throw new StudyDefinitionError(
      `trial ${number} of study '${study}' does not fit the space of study '${definition.name}': ${error.message}; ` +
        'give its parameters the space that they were found in',
      { cause: error },
    );
  }
  return { params, baseline: false, seed };
}
