/** The reaper's own process: reads `+GROUP` and `-GROUP` lines; when they end, so has the worker, and its trials are killed. */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { killMarked } from './marked.ts';
import { signalGroup } from './process-group.ts';

const folder = process.argv[2]!;
const groups = new Set<number>();

// it ends when its worker has, not before
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith('+')) groups.add(Number(line.slice(1)));
  else groups.delete(Number(line.slice(1)));
}
for (const group of groups) signalGroup(group, 'SIGKILL');
killMarked(folder);
// a process that was being started when the worker died carries the mark only now
await sleep(200);
killMarked(folder);
rmSync(folder, { recursive: true, force: true });
