/**
 * The user's cache of `temporal` programs, shared by all homes: CACHE/temporal/<version>+<server>/temporal. Programs
 * appear in it whole, by a rename, after they have told their version; the copy that made a database outlives any
 * upgrade of the system's own.
 */
import { chmod, constants, copyFile, mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Binary, inspectBinary } from './version.ts';

const HOUR_MS = 3_600_000;

/** The cache's directory of programs: DTUNE_CACHE, else the user's cache directory. */
export function binaryCache(env: NodeJS.ProcessEnv = process.env): string {
  const user = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(resolve(env['DTUNE_CACHE'] || join(user, 'durable-tune')), 'temporal');
}

/** The programs in the cache, newest version first. */
export async function cachedBinaries(cache: string): Promise<Binary[]> {
  const names = await readdir(cache).catch(() => []);
  const found = names.map(async (name) => {
    const [, version, server] = /^([^+]+)\+([^+]+)$/.exec(name) ?? [];
    const path = join(cache, name, 'temporal');
    const isFile = await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    return version && server && isFile ? [{ path, version, server }] : [];
  });
  const newestFirst = new Intl.Collator('en', { numeric: true });
  return (await Promise.all(found)).flat().sort((a, b) => newestFirst.compare(b.version, a.version));
}

/**
 * Copies `binary` into the cache unless it is there. Throws where it cannot be written.
 *
 * @param image the file to copy; a script is passed over, since it only points to a program that may change
 */
export async function keepBinary(cache: string, binary: Binary, image: string = binary.path): Promise<void> {
  const kept = (await cachedBinaries(cache)).some(({ path }) => path === placeOf(cache, binary));
  if (kept || (await isScript(image))) return;
  await fetchIntoCache(cache, async (directory) => {
    const copy = join(directory, 'temporal');
    await copyFile(image, copy, constants.COPYFILE_FICLONE);
    return copy;
  });
}

/**
 * The program that `fetch` puts into the empty directory it is given, moved into the cache. `fetch` returns its path;
 * several processes may fetch the same one at once.
 */
export async function fetchIntoCache(cache: string, fetch: (directory: string) => Promise<string>): Promise<Binary> {
  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  const directory = await mkdtemp(join(cache, '.fetch-'));
  try {
    const fetched = await fetch(directory);
    await chmod(fetched, 0o755);
    const binary = await inspectBinary(fetched);
    const path = placeOf(cache, binary);
    await mkdir(join(path, '..'), { recursive: true });
    await rename(fetched, path);
    return { ...binary, path };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function placeOf(cache: string, { version, server }: Binary): string {
  return join(cache, `${version}+${server}`, 'temporal');
}

async function isScript(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    return (await file.read(Buffer.alloc(2), 0, 2, 0)).buffer.toString() === '#!';
  } finally {
    await file.close();
  }
}

/** What a fetch that was killed left behind. */
async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith('.fetch-')) continue;
    const path = join(cache, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > HOUR_MS) await rm(path, { recursive: true, force: true });
  }
}
