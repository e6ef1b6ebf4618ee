/** How long one attempt may take, and which workers it waits for. */
import type { TrialLimits } from '../../study.ts';
import { readDuration, readText, type Field } from '../field.ts';

export function readTimeout(field: Field | undefined): Pick<TrialLimits, 'timeoutMs'> {
  const timeoutMs = field && readDuration(field, '1ms', '365d', 'write timeout: 10m, or leave it out for no limit');
  return timeoutMs === undefined ? {} : { timeoutMs };
}

export function readQueue(field: Field | undefined): Pick<TrialLimits, 'queue'> {
  const queue = field && readText(field, 200, 'the name of a task queue', 'leave it out for one of its own');
  return queue === undefined ? {} : { queue };
}
