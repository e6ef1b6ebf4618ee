/** The activity that reads what a population's trial was trained with: most of what it goes back to has left the study's workflow. */
import type { ArtifactStore } from '../artifacts/store.ts';
import type { ReadScheduleRequest } from '../study/contract.ts';
import { scheduleOf, type ScheduledInterval } from '../study/trial/lineage.ts';
import { allRecords } from './records.ts';

export function createReadSchedule(
  store: ArtifactStore,
): (request: ReadScheduleRequest, rows: Uint8Array) => Promise<readonly ScheduledInterval[] | null> {
  return async function readSchedule({ number, ...study }, bytes) {
    return scheduleOf(await allRecords(store, study, bytes), number) ?? null;
  };
}
