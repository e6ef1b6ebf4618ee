import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Connection } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { findBinary } from '../../server/binary/search.ts';
import { serverStatus, startServer, stopServer } from '../../server/dev-server.ts';
import { isServed } from '../../server/port.ts';
import { processTable } from '../../server/process-table.ts';
import { isPlanted, killServer, plant, portOf, serversOf } from './dev-server-rig.ts';
import { fakeTemporal, useScratch } from './scratch.ts';

const scratch = useScratch();
const hasProc = existsSync('/proc/self/stat');

describe('starting', () => {
  it('gives one server to all who start it at once, in one process or several', async () => {
    const home = scratch.home('home');
    const others = [scratch.start(home, 'background'), scratch.start(home, 'background')];
    const mine = Array.from({ length: 3 }, () => startServer({ home }));
    const servers = await Promise.all([...mine, ...others.map(({ server }) => server)]);
    expect(servers.filter(({ started }) => started)).toHaveLength(1);
    const { started: _, ...first } = servers[0];
    for (const server of servers) expect(server).toMatchObject(first);
    expect(await serverStatus({ home })).toEqual(first);
    // it does not need those who started it
    for (const { child } of others) if (child.exitCode === null) await once(child, 'exit');
    expect(await isServed(portOf(first.address))).toBe(true);
    expect(await serversOf(first.database)).toBe(1);
  });

  it('gives two homes servers and databases of their own', async () => {
    const [a, b] = await Promise.all([
      startServer({ home: scratch.home('a') }),
      startServer({ home: scratch.home('b') }),
    ]);
    expect(a.pid).not.toBe(b.pid);
    expect(a.address).not.toBe(b.address);
    await plant(a.address, 'study');
    expect([await isPlanted(a.address, 'study'), await isPlanted(b.address, 'study')]).toEqual([true, false]);
  });

  it('keeps closed workflows for 90 days, in a write-ahead log', async () => {
    const { address, database } = await startServer({ home: scratch.home('home') });
    const connection = await Connection.connect({ address });
    const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    await connection.close();
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(90 * 86_400);
    expect(existsSync(`${database}-wal`)).toBe(true);
  });

  it.skipIf(!hasProc)('listens on the loopback alone, in a session of its own', async () => {
    const { pid, address } = await startServer({ home: scratch.home('home') });
    const names = await Promise.all(
      (await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
    );
    const sockets = new Set(names.map((name) => /^socket:\[(\d+)\]$/.exec(name)?.[1]));
    const listening = ['tcp', 'tcp6'].map(async (kind) =>
      (await readFile(`/proc/${pid}/net/${kind}`, 'utf8'))
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter((fields) => fields[3] === '0A' && sockets.has(fields[9]))
        .map((fields) => fields[1]),
    );
    const local = (await Promise.all(listening)).flat();
    expect(local).toContain(`0100007F:${portOf(address).toString(16).toUpperCase().padStart(4, '0')}`);
    expect(local.filter((socket) => !socket.startsWith('0100007F:'))).toEqual([]);
    const session = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1].split(' ')[3];
    expect(Number(session)).toBe(pid);
  });

  it('comes back on its address with its database after a kill', async () => {
    const home = scratch.home('home');
    const before = await startServer({ home });
    await plant(before.address, 'study');
    await killServer(home);
    const after = await startServer({ home });
    expect(after).toMatchObject({ address: before.address, database: before.database, started: true });
    expect(after.pid).not.toBe(before.pid);
    expect(await isPlanted(after.address, 'study')).toBe(true);
  });

  it('moves to another port, and says so, while another program has its own', async () => {
    const home = scratch.home('home');
    const { address } = await startServer({ home });
    await plant(address, 'study');
    await stopServer({ home });
    const other = createServer().listen(portOf(address), '127.0.0.1');
    await once(other, 'listening');
    const notes: string[] = [];
    const moved = await startServer({ home, onNote: (note) => notes.push(note) });
    other.close();
    expect(moved.address).not.toBe(address);
    expect(await isPlanted(moved.address, 'study')).toBe(true);
    expect(notes).toEqual([
      `Port ${portOf(address)}, where this home's server was, is taken by another program: it is now on ${moved.address}. ` +
        'Workers that still look for it on the old port have to be restarted.',
    ]);
  });

  it.skipIf(!hasProc)(
    'tries other ports when one is taken in the last moment, and keeps the program, not the script that runs it',
    async () => {
      const home = scratch.home('home');
      const { path, version, server } = await findBinary();
      const [flag, runs] = [scratch.path('tried'), `exec ${path} "$@"`];
      const body = `[ -e ${flag} ] && ${runs}; touch ${flag}; echo "listen: bind: address already in use" >&2; exit 1`;
      const script = await fakeTemporal(scratch.path('temporal'), version, server, body);
      const env = { ...process.env, DTUNE_CACHE: scratch.path('cache') };
      expect(await startServer({ home, binary: script, env })).toMatchObject({ started: true });
      const kept = scratch.path('cache', 'temporal', `${version}+${server}`, 'temporal');
      expect((await stat(kept)).size).toBe((await stat(path)).size);
    },
  );

  it('notes that the program could not be kept', async () => {
    await writeFile(scratch.path('cache'), '');
    const notes: string[] = [];
    const env = { ...process.env, DTUNE_CACHE: scratch.path('cache') };
    const { path: binary } = await findBinary();
    await startServer({ home: scratch.home('home'), binary, env, onNote: (note) => notes.push(note) });
    expect(notes).toEqual([expect.stringContaining(`Could not keep a copy of ${binary} for later: ENOTDIR`)]);
  });

  it('ends a foreground server with its caller, even a killed one', async () => {
    const home = scratch.home('home');
    const { child, server } = scratch.start(home, 'foreground');
    const { pid } = await server;
    expect(await serverStatus({ home })).toMatchObject({ pid });
    child.kill('SIGKILL');
    await expect.poll(() => serverStatus({ home }), { timeout: 20_000 }).toMatchObject({ pid: null });
  });
});

