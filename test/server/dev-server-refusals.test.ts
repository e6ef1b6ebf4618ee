import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBinary } from '../../server/binary/search.ts';
import { serverStatus, startServer, stopServer } from '../../server/dev-server.ts';
import { serverFiles } from '../../server/home.ts';
import { readDatabaseRecord, writeRecord } from '../../server/records.ts';
import { isPlanted, plant } from './dev-server-rig.ts';
import { fakeTemporal, useScratch } from './scratch.ts';

const scratch = useScratch();

describe('refusals', () => {
  it('refuses to open an old database with a newer program, and goes on with the one that made it', async () => {
    const home = scratch.home('home');
    const { address, version } = await startServer({ home });
    const { server } = (await readDatabaseRecord((await serverFiles(home)).databaseRecord))!;
    await plant(address, 'study');
    await stopServer({ home });
    const newer = await fakeTemporal(scratch.path('bin', 'temporal'), '99.0.0', '99.1.0');
    await expect(startServer({ home, binary: newer })).rejects.toThrow(
      `was made by temporal ${version} (server ${server}). Temporal does not migrate such a database, so only server ` +
        `${server} may open it, and there is none:\n  ${newer} is temporal 99.0.0 (server 99.1.0)`,
    );
    // an upgrade of the program on PATH does not matter: the one that made the database is in the cache
    const env = { ...process.env, PATH: scratch.path('bin'), DTUNE_TEMPORAL: '' };
    expect(await startServer({ home, env })).toMatchObject({ address, version, started: true });
    expect(await isPlanted(address, 'study')).toBe(true);
  });

  it('refuses a database that nothing says the version of, until the program is named', async () => {
    const home = scratch.home('home');
    const { address } = await startServer({ home });
    await plant(address, 'study');
    const files = await serverFiles(home);
    await rm(files.databaseRecord);
    await rm(files.processRecord);
    await expect(startServer({ home })).rejects.toThrow(
      "is lost. Stop it with 'dtune server stop', then name the program once with DTUNE_TEMPORAL (or --temporal).",
    );
    await stopServer({ home });
    const env = { ...process.env, DTUNE_TEMPORAL: '' };
    await expect(startServer({ home, env })).rejects.toThrow(
      `${files.databaseRecord}, which says what version of Temporal made ${files.database}, is lost; another version could ` +
        'ruin it. Name the right program once with DTUNE_TEMPORAL=/path/to/temporal (or --temporal), or use a new home (DTUNE_HOME).',
    );
    const again = await startServer({ home, binary: (await findBinary()).path });
    expect(await isPlanted(again.address, 'study')).toBe(true);
  });

  it('takes a database that was put in the place of its own', async () => {
    const [home, other] = [scratch.home('home'), scratch.home('other')];
    const there = await startServer({ home: other });
    await plant(there.address, 'study');
    await startServer({ home });
    await Promise.all([stopServer({ home }), stopServer({ home: other })]);
    const [to, from] = [await serverFiles(home), await serverFiles(other)];
    for (const name of await readdir(from.directory))
      if (name.startsWith(basename(from.database))) await cp(`${from.directory}/${name}`, `${to.directory}/${name}`);
    expect(await isPlanted((await startServer({ home })).address, 'study')).toBe(true);
  });

  it('quotes the end of the log when the server dies', async () => {
    const home = scratch.home('home');
    const body = 'echo first; echo "panic: no luck today" >&2; exit 3';
    const broken = await fakeTemporal(scratch.path('temporal'), '1.9.1', '1.32.0', body);
    const env = { ...process.env, DTUNE_CACHE: scratch.path('cache') };
    const { log } = await serverFiles(home);
    const failure = () => startServer({ home, binary: broken, env }).catch((error: Error) => error.message);
    const words = `The Temporal server ended while starting (${broken}). Its log (${log}) ends:\n  first\n  panic: no luck today`;
    expect(await failure()).toBe(words);
    // only what was printed this time
    expect(await failure()).toBe(words);
    expect((await readdir(scratch.path('home', 'server'))).sort()).toEqual(['database.json', 'server.log']);
    // no database was made, so nothing binds the home to that version
    expect(await startServer({ home })).toMatchObject({ started: true });
  });

  it('says what program could not be run', async () => {
    const home = scratch.home('home');
    const vanishing = await fakeTemporal(scratch.path('temporal'), '1.9.1', '1.32.0');
    await writeFile(vanishing, (await readFile(vanishing, 'utf8')).replace('; exit; fi', '; rm "$0"; exit; fi'));
    const env = { ...process.env, DTUNE_CACHE: scratch.path('cache') };
    await expect(startServer({ home, binary: vanishing, env })).rejects.toThrow(
      `Cannot run ${vanishing}: spawn ${vanishing} ENOENT. Name another with DTUNE_TEMPORAL.`,
    );
  });

  it('refuses a home that cannot be written', async () => {
    await expect(startServer({ home: '/dev/null/home' })).rejects.toThrow(
      "Cannot create the directory /dev/null/home/server: ENOTDIR: not a directory, mkdir '/dev/null/home/server'. A home has " +
        'to be a directory you may write to: set DTUNE_HOME (or --home) to one.',
    );
    expect(await serverStatus({ home: '/dev/null/home' })).toMatchObject({ pid: null, version: null });
    expect(await stopServer({ home: '/dev/null/home' })).toBeUndefined();
  });

  it('refuses a home whose server runs on another machine', async () => {
    const home = scratch.home('home');
    await startServer({ home });
    await stopServer({ home });
    const { processRecord } = await serverFiles(home);
    const machine = { host: 'login-2', boot: 'another' };
    await writeRecord(processRecord, { pid: 77, address: '127.0.0.1:20001', machine });
    const words = `The server of this home runs on another machine, login-2 (process 77), says ${processRecord}; two servers on one database would ruin it.`;
    await expect(startServer({ home })).rejects.toThrow(words);
    await expect(stopServer({ home })).rejects.toThrow(words);
    await expect(serverStatus({ home })).rejects.toThrow(words);
    await rm(processRecord);
  });
});
