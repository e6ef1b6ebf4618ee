/**
 * A lock between the processes that share a directory.
 *
 * The lock is a symbolic link whose target is its holder: made in one step with its content, so nobody ever reads half
 * of it. It is stale when its holder's process is gone. Removing a stale lock is the classic trap (two see it, the
 * second removes the first one's new lock): whoever wants to remove the lock of holder H first takes the lock
 * `<path>.<H>`, by these same rules, and looks again. Should it die there too, the next one takes over one level deeper.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readlink, symlink, unlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ServerError } from './error.ts';
import { type Machine, thisMachine, whereabouts } from './machine.ts';
import { processTable } from './process-table.ts';

interface Holder {
  readonly pid: number;
  readonly start: string;
  readonly machine: Machine;
  /** Two holds of one process differ. */
  readonly hold: string;
}

const POLL_MS = 20;

/**
 * What `action` returns, run while no other holder of `path` runs. Waits for its turn.
 *
 * @param timeoutMs how long to wait at most; then a ServerError says who holds the lock. Default: two minutes
 */
export async function withLock<T>(path: string, action: () => Promise<T>, timeoutMs = 120_000): Promise<T> {
  const mine = await acquire(path, timeoutMs);
  try {
    return await action();
  } finally {
    // nobody else removes it while this process lives
    if ((await holderOf(path)) === mine) await unlink(path);
  }
}

async function acquire(path: string, timeoutMs: number): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  const here = await thisMachine();
  const start = (await processTable.startOf(process.pid)) ?? '';
  const mine = JSON.stringify({ pid: process.pid, start, machine: here, hold: randomUUID() } satisfies Holder);
  for (;;) {
    if (await claim(path, mine)) return mine;
    const holder = await holderOf(path);
    if (holder === undefined) continue;
    if (await isGone(holder, path, here)) {
      await evict(path, holder, timeoutMs);
      continue;
    }
    if (performance.now() >= deadline) throw new ServerError(heldMessage(path, holder, timeoutMs));
    await delay(POLL_MS);
  }
}

async function claim(path: string, mine: string): Promise<boolean> {
  try {
    await symlink(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new ServerError(`Cannot create the lock ${path}: ${(error as Error).message}.`, { cause: error });
  }
}

async function holderOf(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ServerError(`${path} is not a lock of this program. Remove it and try again.`, { cause: error });
  }
}

async function isGone(holder: string, path: string, here: Machine): Promise<boolean> {
  const { pid, start, machine } = parseHolder(holder, path);
  const where = whereabouts(machine, here);
  if (where === 'elsewhere') return false;
  return where === 'rebooted' || (await processTable.startOf(pid)) !== start;
}

async function evict(path: string, holder: string, timeoutMs: number): Promise<void> {
  const level = createHash('sha256').update(holder).digest('hex').slice(0, 16);
  await withLock(
    `${path}.${level}`,
    async () => {
      if ((await holderOf(path)) === holder) await unlink(path);
    },
    timeoutMs,
  );
}

function parseHolder(holder: string, path: string): Holder {
  try {
    return JSON.parse(holder) as Holder;
  } catch (error) {
    throw new ServerError(`${path} is not a lock of this program. Remove it and try again.`, { cause: error });
  }
}

function heldMessage(path: string, holder: string, timeoutMs: number): string {
  const { pid, machine } = parseHolder(holder, path);
  return (
    `Process ${pid} on ${machine.host} has held the lock ${path} for more than ${timeoutMs / 1000} s. ` +
    'Wait for it or end it; if that machine is gone for good, remove the lock.'
  );
}