describe('stopping', () => {
  it('leaves no process, lock or record of one, and keeps the database', async () => {
    const home = scratch.home('home');
    const { started, ...server } = await startServer({ home });
    expect(started).toBe(true);
    expect(await stopServer({ home })).toEqual(server);
    expect(await processTable.commandOf(server.pid)).toBeUndefined();
    expect(await isServed(portOf(server.address))).toBe(false);
    const left = await readdir(scratch.path('home', 'server'));
    expect(left.filter((name) => !name.startsWith('temporal.db')).sort()).toEqual(['database.json', 'server.log']);
    const { address: _, pid: __, ...rest } = server;
    expect(await serverStatus({ home })).toEqual({ address: null, pid: null, ...rest });
    expect(await stopServer({ home })).toBeUndefined();
  });

  it('kills a server that does not end by itself', async () => {
    const home = scratch.home('home');
    const { pid } = await startServer({ home });
    process.kill(pid, 'SIGSTOP');
    expect(await stopServer({ home, graceMs: 100 })).toMatchObject({ pid });
    expect(await serverStatus({ home })).toMatchObject({ pid: null });
  });

  it('ends the program together with a script that waits for it', async () => {
    const home = scratch.home('home');
    const { path, version, server } = await findBinary();
    const script = await fakeTemporal(scratch.path('temporal'), version, server, `${path} "$@"`);
    const env = { ...process.env, DTUNE_CACHE: scratch.path('cache') };
    const { address } = await startServer({ home, binary: script, env });
    expect(await stopServer({ home })).toMatchObject({ address });
    expect(await serverStatus({ home })).toMatchObject({ pid: null });
    expect(await isServed(portOf(address))).toBe(false);
  });

  it('has nothing to do in a home that does not exist, and does not make one', async () => {
    const home = scratch.home('never');
    expect(await stopServer({ home })).toBeUndefined();
    expect(await serverStatus({ home })).toEqual({
      address: null,
      pid: null,
      database: scratch.path('never', 'server', 'temporal.db'),
      version: null,
    });
    expect(existsSync(home)).toBe(false);
  });
});
