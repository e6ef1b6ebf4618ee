/**
 * What a schedule keeps of its nights, as a state machine: the keeper workflow is its only writer. A night counts once, however often it
 * is reported; one that failed may be run again, and is then replaced.
 */
import { StudyDefinitionError } from '../errors.ts';
import { utf8Bytes } from '../wording/utf8.ts';
import type { NightRecord, NightReport, KeptSchedule, ScheduleState } from './contract.ts';

const SCHEDULE_VERSION = 1;

/** Nights kept. */
const MAX_NIGHTS = 1000;
/** Bytes of their JSON: with the definition they cross continue-as-new, which takes 2 MiB. */
const MAX_BYTES = 512 * 1024;

export function newSchedule(kept: KeptSchedule): ScheduleState {
  return { version: SCHEDULE_VERSION, ...kept, champion: null, lastGood: null, nights: [], ended: 0 };
}

/** Champion and nights stay; what does not fit the new definition is sorted out by the next night. */
export function changeSchedule(state: ScheduleState, { schedule, engine }: KeptSchedule): void {
  state.schedule = schedule;
  if (engine) state.engine = engine;
}

/** @throws StudyDefinitionError if a newer version wrote it */
export function restoredSchedule(state: ScheduleState): ScheduleState {
  if (state.version <= SCHEDULE_VERSION) return state;
  throw new StudyDefinitionError(
    `the schedule has version ${state.version}, this program reads up to ${SCHEDULE_VERSION}: use the durable-tune that wrote it, or a newer one`,
  );
}

/** The night's result, where it needs no other: one that failed is worth another try. */
export function resultOfNight({ nights }: ScheduleState, night: string): NightRecord | undefined {
  return nights.find((each) => each.night === night && each.status === 'complete');
}

export function recordNight(state: ScheduleState, { record, against, champion }: NightReport): void {
  if (resultOfNight(state, record.night)) return;
  const before = state.nights.findIndex(({ night }) => night === record.night);
  if (before >= 0) state.nights.splice(before, 1);
  else state.ended++;
  // what it was compared with may have lost meanwhile, where nights are run by hand
  const current = state.champion;
  const stands = champion && current?.night === against?.night && current?.study === against?.study;
  if (stands) state.champion = champion;
  state.nights.push(champion && !stands ? { ...record, promoted: false } : record);
  if (record.status === 'complete') state.lastGood = record.study;
  if (record.verdict) state.looks = Math.max(state.looks ?? 0, record.verdict.look);
  trim(state.nights);
}

function trim(nights: NightRecord[]): void {
  if (nights.length > MAX_NIGHTS) nights.splice(0, nights.length - MAX_NIGHTS);
  let bytes = utf8Bytes(JSON.stringify(nights));
  while (bytes > MAX_BYTES) bytes -= utf8Bytes(JSON.stringify(nights.shift())) + 1;
}
