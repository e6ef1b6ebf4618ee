/** Talks to the workflow that keeps a schedule. */
import { setTimeout as delay } from 'node:timers/promises';
import { QueryRejectedError, WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { StudyDefinitionError, TransientError } from '../study/errors.ts';
import {
  keeperId,
  SCHEDULE_QUERIES,
  SCHEDULE_SIGNALS,
  SCHEDULE_WORKFLOW,
  type KeptSchedule,
  type ScheduleState,
} from '../study/schedule/contract.ts';
import { currentRun, isPassing, openNames } from './history.ts';

const POLL_MS = 200;

/** How long a worker may take to come (back) and answer, milliseconds. */
const PATIENCE_MS = 60_000;

export class Keeper {
  private readonly client: Client;
  private readonly name: string;

  constructor(client: Client, name: string) {
    this.client = client;
    this.name = name;
  }

  async isOpen(): Promise<boolean> {
    return (await currentRun(this.client, keeperId(this.name)))?.isOpen === true;
  }

  /** @returns whether this call started it */
  async start(kept: KeptSchedule, options: { taskQueue: string; workflowTaskTimeout?: number }): Promise<boolean> {
    try {
      await this.client.workflow.start(SCHEDULE_WORKFLOW, {
        workflowId: keeperId(this.name),
        args: [kept],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        // it outlives every version of the worker
        versioningOverride: 'AUTO_UPGRADE',
        ...options,
      });
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
      throw error;
    }
  }

  /** What it keeps; undefined where there is no such schedule. @throws TransientError if no worker answers for a minute */
  async state(): Promise<ScheduleState | undefined> {
    const keeper = this.client.workflow.getHandle(keeperId(this.name));
    for (const end = Date.now() + PATIENCE_MS; ;) {
      if (!(await this.isOpen())) return undefined;
      try {
        return await keeper.query<ScheduleState>(SCHEDULE_QUERIES.state);
      } catch (error) {
        // it has just continued as new
        if (error instanceof QueryRejectedError) continue;
        if (!isPassing(error)) throw error;
        if (Date.now() >= end)
          throw new TransientError(
            `schedule '${this.name}' does not answer: expected a worker for it; start one with dtune worker`,
            { cause: error },
          );
        await delay(POLL_MS);
      }
    }
  }

  async change(kept: KeptSchedule): Promise<void> {
    await this.signal(SCHEDULE_SIGNALS.change, kept);
  }

  async end(): Promise<void> {
    await this.signal(SCHEDULE_SIGNALS.end);
    while (await this.isOpen()) await delay(POLL_MS);
  }

  private async signal(name: string, ...args: unknown[]): Promise<void> {
    await this.client.workflow.getHandle(keeperId(this.name)).signal(name, ...args);
  }
}

/** Names of the schedules that have a keeper on this server. */
export function openSchedules(client: Client): Promise<string[]> {
  return openNames(client, SCHEDULE_WORKFLOW, keeperId(''));
}

export function unknownSchedule(name: string, names: readonly string[]): StudyDefinitionError {
  const known = names.length > 0 ? `schedules here are ${names.join(', ')}` : 'there are no schedules here yet';
  return new StudyDefinitionError(`there is no schedule named '${name}'; ${known}`);
}
