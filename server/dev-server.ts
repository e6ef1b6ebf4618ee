/**
 * The embedded Temporal server of a home: one, however many ask for it at once, and back on its address after a kill.
 *
 * Starting and stopping happen under the home's lock. Should this process die on any line, the next start finds no
 * server, or finds it by its command line and completes what was left.
 */
import { access, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binary } from './binary/version.ts';
import { chooseBinary } from './choice.ts';
import { ServerError } from './error.ts';
import { openHome, serverFiles, type ServerFiles } from './home.ts';
import { adopt, launch } from './launch.ts';
import { withLock } from './lock.ts';
import { isServed } from './port.ts';
import { processTable } from './process-table.ts';
import { describe, homeState, type RunningServer } from './running.ts';

export interface StartOptions {
  readonly home: string;
  /** Path of the temporal program; else it is searched for (binary/search.ts). */
  readonly binary?: string | undefined;
  /** End the server when this process ends, however it ends. A server that runs already is left alone. Default: false. */
  readonly foreground?: boolean | undefined;
  /** Told, in sentences, what takes long or is out of the ordinary. */
  readonly onNote?: ((note: string) => void) | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

export interface StartedServer extends RunningServer {
  /** False when it ran already. */
  readonly started: boolean;
}

export type ServerStatus = RunningServer | (Omit<RunningServer, 'address' | 'pid'> & { address: null; pid: null });

export interface StopOptions {
  readonly home: string;
  /** How long it may take to end by itself before it is killed, milliseconds. Default: 10 s. */
  readonly graceMs?: number;
}

const KILL_PATIENCE_MS = 10_000;
const POLL_MS = 20;

/** The home's server, healthy, started unless it runs. Throws a ServerError that says what failed and what to do. */
export async function startServer(options: StartOptions): Promise<StartedServer> {
  requireSystem();
  const files = await openHome(options.home);
  const { record, server, wasHealthy } = await homeState(files);
  if (server && wasHealthy && (await isServed(server.port)))
    return { ...describe(files, server, record), started: false };
  // the search may download, so it comes before the lock; it is repeated if a database has appeared meanwhile
  const found = server ? undefined : (await chooseBinary(files, searchOf(options))).binary;
  return withLock(files.lock, () => startLocked(files, options, found));
}

/** The server that was stopped, or undefined when none ran. Throws a ServerError where it cannot be ended. */
export async function stopServer({ home, graceMs = 10_000 }: StopOptions): Promise<RunningServer | undefined> {
  const files = await serverFiles(home);
  if (!(await isThere(files.directory))) return undefined;
  return withLock(files.lock, async () => {
    let stopped: RunningServer | undefined;
    // a script that started the program is a process of the server too
    for (;;) {
      const { record, server } = await homeState(files);
      if (!server) break;
      await endProcess(server.pid, graceMs);
      stopped ??= describe(files, server, record);
    }
    await rm(files.processRecord, { force: true });
    return stopped;
  });
}

/** What runs in the home; creates nothing and asks nobody. */
export async function serverStatus({ home }: { readonly home: string }): Promise<ServerStatus> {
  const files = await serverFiles(home);
  const { record, server } = await homeState(files);
  if (server) return describe(files, server, record);
  return { address: null, pid: null, database: files.database, version: record?.version ?? null };
}

function requireSystem(): void {
  if (process.platform === 'win32')
    throw new ServerError(
      'The embedded Temporal server needs Linux or macOS. On Windows, use WSL, or set TEMPORAL_ADDRESS to a server that runs already.',
    );
}

async function startLocked(
  files: ServerFiles,
  options: StartOptions,
  found: Binary | undefined,
): Promise<StartedServer> {
  for (;;) {
    const { record, server } = await homeState(files);
    if (!server) break;
    if (!record) throw new ServerError(lostRecordMessage(files, server.pid));
    const adopted = await adopt(files, server, record);
    if (adopted) return { ...adopted, started: false };
  }
  const { foreground = false, env = process.env, onNote = () => {} } = options;
  const choice = await chooseBinary(files, searchOf(options), found);
  return { ...(await launch({ files, ...choice, withCaller: foreground, env, onNote })), started: true };
}

function searchOf({ binary: named, env, onNote }: StartOptions): Parameters<typeof chooseBinary>[1] {
  return { named, env, onNote };
}

async function endProcess(pid: number, graceMs: number): Promise<void> {
  const start = await processTable.startOf(pid);
  if (start === undefined) return;
  for (const [signal, patienceMs] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', KILL_PATIENCE_MS],
  ] as const) {
    const deadline = performance.now() + patienceMs;
    send(pid, signal);
    do {
      if ((await processTable.startOf(pid)) !== start) return;
      await delay(POLL_MS);
    } while (performance.now() < deadline);
  }
  throw new ServerError(
    `The server, process ${pid}, does not end, not even by SIGKILL: the system holds it. Try again later.`,
  );
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return;
    throw new ServerError(`Cannot end the server, process ${pid}: ${message}. Ask the user it belongs to.`, {
      cause: error,
    });
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function lostRecordMessage(files: ServerFiles, pid: number): string {
  return (
    `A server (process ${pid}) runs on ${files.database}, but ${files.databaseRecord}, which says what version made it, is ` +
    `lost. Stop it with 'dtune server stop', then name the program once with DTUNE_TEMPORAL (or --temporal).`
  );
}
