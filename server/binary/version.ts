/** What a `temporal` program says it is. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface BinaryVersion {
  /** Of the program, as `1.9.1`. */
  readonly version: string;
  /** Of the Temporal server in it, as `1.32.0`: a database opens only with the one that made it. */
  readonly server: string;
}

export interface Binary extends BinaryVersion {
  /** Absolute. */
  readonly path: string;
}

/** The program at `path` with its versions. Throws an Error whose message says what it did instead of naming them. */
export async function inspectBinary(path: string): Promise<Binary> {
  const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 20_000 }).catch((error: ExecError) => {
    throw new Error(`${path} --version failed: ${lastLine(error.stderr) || error.message}`, { cause: error });
  });
  const [, version, server] = /^temporal version (\S+) \(Server ([^\s,)]+)/m.exec(stdout) ?? [];
  if (version && server) return { path, version, server };
  throw new Error(
    `${path} --version printed ${JSON.stringify(stdout.trim().slice(0, 80))}, not 'temporal version X (Server Y, …)'`,
  );
}

interface ExecError extends Error {
  readonly stderr?: string;
}

/** The last line of what a program printed, short enough to quote. */
export function lastLine(text: string | undefined): string {
  return (text ?? '').trim().split('\n').at(-1)?.trim().slice(0, 300) ?? '';
}
