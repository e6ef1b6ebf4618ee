/**
 * Promotions that are commands. A command must run once even if the worker is killed, so a supervisor runs it, a process that outlives
 * the worker and claims the attempt first; the activity only waits for how it ended. Where a supervisor itself was lost, with its
 * machine, say, nobody knows whether the command took effect: it runs again under the same key, and is told so.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PromotionFailedError, TransientError } from '../../study/errors.ts';
import type { PromotionFacts } from '../../study/evaluation/contract.ts';
import type { PromotionSpec } from '../../study/evaluation/spec.ts';
import { nodeArguments } from '../runners/process/node-program.ts';
import { stateOf } from './holder.ts';
import { askToEnd, newestClaim, readEnding, type Claim, type Ending } from './record.ts';

/** What a supervisor is told on its stdin. */
export interface SupervisedRun {
  /** The attempt's folder (record.ts). */
  readonly record: string;
  readonly action: Extract<PromotionSpec['action'], { readonly kind: 'command' }>;
  readonly facts: PromotionFacts;
  readonly timeoutMs: number;
  /** How long the command may still take when it was told to end, milliseconds. */
  readonly graceMs: number;
}

export interface Waiting {
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Whether the command is to end with it, or to run on for the next one who waits. */
  readonly isCancelled: () => boolean;
  /** Whether this worker may start the command; not asked to wait for one that runs. */
  readonly allow: () => boolean | Promise<boolean>;
  readonly log: (message: string) => void;
  /** A supervisor on another machine that has not shown itself for so long is lost, milliseconds; 60,000. */
  readonly staleMs?: number;
}

/** How often a command whose supervisor was lost runs again. */
export const MAX_AGAIN = 3;

const POLL_MS = 100;

/**
 * How the command ended, whoever started it.
 *
 * @throws PromotionFailedError where this worker may not start it, or it was lost too often
 * @throws TransientError when the waiting was ended without a cancellation: the command runs on
 */
export async function superviseCommand(run: SupervisedRun, waiting: Waiting): Promise<Ending> {
  const { signal, isCancelled, allow, log, staleMs = 60_000 } = waiting;
  const isLost = watchClaims(staleMs);
  let own: Supervisor | undefined;
  let asked = false;
  for (; ; await sleep(POLL_MS)) {
    const claim = await newestClaim(run.record);
    const lost = claim !== undefined && isLost(claim);
    // after the claim: one that is gone may have ended before
    const ending = await readEnding(run.record);
    if (ending) return ending;
    const generation = (claim?.generation ?? 0) + 1;
    // one that has ended is looked at once more, too
    const begins = own?.generation === generation && (!own.hasEnded || own.looks++ === 0);
    if (signal.aborted) {
      if (!isCancelled())
        throw new TransientError(
          'the worker no longer waits for the command: it runs on, and the next one waits for it',
        );
      if (!asked) await askToEnd(run.record);
      asked = true;
      if ((!claim || lost) && !begins) return { state: 'cancelled', output: '' };
      continue;
    }
    if ((claim && !lost) || begins) continue;
    if (own?.generation === generation)
      throw new TransientError(
        `the process that was to run the command ended before it began: its last words are in ${logOf(run.record)}`,
      );
    if (claim) checkLosses(run, claim, log);
    if (!(await allow()))
      throw new PromotionFailedError(
        `this worker does not run the command '${run.action.command.join(' ')}': expected one started with --allow-command`,
      );
    own = startSupervisor(run, generation);
  }
}

/** @returns whether a claim's holder is gone: known on its own machine, elsewhere told by its silence */
function watchClaims(staleMs: number): (claim: Claim) => boolean {
  let seen = '';
  let since = 0;
  return ({ generation, beat, holder }) => {
    const state = holder ? stateOf(holder) : 'unknown';
    if (state !== 'unknown') return state === 'gone';
    // clocks of machines differ: only a change of it counts
    const now = `${generation} ${beat}`;
    if (now !== seen) since = performance.now();
    seen = now;
    return performance.now() - since >= staleMs;
  };
}

function checkLosses({ action, facts }: SupervisedRun, lost: Claim, log: (message: string) => void): void {
  const what =
    `the process that ran '${action.command.join(' ')}'${lost.holder ? ` on ${lost.holder.host}` : ''} was lost: ` +
    'it is not known whether the command took effect';
  if (lost.generation > MAX_AGAIN)
    throw new PromotionFailedError(
      `${what}, and it ran ${lost.generation} times; look whether it did, by its key ${facts.idempotencyKey}`,
    );
  log(`${what}; it runs again under the same key ${facts.idempotencyKey}`);
}

interface Supervisor {
  readonly generation: number;
  readonly hasEnded: boolean;
  /** Since it has ended. */
  looks: number;
}

/** Starts a process in a session of its own; killed before it has read its whole run, the worker has started nothing. */
function startSupervisor(run: SupervisedRun, generation: number): Supervisor {
  const supervisor = { generation, hasEnded: false, looks: 0 };
  mkdirSync(run.record, { recursive: true });
  const log = openSync(logOf(run.record), 'a', 0o600);
  // they are for the command, not for its supervisor
  const { NODE_OPTIONS: nodeOptions, ...env } = process.env;
  const child = spawn(process.execPath, [...nodeArguments(import.meta.url, 'supervisor'), run.record], {
    cwd: '/',
    env,
    detached: true,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  const end = (): void => void (supervisor.hasEnded = true);
  child.on('exit', end).on('error', end);
  child.stdin!.on('error', () => {});
  child.stdin!.end(JSON.stringify({ ...run, generation, nodeOptions }));
  child.unref();
  return supervisor;
}

function logOf(record: string): string {
  return join(record, 'supervisor.log');
}
