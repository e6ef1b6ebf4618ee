/** When a schedule's nights begin, as people write it: { cron: '0 2 * * *', timeZone: 'Europe/Berlin', jitter: '5m' }. */
import { child, meant, readDuration, readWhole, wrong, type Field } from '../syntax/field.ts';
import { cronFault } from './cron.ts';
import type { Schedule, ScheduleTimes } from './contract.ts';

export interface ScheduleSyntax {
  /** '0 2 * * *': minute, hour, day of month, month, day of week. This, or `every`. */
  readonly cron?: string;
  /** '6h': 1m to 365d, counted from 1970. */
  readonly every?: string;
  /** IANA name, for `cron`; 'UTC'. */
  readonly timeZone?: string;
  /** A night begins up to this much later, at random: '5m'; none. */
  readonly jitter?: string;
  /** How late a night may still begin that was missed while the server was away; '10m'. */
  readonly catchUp?: string;
  /** Most results of earlier nights that a night begins with, the best and the newest; 0 to 1,000, 200. */
  readonly carry?: number;
}

/** What is wrong is noted among the root's faults; what is returned is then of no use. */
export function readTimes(root: Field, syntax: ScheduleSyntax): Omit<Schedule, 'definition'> {
  const { cron, every, timeZone = 'UTC', jitter, catchUp, carry = 200 } = syntax;
  const field = (key: string, value: unknown): Field => child(root, key, value);
  if ((cron === undefined) === (every === undefined))
    root.faults.push(
      `cron and every are ${cron === undefined ? 'both missing' : 'both given'}, expected one of them; write cron '0 2 * * *' or every 6h, say`,
    );
  const times: ScheduleTimes = {
    ...(cron !== undefined && { cron: readCron(field('cron', cron)) }),
    ...(every !== undefined && { everyMs: readDuration(field('every', every), '1m', '365d', 'write 6h, say')! }),
    timeZone: readTimeZone(field('timeZone', timeZone)),
    jitterMs: jitter === undefined ? 0 : readDuration(field('jitter', jitter), '0s', '1d', 'write 5m, say')!,
    catchUpMs: readDuration(field('catchUp', catchUp ?? '10m'), '10s', '365d', 'write 10m, say')!,
  };
  readWhole(field('carry', carry), 0, 1000, 'leave it out for 200');
  return { times, carry };
}

function readCron(field: Field): string {
  const { value } = field;
  const fault = typeof value === 'string' ? cronFault(value) : 'it is not text';
  if (fault !== undefined) wrong(field, "a cron expression such as '0 2 * * *'", fault);
  return String(value).trim().split(/\s+/).join(' ');
}

/** As its canonical name: servers know fewer aliases than people do. */
function readTimeZone(field: Field): string {
  const name = String(field.value);
  const zone = zoneOf(name);
  if (zone === undefined)
    wrong(
      field,
      'an IANA time zone such as Europe/Berlin',
      meant(name, Intl.supportedValuesOf('timeZone'), 'leave it out for UTC'),
    );
  return zone ?? name;
}

function zoneOf(name: string): string | undefined {
  // offsets such as +02:00 are zones for some engines, but for no server
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
