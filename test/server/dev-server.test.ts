import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterEach, describe, expect, it } from 'vitest';
import { findBinary } from '../../server/binary.ts';
import { type StartedServer, serverStatus, startServer, stopServer } from '../../server/dev-server.ts';
import { type ServerFiles, serverFiles } from '../../server/home.ts';
import { isServed } from '../../server/port.ts';
import { processTable } from '../../server/process-table.ts';
import { type DatabaseRecord, readDatabaseRecord, writeRecord } from '../../server/records.ts';
import { fakeTemporal, useScratch } from './scratch.ts';

const scratch = useScratch();
const hasProc = existsSync('/proc/self/stat');
const portOf = (address: string): number => Number(address.split(':')[1]);

let connections: Connection[] = [];
afterEach(async () => {
  for (const connection of connections) await connection.close();
  connections = [];
});

async function connect(address: string): Promise<Connection> {
  const connection = await Connection.connect({ address });
  connections.push(connection);
  return connection;
}

/** Puts a workflow into the server's database, and tells whether one is there. */
async function plant(address: string, workflowId: string): Promise<void> {
  const client = new Client({ connection: await connect(address) });
  await client.workflow.start('none', { workflowId, taskQueue: 'none' });
}

async function isPlanted(address: string, workflowId: string): Promise<boolean> {
  const client = new Client({ connection: await connect(address) });
  return client.workflow
    .getHandle(workflowId)
    .describe()
    .then(
      () => true,
      () => false,
    );
}

async function killServer(home: string): Promise<void> {
  const { pid } = await serverStatus({ home });
  process.kill(pid!, 'SIGKILL');
  await expect.poll(() => serverStatus({ home }), { interval: 10 }).toMatchObject({ pid: null });
}

async function changeRecord(files: ServerFiles, changes: Partial<DatabaseRecord>): Promise<void> {
  await writeRecord(files.databaseRecord, { ...(await readDatabaseRecord(files.databaseRecord))!, ...changes });
}

function startInProcess(home: string, mode: 'background' | 'foreground') {
  const script = fileURLToPath(new URL('start-server.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, home, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  return { child, server: once(child.stdout, 'data').then(([line]) => JSON.parse(String(line)) as StartedServer) };
}

describe('starting', () => {
  it('gives one server to all who start it at once, in one process or several', async () => {
    const home = scratch.home('home');
    const others = [startInProcess(home, 'background'), startInProcess(home, 'background')];
    const mine = Array.from({ length: 3 }, () => startServer({ home }));
    const servers = await Promise.all([...mine, ...others.map(({ server }) => server)]);
    expect(servers.filter(({ started }) => started)).toHaveLength(1);
    const { started: _, ...first } = servers[0];
    for (const server of servers) expect(server).toMatchObject(first);
    expect(await serverStatus({ home })).toEqual(first);
    // it does not need those who started it
    for (const { child } of others) if (child.exitCode === null) await once(child, 'exit');
    expect(await isServed(portOf(first.address))).toBe(true);
    const running = await Promise.all((await processTable.pids()).map((pid) => processTable.commandOf(pid)));
    expect(running.filter((command) => command?.includes(`--db-filename ${first.database} `))).toHaveLength(1);
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
    const { workflowService } = await connect(address);
    const { config } = await workflowService.describeNamespace({ namespace: 'default' });
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
    const { child, server } = startInProcess(home, 'foreground');
    const { pid } = await server;
    expect(await serverStatus({ home })).toMatchObject({ pid });
    child.kill('SIGKILL');
    await expect.poll(() => serverStatus({ home }), { timeout: 20_000 }).toMatchObject({ pid: null });
  });
});

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
    for (const killAfterMs of [150, 300, 400, 450, 500, 550, 600, 700, 900]) {
      await killServer(home);
      const { child, server } = startInProcess(home, 'background');
      server.catch(() => {});
      await delay(killAfterMs);
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      const next = await startServer({ home });
      expect(next.address).toBe(address);
      const commands = await Promise.all((await processTable.pids()).map((pid) => processTable.commandOf(pid)));
      expect(commands.filter((command) => command?.includes(`--db-filename ${database} `))).toHaveLength(1);
      expect(await isPlanted(address, 'study')).toBe(true);
    }
    await stopServer({ home });
    const left = await readdir(scratch.path('home', 'server'));
    expect(left.filter((name) => /lock$|process|unfinished/.test(name))).toEqual([]);
  });
});

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
