/** What runs in a home, as far as its files and this machine's processes tell. */
import { ServerError } from './error.ts';
import type { ServerFiles } from './home.ts';
import { thisMachine, whereabouts } from './machine.ts';
import { type DatabaseRecord, readDatabaseRecord, readProcessRecord } from './records.ts';
import { findServerProcess, type ServerProcess } from './server-process.ts';

export interface RunningServer {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly pid: number;
  /** The database file. */
  readonly database: string;
  /** Of the temporal program, as `1.9.1`; null where the home's record of it is lost. */
  readonly version: string | null;
}

export interface HomeState {
  readonly record: DatabaseRecord | undefined;
  readonly server: ServerProcess | undefined;
  /** Whether that server was healthy before: else it is just starting, or whoever started it died. */
  readonly wasHealthy: boolean;
}

/**
 * What runs in a home. A record that cannot be read counts as none. Throws a ServerError where the server runs on
 * another machine that shares the home.
 */
export async function homeState(files: ServerFiles): Promise<HomeState> {
  const last = await readProcessRecord(files.processRecord);
  if (last && whereabouts(last.machine, await thisMachine()) === 'elsewhere')
    throw new ServerError(
      `The server of this home runs on another machine, ${last.machine.host} (process ${last.pid}), says ` +
        `${files.processRecord}; two servers on one database would ruin it. Use dtune there, or give this machine a home ` +
        'of its own (DTUNE_HOME). Only if that server is gone for good, remove the file.',
    );
  const record = await readDatabaseRecord(files.databaseRecord).catch(() => undefined);
  const server = await findServerProcess(files, record?.id, last?.pid);
  return { record, server, wasHealthy: server !== undefined && last?.pid === server.pid && record?.ready === true };
}

export function describe(files: ServerFiles, server: ServerProcess, record: DatabaseRecord | undefined): RunningServer {
  const { pid, port } = server;
  return { address: `127.0.0.1:${port}`, pid, database: files.database, version: record?.version ?? null };
}
