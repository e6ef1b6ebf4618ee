/** Empirical distribution functions of objective values: which share of a study's trials is at least as small as a value. */
import { isMeasured, objectiveOf, type StudyTrials } from './study-trials.ts';

export interface Edf {
  readonly study: string;
  readonly objective: string;
  /** Distinct values, ascending. */
  readonly values: readonly number[];
  /** Share of the measured trials with at most this value, ascending to 1. */
  readonly shares: readonly number[];
}

/** One a study, in their order; without any point where a study has no measured trial. */
export function edf(studies: readonly StudyTrials[], objective?: string): Edf[] {
  return studies.map(({ definition, trials }) => {
    const { name } = objectiveOf(definition, objective);
    const sorted = trials
      .filter((trial) => isMeasured(trial) && Number.isFinite(trial.values![name]))
      .map((trial) => trial.values![name])
      .sort((a, b) => a - b);
    const steps = [...sorted.keys()].filter((i) => sorted[i] !== sorted[i + 1]);
    return {
      study: definition.name,
      objective: name,
      values: steps.map((i) => sorted[i]),
      shares: steps.map((i) => (i + 1) / sorted.length),
    };
  });
}
