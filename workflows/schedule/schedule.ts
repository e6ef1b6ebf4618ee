/**
 * The keeper of a schedule: a workflow that never closes while the schedule exists. It keeps what every night runs, the champion and
 * what became of the nights, since the server forgets closed workflows. It is told by signal, which needs no worker to be there.
 */
import type { QueryDefinition, SignalDefinition } from '@temporalio/common';
import {
  condition,
  defineQuery,
  defineSignal,
  makeContinueAsNewFunc,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  SCHEDULE_QUERIES,
  SCHEDULE_SIGNALS,
  type KeeperInput,
  type KeptSchedule,
  type NightReport,
  type ScheduleState,
} from '../../study/schedule/contract.ts';
import { changeSchedule, newSchedule, recordNight, restoredSchedule } from '../../study/schedule/nights.ts';

export const scheduleState: QueryDefinition<ScheduleState> = defineQuery(SCHEDULE_QUERIES.state);
export const nightEnded: SignalDefinition<[NightReport]> = defineSignal(SCHEDULE_SIGNALS.nightEnded);
export const changeScheduleSignal: SignalDefinition<[KeptSchedule]> = defineSignal(SCHEDULE_SIGNALS.change);
export const endSchedule: SignalDefinition = defineSignal(SCHEDULE_SIGNALS.end);

/** @returns what it kept, when the schedule was deleted */
export async function scheduleWorkflow(input: KeeperInput): Promise<ScheduleState> {
  const { schedule, engine, quietEvents = 1000, carried } = input;
  const state = carried ? restoredSchedule(carried) : newSchedule({ schedule, ...(engine && { engine }) });
  let ended = false;
  setHandler(scheduleState, () => state);
  setHandler(nightEnded, (report) => recordNight(state, report));
  setHandler(changeScheduleSignal, (kept) => changeSchedule(state, kept));
  setHandler(endSchedule, () => void (ended = true));
  const wantsNewRun = (): boolean => {
    const { continueAsNewSuggested, targetWorkerDeploymentVersionChanged, historyLength } = workflowInfo();
    return continueAsNewSuggested || targetWorkerDeploymentVersionChanged || historyLength >= quietEvents;
  };
  await condition(() => ended || wantsNewRun());
  if (ended) return state;
  // to the newest version, where workers have versions
  const next = makeContinueAsNewFunc<typeof scheduleWorkflow>({ initialVersioningBehavior: 'AUTO_UPGRADE' });
  return next({ schedule: state.schedule, quietEvents, carried: state });
}
