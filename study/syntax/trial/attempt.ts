/** How long one attempt may take, and which workers it waits for. */
import type { TrialLimits } from '../../study.ts';
import { readDuration, readText, wrong, type Field, type Fields } from '../field.ts';

export const HEARTBEAT_MS = 30_000;

export function readTimeout(field: Field | undefined): Pick<TrialLimits, 'timeoutMs'> {
  const timeoutMs = field && readDuration(field, '1ms', '365d', 'write timeout: 10m, or leave it out for no limit');
  return timeoutMs === undefined ? {} : { timeoutMs };
}

export function readQueue(field: Field | undefined): Pick<TrialLimits, 'queue'> {
  const queue = field && readText(field, 200, 'the name of a task queue', 'leave it out for one of its own');
  return queue === undefined ? {} : { queue };
}

/** 0: it sends none. */
export function readHeartbeat(fields: Fields): number | undefined {
  const field = fields.get('heartbeat');
  if (!field) return undefined;
  if (field.value !== 'off') return readDuration(field, '1s', '1h', 'leave it out for 30s');
  if (!fields.has('activity'))
    return wrong(field, "'1s' to '1h'", 'leave it out: what runs these trials sends heartbeats by itself');
  return fields.has('timeout')
    ? 0
    : wrong(
        field,
        'a timeout beside it',
        'add timeout: 2h, say: without heartbeats a lost worker is noticed by nothing else',
      );
}
