/**
 * Keeps a study from going on from a step that its history does not have.
 *
 * A query that found no worker waits for one, and is answered from the history as it is then: with the workflow task at its end that was
 * started meanwhile. The worker that answers runs this task, too, for the sake of the query. Should the task then time out, as on a machine
 * that stood still, the SDK (core of 1.24) does not begin anew: the next task goes on from there, its commands and those before are recorded
 * as one step's. A replay is given the events of both tasks at once, signals first, may decide otherwise, and ends the study for good.
 *
 * So the guard counts. From one task to the next, history grows by the events of the commands that the first has made, by what has happened
 * since, and by the task's own three. Where it has grown by less, what the first has made was not recorded: then the task fails, before
 * anything else is decided, and the worker begins anew from history. It never errs to that side. It misses a step without commands.
 */
import {
  workflowInfo,
  type ActivateInput,
  type ConcludeActivationInput,
  type ConcludeActivationOutput,
  type Next,
  type WorkflowInterceptors,
  type WorkflowInternalsInterceptor,
} from '@temporalio/workflow';
import { LANE_WORKFLOW, SLOT_POOL_WORKFLOW, STUDY_WORKFLOW, TRIAL_WORKFLOW } from '../study/contract.ts';
import { GIVEN_BACK } from '../study/errors.ts';
import { NIGHT_WORKFLOW, SCHEDULE_WORKFLOW } from '../study/schedule/contract.ts';

type Job = NonNullable<ActivateInput['activation']['jobs']>[number];
type Command = ConcludeActivationInput['commands'][number];

/** A task's own: completed (the one before), scheduled, started. */
const OWN_EVENTS = 3;

/** A workflow task that this worker has run. */
interface Task {
  /** Events of history, with the one that started it. */
  readonly length: number;
  /** Events that its commands make, at least. */
  commands: number;
  /** Had nothing but updates, which may have left no trace. */
  onlyUpdates: boolean;
}

export class HistoryGuard implements WorkflowInternalsInterceptor {
  private last: Task | undefined;
  private answers = false;

  activate(input: ActivateInput, next: Next<WorkflowInternalsInterceptor, 'activate'>): void {
    const { jobs, historyLength, isReplaying } = input.activation;
    this.answers = jobs?.some(({ queryWorkflow }) => queryWorkflow) ?? false;
    if (!this.answers && jobs && historyLength && this.last?.length !== historyLength) {
      const { last } = this;
      if (last && !last.onlyUpdates && !isReplaying && historyLength - last.length < fewestEvents(last, jobs))
        throw new Error(`what was decided at event ${last.length} was never recorded: ${GIVEN_BACK}`);
      this.last = { length: historyLength, commands: 0, onlyUpdates: jobs.every(({ doUpdate }) => doUpdate) };
    }
    next(input);
  }

  concludeActivation(
    input: ConcludeActivationInput,
    next: Next<WorkflowInternalsInterceptor, 'concludeActivation'>,
  ): ConcludeActivationOutput {
    const output = next(input);
    if (this.last && !this.answers) this.last.commands += eventsOf(output.commands);
    return output;
  }
}

/** Events by which history grows until a task with these jobs, at least. */
function fewestEvents({ commands }: Task, jobs: readonly Job[]): number {
  return OWN_EVENTS + Math.max(0, commands) + jobs.reduce((sum, job) => sum + eventsBefore(job), 0);
}

function eventsBefore({ resolveActivity, doUpdate, notifyHasPatch, updateRandomSeed, removeFromCache }: Job): number {
  // that it was started is written when it has ended; one that timed out or was cancelled may not have been
  if (resolveActivity) return resolveActivity.result?.completed ? 2 : 1;
  return doUpdate || notifyHasPatch || updateRandomSeed || removeFromCache ? 0 : 1;
}

/** What is cancelled in the same breath leaves nothing, so a cancellation takes one away. */
function eventsOf(commands: readonly Command[]): number {
  return commands.reduce((sum, command) => {
    if (command.scheduleActivity || command.startTimer || command.startChildWorkflowExecution) return sum + 1;
    if (command.requestCancelActivity || command.cancelTimer || command.cancelChildWorkflowExecution) return sum - 1;
    return sum;
  }, 0);
}

const GUARDED = [STUDY_WORKFLOW, TRIAL_WORKFLOW, LANE_WORKFLOW, SLOT_POOL_WORKFLOW, NIGHT_WORKFLOW, SCHEDULE_WORKFLOW];

/** For the bundler: guards our workflows, and no others of the same bundle. */
export function interceptors(): WorkflowInterceptors {
  return { internals: GUARDED.includes(workflowInfo().workflowType) ? [new HistoryGuard()] : [] };
}
