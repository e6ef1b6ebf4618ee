/**
 * A trial whose training and evaluation are steps of their own: what training left as checkpoint is recorded before it is measured, so
 * that whatever fails in between, or is killed, repeats the step that it was in and no other. All other trials have one step.
 */
import type { Outcome } from '../../study/ledger/ledger.ts';
import { MAX_REPORTS, studyName, trialQueue } from '../../study/contract.ts';
import { mergeReports, thinReports } from '../../study/trial/result.ts';
import { isForeign } from '../../study/study.ts';
import type { TrialResult } from '../../study/trial/trial.ts';
import { after, attempted, type TrialTask } from './trial.ts';

/** Runs a trial to its outcome. Never rejects. */
export function settle(task: TrialTask): Promise<Outcome> {
  const { evaluate, trained, request } = task;
  // no promise more than needed: each costs a workflow a stack trace
  if (!evaluate) return attempted(task);
  if (!trained) return attempted(task).then((ended) => measured(task, ended));
  return measured(task, { kind: 'result', result: trained, attempts: request.attemptsBefore });
}

/**
 * The outcome of a trial that has ended training: where it has an evaluation of its own, that of this one. Never rejects. One that is
 * paused meanwhile takes with it what the training brought.
 */
export async function measured(task: TrialTask, ended: Outcome): Promise<Outcome> {
  const { evaluate } = task;
  if (!evaluate || ended.kind !== 'result') return ended;
  const { result: trained, attempts } = ended;
  const { checkpoint } = trained;
  // its worker has refused a training without a checkpoint
  if (checkpoint === undefined) throw new RangeError(`trial ${task.request.number} left no checkpoint to be measured`);
  const { crossings: _, fallbacks: __, ...request } = task.request;
  const outcome = await attempted({
    // who trains on a queue of their own does not run what is ours
    queue: evaluate.queue ?? (isForeign(task.request.trial) ? trialQueue(studyName(request.study)) : task.queue),
    ...(task.priority && { priority: task.priority }),
    request: { ...request, trial: evaluate, stage: 'evaluate', attemptsBefore: attempts, checkpoint },
  });
  return after(ended.crossed ?? [], whole(trained, outcome));
}

/** What both stages came to. */
function whole(trained: TrialResult, outcome: Outcome): Outcome {
  switch (outcome.kind) {
    case 'result':
      return { ...outcome, result: together(trained, outcome.result) };
    case 'failed':
      return { ...outcome, reports: trained.reports };
    case 'paused':
      return { ...outcome, notes: { ...outcome.notes, trained } };
  }
}

/** Values, constraints and predictions are those that were measured; the curve and the checkpoint are the training's. */
function together(trained: TrialResult, measured: TrialResult): TrialResult {
  const cost = trained.cost === undefined ? measured.cost : trained.cost + (measured.cost ?? 0);
  const attributes = { ...trained.attributes, ...measured.attributes };
  return {
    ...trained,
    ...measured,
    ...(cost !== undefined && { cost }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    reports: thinReports(mergeReports([...trained.reports, ...measured.reports]), MAX_REPORTS),
    ...(trained.curve !== undefined && { curve: trained.curve }),
    ...(trained.checkpoint !== undefined && { checkpoint: trained.checkpoint }),
  };
}
