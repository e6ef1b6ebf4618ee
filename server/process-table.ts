/**
 * The processes of this machine, from /proc where there is one, else from `ps`. A process that has ended and only
 * waits to be reaped is not there.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface ProcessTable {
  /** When a process started, in a form of the table's own: with the id it names one process for ever. */
  startOf(pid: number): Promise<string | undefined>;
  /** Its command line, joined with spaces; that of a killed one goes before its files and sockets do. */
  commandOf(pid: number): Promise<string | undefined>;
  pids(): Promise<number[]>;
}

export const procfs: ProcessTable = {
  async startOf(pid) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    // the command's name, in brackets, may hold anything: state, threads, start time are fields 1, 18 and 20 after it
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    // while other threads still end, so do its files and sockets
    const hasEnded = /[ZX]/.test(fields?.[0] ?? '') && Number(fields?.[17]) <= 1;
    return hasEnded ? undefined : fields?.[19];
  },
  async commandOf(pid) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return line === '' ? undefined : line.split('\0').join(' ').trimEnd();
  },
  async pids() {
    return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  },
};

export const ps: ProcessTable = {
  async startOf(pid) {
    const [state, ...start] = (await runPs('-p', String(pid), '-o', 'stat=,lstart=')).trim().split(/\s+/);
    return !state || state.startsWith('Z') ? undefined : start.join(' ');
  },
  async commandOf(pid) {
    return (await runPs('-ww', '-p', String(pid), '-o', 'args=')).trim() || undefined;
  },
  async pids() {
    return (await runPs('-A', '-o', 'pid=')).trim().split(/\s+/).map(Number);
  },
};

export const processTable: ProcessTable = existsSync('/proc/self/stat') ? procfs : ps;

async function runPs(...args: string[]): Promise<string> {
  const env = { ...process.env, LC_ALL: 'C' };
  // ps ends with 1 where no process matches
  return promisify(execFile)('ps', args, { env }).then(
    ({ stdout }) => stdout,
    (error: { code?: unknown }) => {
      if (error.code === 1) return '';
      throw error;
    },
  );
}
