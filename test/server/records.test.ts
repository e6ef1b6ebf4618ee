import { readdir, stat, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readDatabaseRecord, readProcessRecord, writeRecord } from '../../server/records.ts';
import { useScratch } from './scratch.ts';

const scratch = useScratch();
const database = { id: 'd1', version: '1.9.1', server: '1.32.0', port: 20_001, ready: true, namespaceId: 'n1' };
const running = { pid: 12, address: '127.0.0.1:20001', machine: { host: 'one', boot: 'b1' } };

describe('records', () => {
  it('come back as they were written, readable by their owner alone, nothing left beside them', async () => {
    await writeRecord(scratch.path('database.json'), { ...database, ready: false });
    await writeRecord(scratch.path('database.json'), database);
    await writeRecord(scratch.path('process.json'), running);
    expect(await readDatabaseRecord(scratch.path('database.json'))).toEqual(database);
    expect(await readProcessRecord(scratch.path('process.json'))).toEqual(running);
    expect((await stat(scratch.path('database.json'))).mode & 0o077).toBe(0);
    expect(await readdir(scratch.path())).toEqual(['database.json', 'process.json']);
  });

  it('are undefined where there are none', async () => {
    expect(await readDatabaseRecord(scratch.path('database.json'))).toBeUndefined();
    expect(await readProcessRecord(scratch.path('process.json'))).toBeUndefined();
    expect(await readProcessRecord('/dev/null/server/process.json')).toBeUndefined();
  });

  it.each(['', '{"id":"d1"', 'null', '[]', '{"id":"d1","version":"1.9.1","server":"1.32.0","port":"x"}'])(
    'refuses a database record %j in words',
    async (text) => {
      await writeFile(scratch.path('database.json'), text);
      await expect(readDatabaseRecord(scratch.path('database.json'))).rejects.toThrow(
        `${scratch.path('database.json')} does not say which version of Temporal made the database beside it: it holds ` +
          `${JSON.stringify(text)}. Remove it and name the right program once with DTUNE_TEMPORAL`,
      );
    },
  );

  it.each(['', '77', 'null', '{"pid":"x"}', '{"pid":1,"address":"a"}', '{"pid":1,"address":"a","machine":{"host":1}}'])(
    'takes a process record %j for none',
    async (text) => {
      await writeFile(scratch.path('process.json'), text);
      expect(await readProcessRecord(scratch.path('process.json'))).toBeUndefined();
    },
  );

  it('say where they cannot be written', async () => {
    await expect(writeRecord(scratch.path('missing', 'database.json'), database)).rejects.toThrow(
      `Cannot write ${scratch.path('missing', 'database.json')}: ENOENT`,
    );
  });
});
