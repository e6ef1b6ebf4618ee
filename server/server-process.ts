/**
 * The process of a home's server: how it is started, and how it is known again. A process is the home's server when its
 * command line names the home's database and the database's id; so a record that is lost or stale, and a process id
 * that was given to another, harm nothing.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { ServerFiles } from './home.ts';
import type { DatabaseRecord } from './records.ts';
import { processTable } from './process-table.ts';

export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
}

/**
 * Starts the server in a session of its own, so that a Ctrl-C at the terminal does not reach it.
 *
 * @param withCaller end it when this process ends, however it ends
 * @returns its process, or throws the Error with which it could not be started
 */
export async function spawnServer(
  program: string,
  files: ServerFiles,
  record: DatabaseRecord,
  withCaller: boolean,
): Promise<ChildProcess & { readonly pid: number }> {
  const log = await open(files.log, 'a', 0o600);
  try {
    const child = spawn(program, serverArguments(files, record), {
      cwd: files.directory,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: withoutTemporal(process.env),
    });
    await once(child, 'spawn');
    if (withCaller) endWithCaller(child);
    child.unref();
    return child as ChildProcess & { readonly pid: number };
  } finally {
    await log.close();
  }
}

/** The server's process on this machine, or undefined. Only the one of `hint` is looked at where it is the server. */
export async function findServerProcess(
  files: ServerFiles,
  id: string | undefined,
  hint: number | undefined,
): Promise<ServerProcess | undefined> {
  const hinted = hint === undefined ? undefined : await serverProcess(hint, files, id);
  if (hinted) return hinted;
  const found = await Promise.all((await processTable.pids()).map((pid) => serverProcess(pid, files, id)));
  return found.find((server) => server !== undefined);
}

/** Process `pid` if it is the server. */
export async function serverProcess(
  pid: number,
  files: ServerFiles,
  id: string | undefined,
): Promise<ServerProcess | undefined> {
  const command = await processTable.commandOf(pid);
  if (!command?.includes(` server start-dev --db-filename ${files.database} --port `)) return undefined;
  if (id !== undefined && !command.includes(identity(id))) return undefined;
  return { pid, port: Number(/ --port (\d+) /.exec(command)?.[1]) };
}

function serverArguments(files: ServerFiles, { id, port }: DatabaseRecord): string[] {
  const where = ['--db-filename', files.database, '--port', String(port), '--ip', '127.0.0.1', '--headless'];
  // a write-ahead log makes it about four times faster and survives a kill of the process
  const pragmas = ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=1'];
  return ['server', 'start-dev', ...where, ...pragmas, '--log-level', 'warn', '--dynamic-config-value', identity(id)];
}

/** A setting that the server does not know and ignores. */
function identity(id: string): string {
  return `dtune.database="${id}"`;
}

/** A profile or address meant for clients is none of the server's business. */
function withoutTemporal(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

/**
 * A shell that reads from this process until that ends, by whatever means, and then ends the server. It has a session of
 * its own, lest a Ctrl-C end it first, and goes when the server goes.
 */
function endWithCaller(server: ChildProcess): void {
  const watch = spawn('/bin/sh', ['-c', WATCH, 'sh', String(server.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watch.unref();
  (watch.stdin as unknown as { unref(): void }).unref();
  server.once('exit', () => watch.kill('SIGKILL'));
}

const WATCH = `
  while read -r line; do :; done
  kill -TERM "$1" || exit
  for second in 1 2 3 4 5 6 7 8 9 10; do sleep 1; kill -0 "$1" || exit; done
  kill -KILL "$1"
`;
