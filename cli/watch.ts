/** Follows a study to its end, over restarts of worker and server. */
import { setTimeout as delay } from 'node:timers/promises';
import { patiently } from '../client/history.ts';
import type { StudyStatus } from '../study/contract.ts';
import { careFor, type Place } from './place.ts';
import { progressOn } from './progress.ts';

const POLL_MS = 400;

/** Shows progress on stderr until the study has closed. @returns its last status */
export async function watchStudy(place: Place, name: string): Promise<StudyStatus> {
  const watching = new AbortController();
  try {
    // apart from the questions: those wait for the very worker that may have to be brought back
    return await Promise.race([follow(place, name, watching.signal), careFor(place, watching.signal)]);
  } finally {
    watching.abort();
  }
}

async function follow({ client }: Place, name: string, signal: AbortSignal): Promise<StudyStatus> {
  const progress = progressOn(process.stderr);
  try {
    for (;;) {
      const status = await patiently(() => client.study(name).status());
      if (status?.finishedAt !== undefined) return status;
      if (status && !signal.aborted) progress.show(status);
      await delay(POLL_MS);
    }
  } finally {
    progress.end();
  }
}
