/**
 * Schedules: studies that are run again every night. Each is a Temporal Schedule, which starts the nights, and a keeper workflow, which
 * knows what they run and what became of them. Both are made and unmade idempotently: what died half way is finished by doing it again.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type ScheduleDescription,
  type ScheduleHandle,
  type ScheduleUpdateOptions,
} from '@temporalio/client';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import type { EngineOptions } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import {
  NIGHT_WORKFLOW,
  nightId,
  scheduleId,
  type KeptSchedule,
  type NightInput,
  type Schedule,
  type ScheduleState,
} from '../study/schedule/contract.ts';
import { defineSchedule } from '../study/schedule/define.ts';
import { scheduleDifferences } from '../study/schedule/differences.ts';
import { nightOf, studyOfNight } from '../study/schedule/naming.ts';
import type { ScheduleSyntax } from '../study/schedule/times.ts';
import { withRecordedSamplers } from '../study/recorded-samplers.ts';
import type { StudyDefinition } from '../study/study.ts';
import { Keeper, openSchedules, unknownSchedule } from './keeper.ts';

export interface CreateScheduleOptions {
  /** Change the schedule of this name, if there is one, to what is given; false: another one is refused. */
  readonly update?: boolean;
  readonly engine?: Partial<EngineOptions>;
  /** Longest workflow task, milliseconds; the server's 10,000. */
  readonly workflowTaskMs?: number;
}

/** A schedule as it stands. */
export interface ScheduleView extends ScheduleState {
  readonly name: string;
  readonly paused: boolean;
  /** Why it is paused, or was resumed. */
  readonly note?: string;
  /** When the next nights begin, jitter included; ISO 8601. */
  readonly next: readonly string[];
  /** The night that runs. */
  readonly running?: BegunNight;
  /** Nights that did not begin, since one was still running or they were too late. */
  readonly skipped: number;
  readonly missed: number;
}

export interface BegunNight {
  readonly night: string;
  readonly study: string;
}

const POLL_MS = 200;
/** Nights that the server keeps waiting. */
const MAX_BACKFILL = 1000;

export class Schedules {
  private readonly client: Client;
  private readonly taskQueue: string;

  constructor(client: Client, taskQueue: string) {
    this.client = client;
    this.taskQueue = taskQueue;
  }

  /**
   * The schedule of this definition, and of its name: made, or there already. With `update` one that is otherwise is changed; its champion
   * and its nights stay.
   *
   * @param definition  or what makes it with the seed of the schedule that is there: for definitions whose seed is drawn
   * @throws StudyDefinitionError with every fault, or with the differences: then nothing has changed
   */
  async create(
    definition: StudyDefinition | ((seed?: number) => StudyDefinition),
    syntax: ScheduleSyntax,
    options: CreateScheduleOptions = {},
  ): Promise<'created' | 'changed' | 'unchanged'> {
    const { update = false, engine, workflowTaskMs } = options;
    const make = (seed?: number): Schedule =>
      defineSchedule(typeof definition === 'function' ? definition(seed) : definition, syntax);
    const drawn = make();
    const { name } = drawn.definition;
    const keeper = new Keeper(this.client, name);
    const state = await keeper.state();
    const schedule = state ? make(state.schedule.definition.seed) : drawn;
    const differences = state ? differencesOf(state.schedule, schedule) : [];
    if (differences.length > 0 && !update) throw otherwise(name, differences);
    const kept: KeptSchedule = { schedule, ...(engine && { engine }) };
    if (!state) {
      const timeout = workflowTaskMs === undefined ? {} : { workflowTaskTimeout: workflowTaskMs };
      // somebody else was quicker
      if (!(await keeper.start(kept, { taskQueue: this.taskQueue, ...timeout })))
        return this.create(definition, syntax, options);
    } else if (differences.length > 0) await keeper.change(kept);
    await this.time(name, this.timing(kept, workflowTaskMs));
    if (!state) return 'created';
    return differences.length > 0 ? 'changed' : 'unchanged';
  }

  /** Names of all schedules on this server. */
  names(): Promise<string[]> {
    return openSchedules(this.client);
  }

  /** Whether there is a schedule of this name. */
  isThere(name: string): Promise<boolean> {
    return new Keeper(this.client, name).isOpen();
  }

  /** @throws StudyDefinitionError if there is none of this name */
  async show(name: string): Promise<ScheduleView> {
    const state = await new Keeper(this.client, name).state();
    if (!state) throw await this.unknown(name);
    const description = await this.describe(name);
    if (!description)
      throw new StudyDefinitionError(
        `schedule '${name}' was not made to its end; create it again, or delete it with dtune schedule delete ${name}`,
      );
    const { info } = description;
    const [running] = info.runningActions;
    return {
      ...state,
      name,
      paused: description.state.paused,
      ...(description.state.note && { note: description.state.note }),
      next: info.nextActionTimes.map((time) => time.toISOString()),
      ...(running && { running: nightBegun(name, running.workflow.workflowId) }),
      skipped: info.numActionsSkippedOverlap,
      missed: info.numActionsMissedCatchupWindow,
    };
  }

  /** Begins a night now. @returns it, or undefined where one runs already: then none begins */
  async trigger(name: string): Promise<BegunNight | undefined> {
    const schedule = await this.handle(name);
    const { info: before } = await schedule.describe();
    await schedule.trigger(ScheduleOverlapPolicy.SKIP);
    for (;;) {
      const { info } = await schedule.describe();
      const begun = info.recentActions.at(-1);
      if (info.numActionsTaken > before.numActionsTaken && begun)
        return nightBegun(name, begun.action.workflow.workflowId);
      if (info.numActionsSkippedOverlap > before.numActionsSkippedOverlap) return undefined;
      await delay(POLL_MS);
    }
  }

