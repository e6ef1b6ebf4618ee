/** Follows a study to its end, over restarts of worker and server. */
import { setTimeout as delay } from 'node:timers/promises';
import { isUnreachable } from '../client/history.ts';
import type { StudyStatus } from '../study/contract.ts';
import type { Place } from './place.ts';
import { progressOn } from './progress.ts';

const POLL_MS = 400;
const CARE_MS = 2000;

/** Shows progress on stderr until the study has closed. @returns its last status */
export async function watchStudy(place: Place, name: string): Promise<StudyStatus> {
  const progress = progressOn(process.stderr);
  let cared = Date.now();
  for (;;) {
    const status = await place.client.status(name).catch((error: unknown) => {
      if (isUnreachable(error)) return undefined;
      progress.end();
      throw error;
    });
    if (status) progress.show(status);
    if (status?.finishedAt !== undefined) {
      progress.end();
      return status;
    }
    if (Date.now() - cared > CARE_MS) {
      await place.care();
      cared = Date.now();
    }
    await delay(POLL_MS);
  }
}
