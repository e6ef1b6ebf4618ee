/** What a study does with its trials, and nothing else: the workflows of the tests of batches and long trials. */
import {
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import { ACTIVITIES, SIGNALS, STUDY_QUEUE, type TuningActivities } from '../../study/contract.ts';
import type { ChildState, TrialEnded } from '../../study/trial/trial-forms.ts';
import type { Outcome } from '../../study/ledger/ledger.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { runBatches } from '../../workflows/trial/batch.ts';
import { taskOf, type TrialTask } from '../../workflows/trial/trial.ts';
import { cancelLongTrial, longTrialId, startLongTrial } from '../../workflows/trial/long-trial.ts';

export { laneWorkflow } from '../../workflows/trial/lane.ts';
export { trialWorkflow } from '../../workflows/trial/long-trial.ts';
export * from './pipelines.ts';

export interface Trials {
  readonly definition: StudyDefinition;
  readonly count: number;
  /** What earlier attempts left. */
  readonly checkpoint?: string;
}

/** Runs a batch to the outcomes of its trials. */
export async function batchWorkflow(trials: Trials): Promise<readonly Outcome[]> {
  const running = runBatches(tasksOf(trials), 1000);
  CancellationScope.current().cancelRequested.catch(() => running.forEach(({ cancel }) => cancel()));
  return CancellationScope.nonCancellable(() => Promise.all(running.map(({ outcome }) => outcome)));
}

export const end = defineSignal('end');
export const cancelTrials = defineSignal('cancelTrials');

export interface LongTrials extends Trials {
  /** Whether it continues as new once they have started. */
  readonly continues?: boolean;
  readonly run?: number;
}

/** Starts long trials and hears of them, until it has heard of all or is told to end. */
export async function longWorkflow(input: LongTrials): Promise<{ runs: number; heard: TrialEnded[]; ids: string[] }> {
  const heard: TrialEnded[] = [];
  let told = false;
  const rows = rowsOf(input);
  setHandler(defineSignal<[TrialEnded]>(SIGNALS.trialEnded), (ended) => void heard.push(ended));
  setHandler(end, () => void (told = true));
  setHandler(cancelTrials, () => rows.forEach((row) => void cancelLongTrial(row)));
  const run = input.run ?? 1;
  if (run === 1) await Promise.all(rows.map((row) => startLongTrial(taskOf(input.definition, row), longTrialId(row))));
  if (run === 1 && input.continues) await continueAsNew<typeof longWorkflow>({ ...input, run: run + 1 });
  await condition(() => told || heard.length >= rows.length);
  return { runs: run, heard, ids: rows.map(longTrialId) };
}

/** What the look-out says of these workflows. */
export async function lookWorkflow(children: string[]): Promise<readonly ChildState[]> {
  const activities = proxyActivities<Record<string, TuningActivities['lookAfter']>>({
    taskQueue: STUDY_QUEUE,
    startToCloseTimeout: '1 minute',
    retry: { maximumAttempts: 3 },
  });
  return activities[ACTIVITIES.lookAfter]!({ children });
}

function tasksOf(trials: Trials): TrialTask[] {
  return rowsOf(trials).map((row) => taskOf(trials.definition, row));
}

function rowsOf({ count, checkpoint }: Trials): LedgerRow[] {
  return Array.from({ length: count }, (_, number) => ({
    number,
    state: 'running',
    origin: 'sampler',
    x: Float64Array.of(number / 1000, 1),
    space: 1,
    sampler: 1,
    seed: number,
    asOf: 0,
    reports: [],
    attempts: 0,
    ...(checkpoint !== undefined && { notes: { checkpoint } }),
  }));
}
