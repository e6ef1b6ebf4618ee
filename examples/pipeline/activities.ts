/** The pipeline's own activities, around the study: what they read and write stays in one folder. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineStudy, type BestTrial, type StudyDefinition, type StudyInput, type TrialContext } from '../../index.ts';
import { forecastError, forecasts, type Smoothing } from './forecast.ts';

export interface Published {
  readonly study: string;
  /** Units sold in the month after the last, as forecast. */
  readonly next: number;
  /** Mean absolute error of the forecasts so far, units. */
  readonly error: number;
}

/** What the trials receive: the weights that are tuned, and the data set that an earlier step has made. */
interface Forecasting extends Smoothing {
  readonly data: string;
}

export interface PipelineActivities {
  /** Writes this night's data set and describes the study of it. */
  prepare(study: string): Promise<StudyInput>;
  /** The study as a workflow takes it: reading one needs zod, which is no part of workflow code. */
  define(study: StudyInput): Promise<StudyDefinition>;
  publish(study: string, best: BestTrial): Promise<Published>;
}

/** @param queue  task queue of the worker that runs the trials */
export function pipelineActivities(folder: string, queue: string): PipelineActivities {
  return {
    async prepare(study) {
      const data = join(folder, `${study}.json`);
      await writeFile(data, JSON.stringify(sales()));
      const weight = { float: [0.001, 0.999] } as const;
      return {
        name: study,
        space: { level: weight, trend: weight, season: weight, data: { fixed: data } },
        objective: { name: 'error', goal: 'minimize' },
        trial: { function: 'forecast', queue },
        stop: { trials: 24 },
        parallel: 4,
        order: 'trial',
        seed: 1,
        enqueue: [{ level: 0.5, trend: 0.1, season: 0.1, baseline: true }],
      };
    },

    define: async (study) => defineStudy(study, { directory: folder }),

    async publish(study, { params, values }) {
      const { data, ...weights } = params as unknown as Forecasting;
      const next = Math.round(forecasts(await read(data), weights).at(-1)!);
      const published: Published = { study, next, error: values['error']! };
      await writeFile(join(folder, `${study}-published.json`), JSON.stringify(published));
      return published;
    },
  };
}

/** The trial: a function of the pipeline's own worker. */
export async function forecast({ params }: TrialContext<Forecasting>): Promise<number> {
  return forecastError(await read(params.data), params);
}

async function read(path: string): Promise<number[]> {
  return JSON.parse(await readFile(path, 'utf8')) as number[];
}

/** Units sold a month over six years, made up: growth, a season, and noise that is the same every time. */
function sales(): number[] {
  return Array.from({ length: 72 }, (_, month) => {
    const noise = ((month * 7919) % 101) / 101 - 0.5;
    return Math.round(1000 + 9 * month + 220 * Math.sin((month * Math.PI) / 6) + 160 * noise);
  });
}
