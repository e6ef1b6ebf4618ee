/** Which processes are left: by what only they have in their command, since a process id may be another's by now. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Command lines with this text. */
export async function commandsWith(text: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-eo', 'args'], { maxBuffer: 1 << 26 });
  return stdout.split('\n').filter((line) => line.includes(text));
}
