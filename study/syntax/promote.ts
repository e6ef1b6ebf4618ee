/** How a promotion is written: { command: [./deploy.sh] }, { activity: deploy, queue: ops } or { webhook: https://… }. */
import type { PromotionSpec } from '../evaluation/spec.ts';
import { missing, readDuration, readKind, readText, readWhole, wrong, type Field, type Fields } from './field.ts';
import { readCommand } from './trial/command.ts';
import { readHttpUrl } from './url.ts';

interface PromotionLimitsSyntax {
  /** Longest run of one attempt: '10m', '2h'; default '10m'. */
  readonly timeout?: string;
  /** How often a failed action is repeated, under the same idempotency key, 0 to 100; default 3. */
  readonly retries?: number;
  /** How long a person has to approve: '24h'; default: nobody is asked. */
  readonly approval?: string;
}

/** What is done once with a best that is promoted; it is told which by an idempotency key, the study, parameters and verdict. */
export type PromoteSyntax = PromotionLimitsSyntax &
  (
    | {
        /** Program and arguments, run in the study file's folder; no shell reads them. */
        readonly command: readonly string[];
      }
    | {
        /** Name of an activity of your own. */
        readonly activity: string;
        /** Task queue of the workers that have it. */
        readonly queue: string;
      }
    | {
        /** URL that is POSTed to; it stands in the study's history, so nothing secret belongs into it. */
        readonly webhook: string;
      }
  );

const LIMITS = ['timeout', 'retries', 'approval'];
const KINDS = { command: LIMITS, activity: ['queue', ...LIMITS], webhook: LIMITS };
const UNBUILT = ['headers', 'workflow'];

const EXPECTED = '{ command: [ … ] }, { activity: …, queue: … } or { webhook: … }';
const EXAMPLE = 'write promote: { command: [./deploy.sh] }, say';

const TIMEOUT_MS = 600_000;
const RETRIES = 3;

/** What is done with a promoted best, commands from `directory`; `evaluated`: whether anything is to find one. */
export function readPromote(field: Field, directory: string, evaluated: boolean): PromotionSpec | undefined {
  if (!evaluated) wrong(field, 'evaluate beside it, which decides', 'add evaluate: true, or leave promote out');
  const read = readKind(field, KINDS, EXPECTED, EXAMPLE, UNBUILT);
  if (!read) return undefined;
  const [timeout, retries, approval] = LIMITS.map((key) => read.fields.get(key));
  const timeoutMs = timeout && readDuration(timeout, '1ms', '365d', 'leave it out for 10m');
  const repeats = retries && readWhole(retries, 0, 100, 'leave it out for 3');
  const approvalMs = approval && readDuration(approval, '1ms', '365d', 'leave it out, and nobody is asked');
  const action = readAction(field, read.kind, read.value, read.fields, directory);
  return (
    action && {
      action,
      timeoutMs: timeoutMs ?? TIMEOUT_MS,
      retries: repeats ?? RETRIES,
      ...(approvalMs !== undefined && { approvalMs }),
    }
  );
}

function readAction(
  field: Field,
  kind: keyof typeof KINDS,
  value: Field,
  fields: Fields,
  directory: string,
): PromotionSpec['action'] | undefined {
  if (kind === 'command') {
    const command = readCommand(value, 'write command: [./deploy.sh]');
    return command && { kind, command, cwd: directory };
  }
  if (kind === 'webhook') {
    const url = readHttpUrl(value, 'write webhook: https://example.com/promoted, say');
    return url === undefined ? undefined : { kind, url };
  }
  const activity = readText(value, 200, "an activity's name", 'write activity: deploy, say');
  const written = fields.get('queue');
  const queue = written
    ? readText(written, 200, 'the name of a task queue', 'write queue: ops, say')
    : missing(field, 'queue', 'the task queue of the workers that have the activity', 'add queue: ops, say');
  return activity === undefined || queue === undefined ? undefined : { kind, activity, queue };
}
