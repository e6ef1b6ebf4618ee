/** Processes by the mark that they carry in their environment: even those that have left their group are found by it. */
import { processIds, readProcess } from './process-group.ts';
import { MARK } from './reaper.ts';

/** Kills the processes that were started in this worker's folder, where /proc lists them. @returns how many there were */
export function killMarked(folder: string): number {
  if (process.platform !== 'linux') return 0;
  const marked = processIds().filter(
    (pid) => pid !== process.pid && readProcess(pid, 'environ').split('\0').includes(`${MARK}=${folder}`),
  );
  for (const pid of marked) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended by itself
    }
  }
  return marked.length;
}
