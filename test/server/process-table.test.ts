import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { procfs, ps } from '../../server/process-table.ts';

const tables = [
  { name: '/proc', table: procfs, skip: !existsSync('/proc/self/stat') },
  { name: 'ps', table: ps, skip: false },
];

describe.each(tables)('the process table from $name', ({ table, skip }) => {
  it.skipIf(skip)('lists this process, with its start and its command line', async () => {
    expect(await table.pids()).toContain(process.pid);
    const start = await table.startOf(process.pid);
    expect(start).toMatch(/\d/);
    expect(await table.commandOf(process.pid)).toMatch(/\S/);
  });

  it.skipIf(skip)('tells the arguments of a process joined with spaces, and nothing once it has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'a b', '--last'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const pid = child.pid!;
    expect(await table.commandOf(pid)).toBe(`${process.execPath} -e setInterval(() => {}, 1000) a b --last`);
    expect(await table.startOf(pid)).toBeDefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await table.commandOf(pid)).toBeUndefined();
    expect(await table.startOf(pid)).toBeUndefined();
    expect(await table.pids()).not.toContain(pid);
  });

  it.skipIf(skip)('does not count a process that only waits to be reaped', async () => {
    // the shell, which might reap its child, is replaced by one that never waits for it, before that ends
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    try {
      await expect.poll(() => table.startOf(pid), { timeout: 10_000 }).toBeUndefined();
      expect(await table.pids()).toContain(pid);
    } finally {
      parent.kill('SIGKILL');
      await once(parent, 'exit');
    }
  });
});
