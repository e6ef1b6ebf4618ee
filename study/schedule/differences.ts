/** How two schedules differ, in the words of the command line. */
import { definitionDifferences } from '../differences.ts';
import { formatDuration } from '../wording/duration.ts';
import type { Schedule } from './contract.ts';

/** One line a difference, 'cron: 0 2 * * * -> 0 3 * * *'; none for the same schedule. */
export function scheduleDifferences(a: Schedule, b: Schedule): string[] {
  const [before, after] = [wordsOf(a), wordsOf(b)];
  const lines = Object.keys(before).flatMap((key) =>
    before[key] === after[key] ? [] : [`${key}: ${before[key]} -> ${after[key]}`],
  );
  return [...definitionDifferences(a.definition, b.definition), ...lines];
}

function wordsOf({ times, carry }: Schedule): Readonly<Record<string, string>> {
  const { cron = 'absent', everyMs, timeZone, jitterMs, catchUpMs } = times;
  return {
    cron,
    every: everyMs === undefined ? 'absent' : formatDuration(everyMs),
    'time zone': timeZone,
    jitter: formatDuration(jitterMs),
    'catch-up': formatDuration(catchUpMs),
    carry: String(carry),
  };
}
