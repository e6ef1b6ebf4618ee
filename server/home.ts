/**
 * The home: a directory that owns one embedded Temporal server, its database and what is known about both.
 *
 *     HOME/server/temporal.db      the database (with its -wal and -shm beside it)
 *     HOME/server/database.json    which version made the database, and the port it is served on
 *     HOME/server/process.json     the server that was last seen healthy
 *     HOME/server/lock             held while a server is started or stopped
 *     HOME/server/server.log       what the server printed
 */
import { mkdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ServerError } from './error.ts';

export interface ServerFiles {
  readonly directory: string;
  readonly database: string;
  readonly databaseRecord: string;
  readonly processRecord: string;
  readonly lock: string;
  readonly log: string;
}

/** The home's absolute path: DTUNE_HOME, or `.dtune` in the user's own directory. */
export function homePath(env: NodeJS.ProcessEnv = process.env): string {
  return env['DTUNE_HOME'] ? resolve(env['DTUNE_HOME']) : join(homedir(), '.dtune');
}

/**
 * The server's files in `home`, links resolved, so that one home has one name. Creates nothing: where the directory
 * does not exist yet, its path is the one asked for.
 */
export async function serverFiles(home: string): Promise<ServerFiles> {
  const asked = join(resolve(home), 'server');
  const directory = await realpath(asked).catch(() => asked);
  return {
    directory,
    database: join(directory, 'temporal.db'),
    databaseRecord: join(directory, 'database.json'),
    processRecord: join(directory, 'process.json'),
    lock: join(directory, 'lock'),
    log: join(directory, 'server.log'),
  };
}

/** The same, the directory created for its owner alone. Throws a ServerError where it cannot be. */
export async function openHome(home: string): Promise<ServerFiles> {
  try {
    await mkdir(join(resolve(home), 'server'), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ServerError(
      `Cannot create the directory ${join(resolve(home), 'server')}: ${(error as Error).message}. ` +
        'A home has to be a directory you may write to: set DTUNE_HOME (or --home) to one.',
      { cause: error },
    );
  }
  return serverFiles(home);
}
