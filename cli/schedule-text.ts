/** Schedules in words and tables. */
import type { ScheduleView } from '../client/schedules.ts';
import type { NightRecord, ScheduleTimes } from '../study/schedule/contract.ts';
import { formatDuration } from '../study/wording/duration.ts';
import { tableText } from './output.ts';
import { shortNumber } from './progress.ts';

/** Nights shown of many. */
const LAST = 30;

export function scheduleText(view: ScheduleView): string {
  const { name, champion, schedule, nights, ended, running, skipped, missed } = view;
  const counts = [`${ended} ended`];
  if (running) counts.push(`${running.night} runs as study ${running.study}`);
  if (skipped > 0) counts.push(`${skipped} skipped while one was running`);
  if (missed > 0) counts.push(`${missed} missed`);
  const lines = [
    `schedule  ${name}: ${timesText(schedule.times)}${pausedText(view)}`,
    `next      ${view.next[0] === undefined || view.paused ? 'none' : minute(view.next[0])} (UTC)`,
    `nights    ${counts.join(', ')}`,
  ];
  if (champion) {
    const { night, study, number, test, tested } = champion;
    const scores = Object.entries(test).map(([objective, value]) => `${objective} ${shortNumber(value)}`);
    lines.push(`champion  ${scores.join(', ')} in the test of ${tested}; since ${night}: trial ${number} of ${study}`);
    for (const [parameter, value] of Object.entries(champion.params))
      lines.push(`  ${parameter} = ${typeof value === 'number' ? shortNumber(value) : JSON.stringify(value)}`);
  } else lines.push('champion  none yet');
  if (nights.length === 0) return lines.join('\n');
  const shown = nights.slice(-LAST);
  return [...lines, '', tableText(HEADINGS, shown.map(nightCells))].join('\n');
}

export function timesText({ cron, everyMs, timeZone, jitterMs, catchUpMs }: ScheduleTimes): string {
  const when = cron === undefined ? `every ${formatDuration(everyMs!)}` : `${cron} ${timeZone}`;
  const jitter = jitterMs === 0 ? '' : `, up to ${formatDuration(jitterMs)} later`;
  return `${when}${jitter}, catch-up ${formatDuration(catchUpMs)}`;
}

export function pausedText({ paused, note }: Pick<ScheduleView, 'paused' | 'note'>): string {
  return paused ? `, paused${note === undefined ? '' : ` (${note})`}` : '';
}

const HEADINGS = ['night (UTC)', 'status', 'trials', 'carried', 'best', 'champion', 'challenger', ''];

function nightCells(record: NightRecord): string[] {
  const {
    night,
    status,
    counts,
    imported,
    best,
    championTest,
    challengerTest,
    promoted,
    reason,
    verdict,
    warnings = [],
  } = record;
  const number = (value: number | undefined): string => (value === undefined ? '' : shortNumber(value));
  const notes = [
    promoted ? 'new champion' : '',
    verdict ? `${verdict.decision} (look ${verdict.look})` : '',
    warnings.length > 0 ? `guards: ${warnings.join(', ')}` : '',
    reason?.split('\n')[0] ?? '',
  ].filter((note) => note !== '');
  return [
    night.replace('T', ' ').replace('Z', ''),
    status,
    counts ? String(counts.complete + counts.pruned + counts.infeasible) : '',
    String(imported),
    number(best),
    number(championTest),
    number(challengerTest),
    notes.join('; ').slice(0, 120),
  ];
}

function minute(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
