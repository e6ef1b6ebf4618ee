/**
 * The named pipe through which a command hears the verdicts that it waits for. Not stdin, which a command may read to its end before
 * it begins; and a path reaches the program through whatever starts it.
 */
import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ReportVerdict } from '../../study/scheduling.ts';

export interface VerdictPipe {
  /** Writes the verdict on this step once it is there: 'prune' at once where the trial is to end. */
  readonly wait: (step: number) => void;
  /** The trial is to end: what it waits for, and will, is 'prune'. */
  readonly end: () => void;
  readonly close: () => void;
}

/** Makes the pipe at this path. @returns undefined where this machine cannot */
export async function openVerdictPipe(
  path: string,
  verdictOn: (step: number) => Promise<ReportVerdict>,
): Promise<VerdictPipe | undefined> {
  try {
    await promisify(execFile)('mkfifo', ['-m', '600', path]);
  } catch {
    return undefined;
  }
  // opened for both it waits for no reader, and no reader meets its end before the trial's
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  let waiting = 0;
  let ended = false;
  const write = (verdict: ReportVerdict): void => {
    try {
      writeSync(pipe, `${JSON.stringify({ verdict })}\n`);
    } catch (error) {
      // full: a command that has never read the thousands before waits for none
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  };
  return {
    wait(step) {
      if (ended) return write('prune');
      waiting++;
      void verdictOn(step).then((verdict) => {
        if (ended) return;
        waiting--;
        write(verdict);
      });
    },
    end() {
      ended = true;
      for (; waiting > 0; waiting--) write('prune');
    },
    close() {
      ended = true;
      closeSync(pipe);
    },
  };
}
