// A member of a population: every step depends on all before, and its state is kept as a directory.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Trains, and leaves it to `measure` to say what it is worth. */
export async function train(trial) {
  const { attributes } = await member(trial);
  return { attributes };
}

export async function measure({ checkpoint }) {
  await delay(20);
  return { values: { loss: JSON.parse(await readFile(join(checkpoint, 'state'), 'utf8')).m } };
}

export async function member({ params, budget, seed, checkpoint, checkpointDirectory, saveCheckpoint }) {
  const state =
    checkpoint === undefined
      ? { step: 0, m: 1, seeds: [] }
      : JSON.parse(await readFile(join(checkpoint, 'state'), 'utf8'));
  while (state.step < budget) {
    await delay(10);
    state.step++;
    state.m = (1 - params.h) ** 2 * state.m + params.h ** 2;
    if (state.step % 5 === 0) state.seeds.push(seed);
    const directory = checkpointDirectory();
    await writeFile(join(directory, 'state'), JSON.stringify(state));
    await saveCheckpoint({ directory });
  }
  const sha256 = createHash('sha256').update(JSON.stringify(state)).digest('hex');
  return { values: { loss: state.m }, attributes: { sha256, step: state.step } };
}
