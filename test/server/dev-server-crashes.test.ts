import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { serverStatus, startServer, stopServer } from '../../server/dev-server.ts';
import { type ServerFiles, serverFiles } from '../../server/home.ts';
import { type DatabaseRecord, readDatabaseRecord, writeRecord } from '../../server/records.ts';
import { isPlanted, killServer, plant, serversOf } from './dev-server-rig.ts';
import { useScratch } from './scratch.ts';

const scratch = useScratch();

describe('what a crash leaves', () => {
  it.each(['', 'garbage', '{"pid":1,"address":"x","machine":{"host":"h","boot":"b"}'])(
    'is found again when the record of the process is %j',
    async (text) => {
      const home = scratch.home('home');
      const server = await startServer({ home });
      await writeFile((await serverFiles(home)).processRecord, text);
      expect(await serverStatus({ home })).toMatchObject({ pid: server.pid, address: server.address });
      expect(await startServer({ home })).toEqual({ ...server, started: false });
    },
  );

  it('is completed when whoever started the server died before it was healthy', async () => {
    const home = scratch.home('home');
    const files = await serverFiles(home);
    const server = await startServer({ home });
    await plant(server.address, 'study');
    await rm(files.processRecord);
    const { namespaceId, ...unknown } = (await readDatabaseRecord(files.databaseRecord))!;
    await writeRecord(files.databaseRecord, { ...unknown, ready: false });
    expect(await startServer({ home })).toEqual({ ...server, started: false });
    expect(await readDatabaseRecord(files.databaseRecord)).toMatchObject({ ready: true, namespaceId });
    expect(await isPlanted(server.address, 'study')).toBe(true);
  });

  it('is no server when another process has its id by now', async () => {
    const home = scratch.home('home');
    const { pid } = await startServer({ home });
    const { processRecord } = await serverFiles(home);
    const record = await readFile(processRecord, 'utf8');
    await killServer(home);
    await writeFile(processRecord, record.replace(String(pid), String(process.pid)));
    expect(await serverStatus({ home })).toMatchObject({ address: null, pid: null });
    expect(await stopServer({ home })).toBeUndefined();
  });

  it('is put aside when it is a database on which no server was ever healthy', async () => {
    const home = scratch.home('home');
    await startServer({ home });
    await stopServer({ home });
    const files = await serverFiles(home);
    await writeFile(files.database, 'half made');
    for (const part of ['-wal', '-shm']) await rm(files.database + part, { force: true });
    await changeRecord(files, { ready: false });
    expect(await startServer({ home })).toMatchObject({ started: true });
    expect(await readFile(`${files.database}.unfinished`, 'utf8')).toBe('half made');
  });
});

describe('starters killed at any moment', () => {
  it('leave one server and a whole database to the next', async () => {
    const home = scratch.home('home');
    const { database, address } = await startServer({ home });
    await plant(address, 'study');
    // a start takes 200 to 900 ms here: from before the lock to after the last record
    for (const killAfterMs of [200, 350, 450, 550, 700, 900]) {
      await killServer(home);
      const { child, server } = scratch.start(home, 'background');
      server.catch(() => {});
      await delay(killAfterMs);
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      const next = await startServer({ home });
      expect(next.address).toBe(address);
      expect(await serversOf(database)).toBe(1);
      expect(await isPlanted(address, 'study')).toBe(true);
    }
    await stopServer({ home });
    const left = await readdir(scratch.path('home', 'server'));
    expect(left.filter((name) => /lock$|process|unfinished/.test(name))).toEqual([]);
  });
});

async function changeRecord(files: ServerFiles, changes: Partial<DatabaseRecord>): Promise<void> {
  await writeRecord(files.databaseRecord, { ...(await readDatabaseRecord(files.databaseRecord))!, ...changes });
}
