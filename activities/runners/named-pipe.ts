/**
 * A named pipe by which a worker tells a command something, line by line. Not stdin, which a command may read to its end before it
 * begins; and a path reaches the program through whatever starts it.
 */
import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

export interface NamedPipe {
  /** Writes one line of JSON. */
  readonly write: (value: object) => void;
  readonly close: () => void;
}

/** Makes the pipe at this path. @returns undefined where this machine cannot */
export async function openNamedPipe(path: string): Promise<NamedPipe | undefined> {
  try {
    await promisify(execFile)('mkfifo', ['-m', '600', path]);
  } catch {
    return undefined;
  }
  // opened for both it waits for no reader, and no reader meets its end before the trial's
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  return {
    write(value) {
      try {
        writeSync(pipe, `${JSON.stringify(value)}\n`);
      } catch (error) {
        // full: a command that has never read the thousands before waits for none
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
    },
    close: () => closeSync(pipe),
  };
}
