/** What a user's code threw, in words. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { TuningError } from '../../study/errors.ts';

/** Name and message of an error, where the user's own code threw it, and its causes. */
export function describeThrown(thrown: unknown, depth = 0): string {
  if (!(thrown instanceof Error)) return `threw ${inspect(thrown, { depth: 1, breakLength: Infinity })}`;
  const { name, message, cause } = thrown;
  // our own words, thrown through the user's code, need no more
  if (thrown instanceof TuningError) return message;
  const place = placeOf(thrown);
  return [
    message ? `${name}: ${message}` : name,
    place && ` (at ${place})`,
    cause !== undefined && depth < 3 && `; caused by ${describeThrown(cause, depth + 1)}`,
  ]
    .filter(Boolean)
    .join('');
}

const OWN = dirname(fileURLToPath(import.meta.url));

/** The first stack frame in user code. */
function placeOf({ stack = '' }: Error): string | undefined {
  const lines = stack.split('\n').map((line) => line.trim().replace('file://', ''));
  return lines
    .find(
      (line) => line.startsWith('at ') && /:\d+:\d+\)?$/.test(line) && !line.includes('node:') && !line.includes(OWN),
    )
    ?.replace(/^at (?:async )?/, '')
    .replace(/ \((.*)\)$/, ' $1');
}
