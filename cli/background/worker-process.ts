/** The home's background worker: one process a home, started by whatever command needs it, found again by its record. */
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../../artifacts/folder.ts';
import { withLock } from '../../server/lock.ts';
import { processTable } from '../../server/process-table.ts';

export interface WorkerOptions {
  readonly home: string;
  /** Ignore TEMPORAL_ADDRESS. */
  readonly embedded: boolean;
  /** Path of the temporal program. */
  readonly temporal?: string;
  /** End with this process, instead of outliving it. */
  readonly foreground: boolean;
}

interface WorkerRecord {
  readonly pid: number;
  /** When the process began, so that its number is not mistaken for another's. */
  readonly start: string;
}

/** Sees to it that the home's worker runs. @returns its process id, and whether this call started it */
export async function ensureWorker(options: WorkerOptions): Promise<{ pid: number; started: boolean }> {
  const folder = join(options.home, 'worker');
  const running = await runningWorker(folder);
  if (running) return { pid: running, started: false };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return withLock(join(folder, 'lock'), async () => {
    const other = await runningWorker(folder);
    if (other) return { pid: other, started: false };
    const pid = launch(options, join(folder, 'worker.log'));
    const record: WorkerRecord = { pid, start: (await processTable.startOf(pid)) ?? '' };
    await writeWhole(join(folder, 'process.json'), JSON.stringify(record));
    return { pid, started: true };
  });
}

/** The process id of the home's worker, or undefined when none runs. */
export async function workerOf(home: string): Promise<number | undefined> {
  return runningWorker(join(home, 'worker'));
}

/** Ends a home's worker, and waits for it: trials in flight go on elsewhere, or when a worker is back. */
export async function endWorker(home: string): Promise<void> {
  const GRACE_MS = 15_000;
  const folder = join(home, 'worker');
  for (let waited = 0; ; waited += POLL_MS) {
    const pid = await runningWorker(folder);
    if (pid === undefined) return;
    if (waited === 0) process.kill(pid, 'SIGTERM');
    else if (waited > GRACE_MS) process.kill(pid, 'SIGKILL');
    await delay(POLL_MS);
  }
}

/**
 * Lets the home's worker go, from within it, unless `stillWanted`. The record goes first and the question comes after: whoever
 * registers a study and then looks for a worker either was seen by the question or finds no worker, and starts one.
 */
export async function retireWorker(home: string, stillWanted: () => Promise<boolean>): Promise<boolean> {
  const folder = join(home, 'worker');
  return withLock(join(folder, 'lock'), async () => {
    const path = join(folder, 'process.json');
    const record = await readFile(path, 'utf8').catch(() => undefined);
    await rm(path, { force: true });
    if (!(await stillWanted())) return true;
    if (record !== undefined) await writeWhole(path, record);
    return false;
  });
}

const POLL_MS = 50;

async function runningWorker(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, 'process.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { pid, start } = JSON.parse(text) as WorkerRecord;
  return start !== '' && (await processTable.startOf(pid)) === start ? pid : undefined;
}

function launch({ home, embedded, temporal, foreground }: WorkerOptions, log: string): number {
  const main = fileURLToPath(import.meta.url).replace(/background[\\/]worker-process\.(ts|js)$/, 'main.$1');
  const output = openSync(log, 'a', 0o600);
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      main,
      'worker',
      '--background',
      '--home',
      home,
      ...(embedded ? ['--embedded'] : []),
      ...(temporal === undefined ? [] : ['--temporal', temporal]),
    ],
    // a session of its own, so that Ctrl-C at the terminal does not reach it; a foreground one hears this process's end
    { detached: !foreground, stdio: ['ignore', output, output, ...(foreground ? (['ipc'] as const) : [])] },
  );
  child.unref();
  child.channel?.unref();
  return child.pid!;
}
