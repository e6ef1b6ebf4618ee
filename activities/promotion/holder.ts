/**
 * Which process holds a claim, and whether it still runs. Ids of processes mean something only where they can be seen: the same boot of
 * the same machine, the same namespace of a container.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { readProcess } from '../runners/process/process-group.ts';

export interface Holder {
  readonly pid: number;
  /** When the process began, so that its id is not mistaken for another's; empty where that cannot be told. */
  readonly start: string;
  readonly host: string;
  /** Where its id means something. */
  readonly place: string;
  /** Its folder for temporary files, which is the mark of what it starts (runners/process/reaper.ts). */
  readonly folder: string;
}

export function thisProcess(folder: string): Holder {
  return { pid: process.pid, start: startOf(process.pid), host: hostname(), place: thisPlace(), folder };
}

/** Whether the ids of its processes mean the same here. */
export function isHere(holder: Holder): boolean {
  return holder.place === thisPlace();
}

/** `unknown` on another machine, and where only the id of a process can be told. */
export function stateOf(holder: Holder): 'runs' | 'gone' | 'unknown' {
  if (!isHere(holder)) return 'unknown';
  if (holder.start !== '') return startOf(holder.pid) === holder.start ? 'runs' : 'gone';
  try {
    process.kill(holder.pid, 0);
    return 'unknown';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'gone' : 'unknown';
  }
}

/** Empty for a process that has ended, and where there is no /proc. */
function startOf(pid: number): string {
  if (process.platform !== 'linux') return '';
  const stat = readProcess(pid, 'stat');
  // the program's name, in brackets, may hold anything: state and start are fields 1 and 20 after it
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return /[ZX]/.test(fields[0] ?? '') ? '' : (fields[19] ?? '');
}

function thisPlace(): string {
  if (process.platform !== 'linux') return hostname();
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
}
