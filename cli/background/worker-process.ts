/** The home's background worker: one process a home, started by whatever command needs it, found again by its record. */
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../../artifacts/folder.ts';
import { withLock } from '../../server/lock.ts';
import { processTable } from '../../server/process-table.ts';
import { StudyDefinitionError } from '../../study/errors.ts';

export interface WorkerOptions {
  readonly home: string;
  /** An absolute path, or a URI: the place of the artifact store. */
  readonly artifacts: string;
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
  /** Absent where an earlier version started it. */
  readonly artifacts?: string;
}

/**
 * Sees to it that the home's worker runs. @returns its process id, and whether this call started it
 * @throws StudyDefinitionError where one runs that has another artifact store: neither would find what the other keeps
 */
export async function ensureWorker(options: WorkerOptions): Promise<{ pid: number; started: boolean }> {
  const folder = join(options.home, 'worker');
  const running = await runningWorker(folder);
  if (running) return { pid: await sameStore(running, options), started: false };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return withLock(join(folder, 'lock'), async () => {
    const other = await runningWorker(folder);
    if (other) return { pid: await sameStore(other, options), started: false };
    const pid = launch(options, join(folder, 'worker.log'));
    const { artifacts } = options;
    const record: WorkerRecord = { pid, start: (await processTable.startOf(pid)) ?? '', artifacts };
    await writeWhole(join(folder, 'process.json'), JSON.stringify(record));
    return { pid, started: true };
  });
}

/** The process id of the home's worker, or undefined when none runs. */
export async function workerOf(home: string): Promise<number | undefined> {
  return (await runningWorker(join(home, 'worker')))?.pid;
}

/** Ends a home's worker, and waits for it: trials in flight go on elsewhere, or when a worker is back. */
export async function endWorker(home: string): Promise<void> {
  const GRACE_MS = 15_000;
  const folder = join(home, 'worker');
  for (let waited = 0; ; waited += POLL_MS) {
    const pid = (await runningWorker(folder))?.pid;
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

async function sameStore({ pid, artifacts }: WorkerRecord, options: WorkerOptions): Promise<number> {
  // one folder may have two names
  const real = (place: string): Promise<string> => realpath(place).catch(() => place);
  if (artifacts === undefined || (await real(artifacts)) === (await real(options.artifacts))) return pid;
  throw new StudyDefinitionError(
    `the worker of ${options.home} (process ${pid}) keeps artifacts in ${artifacts}, this command would in ${options.artifacts}: expected ` +
      'one place; give both the same --artifacts or DTUNE_ARTIFACTS, or end that worker with dtune server stop',
  );
}

async function runningWorker(folder: string): Promise<WorkerRecord | undefined> {
  const text = await readFile(join(folder, 'process.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const record = JSON.parse(text) as WorkerRecord;
  return record.start !== '' && (await processTable.startOf(record.pid)) === record.start ? record : undefined;
}

function launch({ home, artifacts, embedded, temporal, foreground }: WorkerOptions, log: string): number {
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
      '--artifacts',
      artifacts,
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
