/**
 * Bringing a home's server up, under the home's lock. The order of the writes is the point: which version makes the
 * database is on record before there is a database, and the server is on record once it has answered.
 */
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { binaryCache, keepBinary } from './binary/cache.ts';
import type { Binary } from './binary/version.ts';
import { ServerError } from './error.ts';
import type { ServerFiles } from './home.ts';
import { thisMachine } from './machine.ts';
import { freePort } from './port.ts';
import { awaitNamespace } from './readiness.ts';
import { type DatabaseRecord, writeRecord } from './records.ts';
import { describe, type RunningServer } from './running.ts';
import { beginLog, quoteLog } from './server-log.ts';
import { serverProcess, type ServerProcess, spawnServer } from './server-process.ts';

export interface Launch {
  readonly files: ServerFiles;
  readonly binary: Binary;
  /** The record of the database that is there; absent where there is none yet. */
  readonly previous: DatabaseRecord | undefined;
  /** End the server with this process. */
  readonly withCaller: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly onNote: (note: string) => void;
}

const HEALTHY_WITHIN_MS = 60_000;
const TRIES = 3;

/** The server, healthy. Throws a ServerError that quotes its log where it does not come up. */
export async function launch({ files, binary, previous, withCaller, env, onNote }: Launch): Promise<RunningServer> {
  for (let attempt = 1; ; attempt++) {
    const record = await prepareRecord(files, binary, previous);
    const outcome = await tryLaunch(files, binary, record, withCaller);
    if (typeof outcome === 'string') {
      if (attempt === TRIES || !/address already in use/i.test(outcome)) throw new ServerError(outcome);
      continue;
    }
    await keepProgram(binary, outcome.pid, env).catch((error: Error) =>
      onNote(`Could not keep a copy of ${binary.path} for later: ${error.message}`),
    );
    if (previous?.ready && previous.port !== record.port) onNote(movedNote(previous.port, record.port));
    return outcome;
  }
}

/**
 * Brings a server that runs already to the state that `launch` leaves, as one whose starter died.
 *
 * @returns undefined when it ended instead; throws a ServerError when it does not answer
 */
export async function adopt(
  files: ServerFiles,
  server: ServerProcess,
  record: DatabaseRecord,
): Promise<RunningServer | undefined> {
  const deadline = performance.now() + HEALTHY_WITHIN_MS;
  const hasEnded = async (): Promise<boolean> => !(await serverProcess(server.pid, files, record.id));
  const isOver = async (): Promise<boolean> => performance.now() > deadline || (await hasEnded());
  const namespaceId = await awaitNamespace(server.port, isOver);
  if (namespaceId !== undefined) return recordHealthy(files, server, record, namespaceId);
  if (await hasEnded()) return undefined;
  throw new ServerError(
    `The server of this home, process ${server.pid}, has not answered on 127.0.0.1:${server.port} for ` +
      `${HEALTHY_WITHIN_MS / 1000} s. End it with 'dtune server stop' and start again. ${await quoteLog(files.log, 0)}`,
  );
}

async function prepareRecord(
  files: ServerFiles,
  { version, server }: Binary,
  previous: DatabaseRecord | undefined,
): Promise<DatabaseRecord> {
  const port = await freePort(previous?.port);
  // a database on which no server ever got healthy may be half made, and nothing was ever put into it
  if (!previous?.ready) await setAside(files.database);
  const record = previous?.ready
    ? { ...previous, version, port }
    : { id: randomUUID(), version, server, port, ready: false };
  await writeRecord(files.databaseRecord, record);
  return record;
}

async function setAside(database: string): Promise<void> {
  for (const part of ['', '-wal', '-shm'])
    await rename(database + part, `${database}.unfinished${part}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw new ServerError(`Cannot move ${database}${part}: ${error.message}.`);
    });
}

/** The server, or in words why it did not come up. */
async function tryLaunch(
  files: ServerFiles,
  binary: Binary,
  record: DatabaseRecord,
  withCaller: boolean,
): Promise<RunningServer | string> {
  const logStart = await beginLog(files.log);
  const child = await spawnServer(binary.path, files, record, withCaller).catch((error: Error) => {
    throw new ServerError(`Cannot run ${binary.path}: ${error.message}. Name another with DTUNE_TEMPORAL.`, {
      cause: error,
    });
  });
  const deadline = performance.now() + HEALTHY_WITHIN_MS;
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const namespaceId = await awaitNamespace(record.port, async () => hasExited() || performance.now() > deadline);
  // an unknown database: a stranger's server, while ours is giving the port up, or a file that was put there by hand
  if (record.namespaceId !== undefined && ![undefined, record.namespaceId].includes(namespaceId))
    for (let k = 0; k < 100 && !hasExited(); k++) await delay(20);
  const ended = hasExited();
  if (namespaceId !== undefined && !ended)
    return recordHealthy(files, { pid: child.pid, port: record.port }, record, namespaceId);
  if (!ended) await kill(child);
  const log = await quoteLog(files.log, logStart);
  if (ended) return `The Temporal server ended while starting (${binary.path}). ${log}`;
  return `The Temporal server (${binary.path}) was not healthy after ${HEALTHY_WITHIN_MS / 1000} s. ${log}`;
}

async function kill(child: ChildProcess): Promise<void> {
  child.ref();
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** The very program that made a database is to open it later, whatever becomes of the one on PATH. */
async function keepProgram(binary: Binary, pid: number, env: NodeJS.ProcessEnv): Promise<void> {
  // what runs now is the program itself, also where the path is that of a script which starts it
  const image = `/proc/${pid}/exe`;
  await keepBinary(binaryCache(env), binary, existsSync(image) ? image : binary.path);
}

async function recordHealthy(
  files: ServerFiles,
  server: ServerProcess,
  record: DatabaseRecord,
  namespaceId: string,
): Promise<RunningServer> {
  const running = describe(files, server, record);
  await writeRecord(files.databaseRecord, { ...record, port: server.port, ready: true, namespaceId });
  await writeRecord(files.processRecord, {
    pid: server.pid,
    address: running.address,
    machine: await thisMachine(),
  });
  return running;
}

function movedNote(before: number, now: number): string {
  return (
    `Port ${before}, where this home's server was, is taken by another program: it is now on 127.0.0.1:${now}. ` +
    'Workers that still look for it on the old port have to be restarted.'
  );
}
