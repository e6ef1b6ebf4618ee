/** Process groups: a trial's process leads one, so that whatever it started is ended with it. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longest wait for the kernel to take away what was killed, milliseconds. */
const KILL_MS = 2000;

/** Sends a signal to every process of a group (0: to none of them). @returns whether there was one. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    // EPERM: there is one, but it has become another user's
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether a process of the group still runs; one that only waits to be reaped does not. */
export function isGroupAlive(group: number): boolean {
  if (!signalGroup(group, 0)) return false;
  if (process.platform !== 'linux') return true;
  return processIds().some((pid) => {
    const stat = readProcess(pid, 'stat');
    // the program's name, in brackets, may hold anything: state, parent and group come after it
    const [state = 'Z', , owner] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(owner) === group && !'ZX'.includes(state);
  });
}

/** Ends what is left of a group: SIGTERM, and SIGKILL to those who are still there after the grace. */
export async function endGroup(group: number, graceMs: number): Promise<void> {
  if (!isGroupAlive(group)) return;
  signalGroup(group, 'SIGTERM');
  if (await isGone(group, graceMs)) return;
  signalGroup(group, 'SIGKILL');
  await isGone(group, KILL_MS);
}

/** Ids of the machine's processes, where /proc lists them. */
export function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** A file of a process in /proc; empty if the process is gone or somebody else's. */
export function readProcess(pid: number, file: 'stat' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

async function isGone(group: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (isGroupAlive(group)) {
    if (performance.now() >= until) return false;
    await sleep(Math.min(20, withinMs));
  }
  return true;
}
