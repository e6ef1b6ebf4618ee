/** What every analysis reads: a definition and trials as the outside has them, whether read from a study, an archive or an export. */
import { compileSpace, type CompiledSpace } from '../study/space/dimensions.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { encodeFull } from '../study/space/point.ts';
import type { Objective, StudyDefinition } from '../study/study.ts';
import { fixedIn } from '../study/space/fixed.ts';
import type { TrialRecord } from '../study/trial/trial.ts';

export interface StudyTrials {
  /** As it now stands: trials of an older space count where they fit into this one. */
  readonly definition: Pick<StudyDefinition, 'name' | 'space' | 'objectives' | 'defineByRun'>;
  /** In any order; told and imported ones count like the study's own. */
  readonly trials: readonly TrialRecord[];
}

/** Trials with a value of one objective, by number. */
export interface MeasuredPoints {
  readonly space: CompiledSpace;
  readonly objective: Objective;
  /** One number a dimension, NaN where inactive. */
  readonly points: readonly Float64Array[];
  /** In the user's own direction. */
  readonly values: Float64Array;
  readonly numbers: readonly number[];
  /** Trials with a value whose parameters are not of this space. */
  readonly outside: number;
}

/** The objective of this name, by default the first. @throws StudyDefinitionError if there is none */
export function objectiveOf({ objectives, name }: StudyTrials['definition'], wanted?: string): Objective {
  const objective = wanted === undefined ? objectives[0] : objectives.find((each) => each.name === wanted);
  if (objective) return objective;
  const names = objectives.map((each) => each.name).join(', ');
  throw new StudyDefinitionError(`study '${name}' has no objective '${wanted}'; its objectives are ${names}`);
}

/** Whether a trial's values are those of a whole run: complete, or infeasible; a pruned one was never measured to its end. */
export function isMeasured({ state, values }: TrialRecord): boolean {
  return values !== null && (state === 'complete' || state === 'infeasible');
}

/**
 * The measured trials whose parameters are of the definition's space.
 * @throws StudyDefinitionError if there are fewer than `least`, or no such objective
 */
export function measuredPoints({ definition, trials }: StudyTrials, least: number, wanted?: string): MeasuredPoints {
  const space = compileSpace(definition.space);
  const objective = objectiveOf(definition, wanted);
  if (definition.defineByRun && space.dimensions.length === 0)
    throw new StudyDefinitionError(
      `study '${definition.name}' has no space: its trials asked for their parameters while they ran, and which they could have been is not ` +
        'known; expected parameters in its space',
    );
  const measured = trials
    .filter((trial) => isMeasured(trial) && Number.isFinite(trial.values![objective.name]))
    .toSorted((a, b) => a.number - b.number);
  const found = measured.flatMap((trial) => {
    const x = pointOf(space, trial, definition.defineByRun);
    return x ? [{ x, trial }] : [];
  });
  if (found.length < least)
    throw new StudyDefinitionError(
      `study '${definition.name}' has ${found.length} complete trials in its space, expected at least ${least}; ` +
        'wait until more are done',
    );
  return {
    space,
    objective,
    points: found.map(({ x }) => x),
    values: Float64Array.from(found, ({ trial }) => trial.values![objective.name]),
    numbers: found.map(({ trial }) => trial.number),
    outside: measured.length - found.length,
  };
}

function pointOf(space: CompiledSpace, { params }: TrialRecord, defineByRun = false): Float64Array | undefined {
  try {
    // what it asked for while it ran is not of the space
    return encodeFull(space, defineByRun ? fixedIn(space, params) : params);
  } catch (error) {
    if (error instanceof StudyDefinitionError) return undefined;
    throw error;
  }
}
