/**
 * Trials run in process groups of their own, so a worker that is killed would leave them behind. A reaper, one small process a
 * worker, is told which groups run and ends them when the pipe to the worker closes. It starts with the first trial that needs it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeArguments } from './node-program.ts';

/** Environment variable of every trial process: its worker's folder, by which the reaper knows it even if it was never told. */
export const MARK = 'DTUNE_WORKER';

const RESTART_MS = 500;
const groups = new Set<number>();
let folder: string | undefined;
let reaper: ChildProcess | undefined;

/** This worker's own folder for temporary files; it is gone soon after the worker is. Call it before a process is started. */
export function workerFolder(): string {
  folder ??= mkdtempSync(join(tmpdir(), 'dtune-worker-'));
  startReaper(folder);
  return folder;
}

/** Has this process group killed if the worker dies. @returns what ends that. */
export function guardGroup(group: number): () => void {
  groups.add(group);
  tell(`+${group}\n`);
  return () => {
    groups.delete(group);
    tell(`-${group}\n`);
  };
}

function startReaper(watched: string): void {
  if (reaper) return;
  const { NODE_OPTIONS: _, ...env } = process.env;
  // in a session of its own: what ends the worker's group does not end it
  const child = spawn(process.execPath, [...nodeArguments(import.meta.url, 'reaper-host'), watched], {
    cwd: '/',
    env,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  reaper = child;
  const lost = (): void => {
    if (reaper === child) reaper = undefined;
    restartLater(watched);
  };
  child.on('error', lost).on('exit', lost);
  if (child.pid === undefined) return;
  child.stdin.on('error', () => {});
  for (const group of groups) child.stdin.write(`+${group}\n`);
  // the worker may end while it waits
  child.unref();
  (child.stdin as unknown as Socket).unref();
}

/** A reaper that was killed itself is replaced while there are trials. */
function restartLater(watched: string): void {
  if (groups.size === 0) return;
  setTimeout(() => {
    try {
      startReaper(watched);
    } catch {
      // no room for a process now
      restartLater(watched);
    }
  }, RESTART_MS).unref();
}

function tell(line: string): void {
  reaper?.stdin?.write(line);
}
