/**
 * What a home remembers of its server. `database.json` is written before the database and stays: Temporal never migrates
 * a SQLite database, so only the version that made it may open it, and workers come back to the port they know.
 * `process.json` names the server last seen healthy; it is a hint, the process table decides.
 */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { ServerError } from './error.ts';
import type { Machine } from './machine.ts';

export interface DatabaseRecord {
  /** Names this database for ever; stands in its server's command line. */
  readonly id: string;
  /** Version of the `temporal` program, as `1.9.1`. */
  readonly version: string;
  /** Version of the Temporal server in it, as `1.32.0`: what the database's layout depends on. */
  readonly server: string;
  readonly port: number;
  /** False until a server was healthy on it once: what the file holds until then is nobody's. */
  readonly ready: boolean;
  /** Id of the namespace in it, once known: proof that the server that answers is this one. */
  readonly namespaceId?: string;
}

export interface ProcessRecord {
  readonly pid: number;
  readonly address: string;
  readonly machine: Machine;
}

/** The database's record, or undefined where there is none. Throws a ServerError when it cannot be read as one. */
export async function readDatabaseRecord(path: string): Promise<DatabaseRecord | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  const value = parse(text) as Partial<DatabaseRecord> | undefined;
  const strings = [value?.id, value?.version, value?.server];
  if (value && strings.every((part) => typeof part === 'string') && Number.isInteger(value.port))
    return { ...value, ready: value.ready === true } as DatabaseRecord;
  throw new ServerError(
    `${path} does not say which version of Temporal made the database beside it: it holds ${JSON.stringify(text.slice(0, 80))}. ` +
      'Remove it and name the right program once with DTUNE_TEMPORAL (or --temporal), or use a new home (DTUNE_HOME).',
  );
}

/** The process last seen healthy, or undefined where none is written or what is written is no such record. */
export async function readProcessRecord(path: string): Promise<ProcessRecord | undefined> {
  const value = parse((await readText(path)) ?? '') as Partial<ProcessRecord> | undefined;
  const { pid, address, machine } = value ?? {};
  if (!Number.isInteger(pid) || typeof address !== 'string') return undefined;
  if (typeof machine?.host !== 'string' || typeof machine.boot !== 'string') return undefined;
  return value as ProcessRecord;
}

/** Writes a record so that readers see the old one or the new one whole, also after a crash. */
export async function writeRecord(path: string, record: DatabaseRecord | ProcessRecord): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(record, undefined, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new ServerError(`Cannot write ${path}: ${(error as Error).message}.`, { cause: error });
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw new ServerError(`Cannot read ${path}: ${(error as Error).message}.`, { cause: error });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}
