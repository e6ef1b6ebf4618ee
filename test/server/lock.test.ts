import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, readlink, symlink, unlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../server/lock.ts';
import { thisMachine } from '../../server/machine.ts';
import { processTable } from '../../server/process-table.ts';
import { useScratch } from './scratch.ts';

const scratch = useScratch();

async function holder(changes: object): Promise<string> {
  const start = await processTable.startOf(process.pid);
  return JSON.stringify({ pid: process.pid, start, machine: await thisMachine(), hold: 'a', ...changes });
}

describe('the lock', () => {
  it('lets one in at a time and leaves nothing behind', async () => {
    const inside = { now: 0, most: 0 };
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, k) =>
        withLock(scratch.path('lock'), async () => {
          inside.most = Math.max(inside.most, ++inside.now);
          await new Promise((resolve) => setTimeout(resolve, 3));
          inside.now--;
          return k;
        }),
      ),
    );
    expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(inside).toEqual({ now: 0, most: 1 });
    expect(await readdir(scratch.path())).toEqual([]);
  });

  it('is released when the action throws', async () => {
    const failing = withLock(scratch.path('lock'), () => Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
    expect(await withLock(scratch.path('lock'), async () => 'in')).toBe('in');
  });

  it('counts right between processes that die holding it', async () => {
    const [lock, counter, rounds, processes] = [scratch.path('lock'), scratch.path('counter'), 15, 3];
    await writeFile(counter, '0');
    const script = fileURLToPath(new URL('lock-contender.ts', import.meta.url));
    const contenders = Array.from({ length: processes }, async () => {
      const child = spawn(process.execPath, ['--import', 'tsx', script, lock, counter, String(rounds)]);
      return (await once(child, 'exit'))[1];
    });
    expect(await Promise.all(contenders)).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL']);
    expect(await withLock(lock, () => readFile(counter, 'utf8'))).toBe(String(rounds * processes));
  });

  it('is taken over from a process that is gone', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    await symlink(await holder({ pid: gone.pid }), scratch.path('lock'));
    expect(await withLock(scratch.path('lock'), async () => 'in')).toBe('in');
    expect(await readdir(scratch.path())).toEqual([]);
  });

  it('is taken over by one of many that find it stale', async () => {
    await symlink(await holder({ start: 'long ago' }), scratch.path('lock'));
    let inside = 0;
    const enter = async (): Promise<number> => {
      const most = ++inside;
      await new Promise((resolve) => setTimeout(resolve, 3));
      inside--;
      return most;
    };
    const seen = await Promise.all(Array.from({ length: 8 }, () => withLock(scratch.path('lock'), enter)));
    expect(seen).toEqual(Array.from({ length: 8 }, () => 1));
    expect(await readdir(scratch.path())).toEqual([]);
  });

  it('is taken over when the id of its process belongs to another by now', async () => {
    await symlink(await holder({ start: 'long ago' }), scratch.path('lock'));
    expect(await withLock(scratch.path('lock'), async () => 'in')).toBe('in');
  });

  it('is taken over from before a reboot', async () => {
    const machine = { ...(await thisMachine()), boot: 'an earlier boot' };
    await symlink(await holder({ machine }), scratch.path('lock'));
    expect(await withLock(scratch.path('lock'), async () => 'in')).toBe('in');
  });

  it('is taken over after one that died while taking it over', async () => {
    const lock = scratch.path('lock');
    await symlink(await holder({ start: 'long ago' }), lock);
    await symlink(await holder({ start: 'long ago', hold: 'b' }), `${lock}.${await takeoverName(lock)}`);
    expect(await withLock(lock, async () => 'in')).toBe('in');
    expect(await readdir(scratch.path())).toEqual([]);
  });

  it('says who holds it when waiting takes too long', async () => {
    const elsewhere = { host: 'far-away', boot: 'another' };
    await symlink(await holder({ pid: 77, machine: elsewhere }), scratch.path('lock'));
    await expect(withLock(scratch.path('lock'), async () => 'in', 100)).rejects.toThrow(
      `Process 77 on far-away has held the lock ${scratch.path('lock')} for more than 0.1 s. ` +
        'Wait for it or end it; if that machine is gone for good, remove the lock.',
    );
    expect(await readlink(scratch.path('lock'))).toContain('far-away');
  });

  it('refuses what is no lock', async () => {
    const words = `${scratch.path('lock')} is not a lock of this program. Remove it and try again.`;
    await writeFile(scratch.path('lock'), '');
    await expect(withLock(scratch.path('lock'), async () => 'in')).rejects.toThrow(words);
    await unlink(scratch.path('lock'));
    await symlink('nonsense', scratch.path('lock'));
    await expect(withLock(scratch.path('lock'), async () => 'in')).rejects.toThrow(words);
  });

  it('says where it cannot be made', async () => {
    await expect(withLock(scratch.path('missing', 'lock'), async () => 'in')).rejects.toThrow(
      `Cannot create the lock ${scratch.path('missing', 'lock')}: ENOENT`,
    );
  });
});

/** The part of a takeover's name that says whose lock is taken over. */
async function takeoverName(lock: string): Promise<string> {
  const hash = createHash('sha256').update(await readlink(lock));
  return hash.digest('hex').slice(0, 16);
}
