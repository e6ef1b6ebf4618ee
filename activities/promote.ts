/**
 * The activity that promotes a study's winner. One attempt takes effect once, whatever is killed: a command runs under a supervisor that
 * outlives the worker, a webhook carries an idempotency key, and how either ended is recorded in the artifact store before it is told.
 */
import { CancelledFailure, Context } from '@temporalio/activity';
import { objectsAt } from '../artifacts/store.ts';
import { PromotionFailedError } from '../study/errors.ts';
import type { PromoteAnswer, PromoteRequest } from '../study/evaluation/contract.ts';
import { MAX_REASON, shorten } from './failures.ts';
import { superviseCommand } from './promotion/command.ts';
import { readDone, recordName, recordOf, writeDone, type Ending } from './promotion/record.ts';
import { callWebhook } from './promotion/webhook.ts';

export interface PromoteOptions {
  /** Folder or s3://BUCKET/PREFIX of the artifact store. */
  readonly artifacts: string;
  /** Whether this worker may run a command for a promotion: program and arguments. */
  readonly allowPromotion: (command: readonly string[]) => boolean | Promise<boolean>;
  /** How long a command that was told to end may still take, milliseconds; 5,000. */
  readonly graceMs?: number;
}

/**
 * The activity `promote`. Its failures are PromotionFailedError (the action's own: the workflow may repeat it as the next attempt),
 * CancelledFailure (on request: a command is ended with all it started) and TransientError (to be asked again as the same attempt: what
 * was begun is then waited for).
 */
export function createPromote({
  artifacts,
  allowPromotion,
  graceMs = 5000,
}: PromoteOptions): (request: PromoteRequest) => Promise<PromoteAnswer> {
  const objects = objectsAt(artifacts);
  return async function promote({ action, facts, timeoutMs, attempt }) {
    const context = Context.current();
    const { cancellationSignal: signal, log } = context;
    const isCancelled = (): boolean => context.cancellationDetails?.cancelRequested === true;
    if (action.kind === 'command') {
      if (objects.folder === undefined)
        throw new PromotionFailedError(
          `the artifact store is ${objects.uri}, where a command cannot be claimed for one machine: expected a folder that the ` +
            'workers of the study share; give them one as their artifact store, or promote with a webhook',
        );
      const record = recordOf(objects.folder, facts.idempotencyKey, attempt);
      const run = { record, action, facts, timeoutMs, graceMs };
      const allow = (): boolean | Promise<boolean> => allowPromotion(action.command);
      const warn = (message: string): void => log.warn(message);
      return answerOf(await superviseCommand(run, { signal, isCancelled, allow, log: warn }), action.command);
    }
    const name = recordName(facts.idempotencyKey, attempt);
    const before = await readDone(objects, name);
    if (before) return answerOf(before);
    try {
      const output = await callWebhook(action.url, facts, { timeoutMs, signal });
      const done: Ending = { state: 'done', output: output.slice(-MAX_REASON) };
      // an answer that cannot be kept is an answer nonetheless
      await writeDone(objects, name, done).catch(({ message }: Error) =>
        log.warn(`the webhook has answered, which could not be kept: ${message}`),
      );
      return answerOf(done);
    } catch (error) {
      if (signal.aborted && isCancelled()) throw new CancelledFailure('the promotion was cancelled');
      throw error;
    }
  };
}

function answerOf(ending: Ending, command: readonly string[] = []): PromoteAnswer {
  const output = shorten(ending.output.slice(-MAX_REASON));
  if (ending.state === 'done') return { output };
  const words = output === '' ? '' : `; its last words were:\n${output}`;
  if (ending.state === 'cancelled') throw new CancelledFailure(shorten(`the promotion was cancelled${words}`));
  throw new PromotionFailedError(`'${command.join(' ')}': ${ending.reason}${words}`);
}
