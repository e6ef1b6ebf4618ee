/** Checkpoints of a training: a directory with the training's state and its accuracies so far. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrialContext } from '../../activities/runners/trial-context.ts';
import type { Training } from '../digits/training.ts';

const TRAINING = 'training';
const CURVE = 'curve.json';

/** Puts the training where the trial's checkpoint was made. @returns the accuracy after each epoch so far: none without a checkpoint */
export async function pickUp({ checkpoint }: Pick<TrialContext, 'checkpoint'>, training: Training): Promise<number[]> {
  if (checkpoint === undefined) return [];
  training.restore(await readFile(join(checkpoint, TRAINING)));
  return JSON.parse(await readFile(join(checkpoint, CURVE), 'utf8')) as number[];
}

/** Makes a checkpoint; the study has it once this has settled. */
export async function keep(
  { checkpointDirectory, saveCheckpoint }: Pick<TrialContext, 'checkpointDirectory' | 'saveCheckpoint'>,
  training: Training,
  curve: readonly number[],
): Promise<void> {
  const directory = checkpointDirectory();
  await writeFile(join(directory, TRAINING), training.save());
  await writeFile(join(directory, CURVE), JSON.stringify(curve));
  await saveCheckpoint({ directory });
}
