/** What the pipeline does around the study: the model in use is a file, and news are lines of another one. */
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineStudy, type StudyDefinition } from '../../index.ts';

export interface Model {
  readonly C: number;
  readonly gamma: number;
}

/** Where the Python worker waits for trials. */
export const TRAINING = 'training';

export interface RetrainingActivities {
  /** The study that looks for a better model than the one in use. */
  prepare(study: string, trials: number): Promise<StudyDefinition>;
  /** Puts a model into use; to do it twice changes nothing. */
  promote(model: Model): Promise<void>;
  /** Tells people. */
  notify(news: string): Promise<void>;
}

export function retrainingActivities(folder: string): RetrainingActivities {
  const inUse = join(folder, 'model.json');
  return {
    async prepare(study, trials) {
      const model = JSON.parse(await readFile(inUse, 'utf8')) as Model;
      return defineStudy(
        {
          name: study,
          space: { C: { float: [0.01, 100], scale: 'log' }, gamma: { float: [1e-6, 0.1], scale: 'log' } },
          objective: { name: 'accuracy', goal: 'maximize' },
          trial: { activity: 'train', queue: TRAINING, retries: 1 },
          sampler: 'tpe',
          stop: { trials },
          parallel: 2,
          order: 'trial',
          seed: 5,
          enqueue: [{ ...model, baseline: true }],
          evaluate: { test: 'own', metrics: ['accuracy'] },
        },
        { directory: folder },
      );
    },

    async promote(model) {
      // whole or not at all
      await writeFile(`${inUse}.new`, JSON.stringify(model));
      await rename(`${inUse}.new`, inUse);
    },

    notify: (news) => appendFile(join(folder, 'news.txt'), `${news}\n`),
  };
}
