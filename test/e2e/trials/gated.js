// A deterministic objective some of whose trials fail, and which waits while a file with the trial's name is there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export async function gated({ params, study, number, checkpoint, report, saveCheckpoint, signal }) {
  const { x, y, depth, kind, frequency, extra = 0.5 } = params;
  for (let step = Number(checkpoint ?? 0); step < 2; step++) {
    await delay(30);
    report(step, x * step);
    saveCheckpoint(String(step + 1));
  }
  while (existsSync(join(process.env.TEST_GATES, `${study}-${number}`))) {
    if (signal.aborted) throw new Error('told to end');
    await delay(20);
  }
  if (number % 11 === 10) throw new Error('every eleventh fails');
  const bend = kind === 'wave' ? Math.sin(5 * frequency * x) : 0;
  return { value: (x - 0.3) ** 2 + (Math.log10(y) - 1) ** 2 + depth / 10 + bend + extra };
}
