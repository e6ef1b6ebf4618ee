// A trial that holds a slot for a moment: a file of its process stands for it, and each counts those of the living.
import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export async function slot({ params, study }) {
  const folder = params.folder;
  const holders = join(folder, 'holders');
  mkdirSync(holders, { recursive: true });
  writeFileSync(join(holders, String(process.pid)), study);
  try {
    for (let step = 0; step < 4; step++) {
      const living = readdirSync(holders).filter((pid) => isAlive(Number(pid)));
      appendFileSync(join(folder, 'counts'), `${living.length}\n`);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  } finally {
    rmSync(join(holders, String(process.pid)));
  }
  return params.x;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