  /** No night begins by itself until it is resumed; one that runs goes on. */
  async pause(name: string, note: string): Promise<void> {
    await (await this.handle(name)).pause(note);
  }

  async resume(name: string, note: string): Promise<void> {
    await (await this.handle(name)).unpause(note);
  }

  /**
   * Has the nights between these times begin now, one after the other. One that has its result already is not run again.
   *
   * @returns their times, ISO 8601
   * @throws StudyDefinitionError if there are none, or more than a thousand
   */
  async backfill(name: string, from: Date, to: Date): Promise<string[]> {
    const schedule = await this.handle(name);
    const { startTime } = await this.client.workflowService.listScheduleMatchingTimes({
      namespace: this.client.options.namespace,
      scheduleId: scheduleId(name),
      startTime: msToTs(from.getTime()),
      endTime: msToTs(to.getTime()),
    });
    const times = startTime.map((time) => new Date(tsToMs(time)).toISOString());
    if (times.length === 0 || times.length > MAX_BACKFILL)
      throw new StudyDefinitionError(
        `schedule '${name}' has ${times.length} nights from ${from.toISOString()} to ${to.toISOString()}, expected 1 to ${MAX_BACKFILL}; choose other times`,
      );
    await schedule.backfill({ start: from, end: to, overlap: ScheduleOverlapPolicy.BUFFER_ALL });
    return times;
  }

  /** Ends a schedule, and cancels the night that runs. The studies of its nights stay in the artifact store. */
  async delete(name: string): Promise<void> {
    const keeper = new Keeper(this.client, name);
    const description = await this.describe(name);
    if (!description && !(await keeper.isOpen())) throw await this.unknown(name);
    const schedule = this.client.schedule.getHandle(scheduleId(name));
    if (description) {
      await schedule.pause('it is being deleted');
      await schedule.delete();
    }
    for (const id of await this.runningNights(name)) {
      const night = this.client.workflow.getHandle(id);
      await night.cancel().catch(unlessGone);
      await night.result().catch(unlessGone);
    }
    if (await keeper.isOpen()) await keeper.end();
  }

  private async runningNights(name: string): Promise<string[]> {
    const ids: string[] = [];
    const query = `WorkflowType = '${NIGHT_WORKFLOW}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId } of this.client.workflow.list({ query }))
      if (workflowId.replace(/-[^-]+-\d\d-\d\dT[\d:]+Z$/, '') === nightId(name)) ids.push(workflowId);
    return ids;
  }

  /** What starts its nights, as it is to be: made, or changed to this. */
  private async time(name: string, timing: Timing): Promise<void> {
    try {
      await this.client.schedule.create({ scheduleId: scheduleId(name), ...timing });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      await this.client.schedule.getHandle(scheduleId(name)).update(({ state }) => ({ ...timing, state }));
    }
  }

  private timing({ schedule, engine }: KeptSchedule, workflowTaskMs: number | undefined): Timing {
    const { definition, times } = schedule;
    const { cron, everyMs, timeZone, jitterMs, catchUpMs } = times;
    const { name } = definition;
    const input: NightInput = { schedule: name, ...(engine?.heartbeatMs && { heartbeatMs: engine.heartbeatMs }) };
    return {
      spec: {
        ...(cron !== undefined && { cronExpressions: [cron] }),
        ...(everyMs !== undefined && { intervals: [{ every: everyMs }] }),
        timezone: timeZone,
        jitter: jitterMs,
      },
      action: {
        type: 'startWorkflow',
        workflowType: NIGHT_WORKFLOW,
        workflowId: nightId(name),
        taskQueue: this.taskQueue,
        args: [input],
        ...(workflowTaskMs !== undefined && { workflowTaskTimeout: workflowTaskMs }),
      },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: catchUpMs },
    };
  }

  private async describe(name: string): Promise<ScheduleDescription | undefined> {
    try {
      return await this.client.schedule.getHandle(scheduleId(name)).describe();
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    }
  }

  private async handle(name: string): Promise<ScheduleHandle> {
    if (!(await this.describe(name))) throw await this.unknown(name);
    return this.client.schedule.getHandle(scheduleId(name));
  }

  private async unknown(name: string): Promise<StudyDefinitionError> {
    return unknownSchedule(name, await this.names());
  }
}

type Timing = Omit<ScheduleUpdateOptions, 'state'>;

function nightBegun(schedule: string, workflowId: string): BegunNight {
  const night = nightOf(workflowId, new Date());
  return { night, study: studyOfNight(schedule, night) };
}

function differencesOf(kept: Schedule, wanted: Schedule): string[] {
  return scheduleDifferences(kept, { ...wanted, definition: withRecordedSamplers(wanted.definition, kept.definition) });
}

function otherwise(name: string, differences: readonly string[]): StudyDefinitionError {
  const lines = differences.map((line) => `  ${line}`).join('\n');
  return new StudyDefinitionError(
    `schedule '${name}' is there and is otherwise:\n${lines}\nundo the change, choose another name, or change it with --update`,
  );
}

function unlessGone(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError || error instanceof WorkflowFailedError)) throw error;
}
