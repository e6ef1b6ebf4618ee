/** How a trial divides its rows, as its study says. */
import type { SplitData } from '../../evaluation/splits/data.ts';
import type { Fold } from '../../evaluation/splits/fold.ts';
import type { splitsOf } from '../../evaluation/splits/trial-splits.ts';
import { TrialFailedError } from '../../study/errors.ts';
import type { TrialFacts } from './runner.ts';

export type Split = (data: SplitData) => Fold[];

/** What is wrong with dividing rows in a study that does not say how. */
export const NO_EVALUATION: string =
  'this study does not say how rows are divided: expected evaluate in the study file, such as ' +
  'evaluate: { split: { kFold: 5 }, test: { holdOut: 0.2 } }';

/** @param divide  may be absent in a study that has no evaluation: every trial's own process would pay for loading it */
export function createSplit({ evaluation, phase }: TrialFacts, divide: typeof splitsOf | undefined): Split {
  return (data) => {
    if (!evaluation || !divide) throw new TrialFailedError(NO_EVALUATION);
    return divide(evaluation, phase, data);
  };
}
