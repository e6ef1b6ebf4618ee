/** Asks for its parameters while it runs, those of its branch after some work; some attempts fail once they have asked. */
import { setTimeout as sleep } from 'node:timers/promises';

export async function asking(trial) {
  const x = await trial.suggestFloat('x', -1, 1);
  const kind = await trial.suggestCategorical('kind', ['bowl', 'wave']);
  await sleep(30);
  if (trial.number % 4 === 3 && trial.attempt === 1) throw new Error('once, after it was given what it asked for');
  const frequency = kind === 'wave' ? await trial.suggestFloat('frequency', 0.1, 2, { log: true }) : 0;
  const depth = await trial.suggestInt('depth', 1, kind === 'wave' ? 8 : 4);
  return x * x + frequency / (1 + depth);
}
