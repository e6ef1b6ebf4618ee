/** A process that adds 1 to the number in a file, `rounds` times, each under the lock; then it dies holding the lock. */
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { withLock } from '../../server/lock.ts';

const [lock, counter, rounds] = process.argv.slice(2) as [string, string, string];
for (let round = 0; round < Number(rounds); round++)
  await withLock(lock, async () => {
    const count = Number(await readFile(counter, 'utf8'));
    await delay(1);
    await writeFile(counter, String(count + 1));
  });
await withLock(lock, async () => void process.kill(process.pid, 'SIGKILL'));
