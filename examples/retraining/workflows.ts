/** Retraining as one workflow: prepare, tune, compare with the model in use, ask a person or let a clear gain pass, promote, notify. */
import {
  condition,
  defineQuery,
  defineSignal,
  executeChild,
  proxyActivities,
  setHandler,
  type QueryDefinition,
  type SignalDefinition,
} from '@temporalio/workflow';
import { studyOptions, studyWorkflow } from '../../workflows/index.ts';
import type { Model, RetrainingActivities } from './activities.ts';

export * from '../../workflows/index.ts';

export interface Retraining {
  readonly study: string;
  readonly trials: number;
  /** A gain of at least this goes into use by itself; a smaller one that is real waits for a person. */
  readonly enough: number;
  /** How long a person has, milliseconds. */
  readonly patienceMs: number;
}

export type Ending = 'kept' | 'promoted' | 'rejected' | 'expired';

/** A person's word: whether the model is to be used. */
export const decide: SignalDefinition<[boolean]> = defineSignal('decide');
/** What a person is asked, or null where nobody is. */
export const question: QueryDefinition<string | null> = defineQuery('question');

const { prepare, promote, notify } = proxyActivities<RetrainingActivities>({
  startToCloseTimeout: '1 minute',
  retry: { maximumInterval: '10 seconds' },
});

export async function retrain({ study, trials, enough, patienceMs }: Retraining): Promise<Ending> {
  let asked: string | null = null;
  let word: boolean | undefined;
  setHandler(question, () => asked);
  setHandler(decide, (yes) => void (word = yes));

  const { evaluation } = await executeChild(studyWorkflow, studyOptions(await prepare(study, trials)));
  const verdict = evaluation?.judgement?.verdict;
  const model = evaluation?.challenger?.params as Model | undefined;
  if (verdict?.decision !== 'promote' || !model) {
    await notify(`${study}: the model in use stays (${verdict?.reason ?? evaluation?.reason ?? 'nothing was better'})`);
    return 'kept';
  }
  if (verdict.effect! < enough) {
    asked = `${study}: ${verdict.reason}; use C = ${model.C}, gamma = ${model.gamma}?`;
    const inTime = await condition(() => word !== undefined, patienceMs);
    asked = null;
    if (!inTime || word === false) {
      await notify(`${study}: the model in use stays, ${inTime ? 'somebody wanted it so' : 'nobody answered in time'}`);
      return inTime ? 'rejected' : 'expired';
    }
  }
  await promote(model);
  await notify(`${study}: accuracy ${verdict.champion} -> ${verdict.challenger}, in use now`);
  return 'promoted';
}
