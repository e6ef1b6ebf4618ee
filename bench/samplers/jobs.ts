/** Runs to be made, handed to processes that make them one after another. */
import { fork } from 'node:child_process';
import type { Run } from './play.ts';
import type { SamplerChoice } from './problem.ts';

export interface Job {
  readonly peer: string;
  readonly sampler: SamplerChoice;
  readonly problem: string;
  readonly seed: number;
  readonly budget: number;
}

export interface Setting {
  readonly python: string;
  /** A module that exports samplers of one's own. */
  readonly own?: string;
}

/** What a process says to a job. */
export type JobAnswer = { readonly run: Run } | { readonly fault: string };

/** Runs all jobs in `processes` processes, telling each as it ends; a job that fails is told in words, and the others go on. */
export async function runJobs(
  jobs: readonly Job[],
  processes: number,
  setting: Setting,
  tell: (job: Job, answer: JobAnswer) => void,
): Promise<void> {
  const waiting = [...jobs];
  const work = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const child = fork(new URL('worker.ts', import.meta.url), [JSON.stringify(setting)]);
    await new Promise<void>((resolve, reject) => {
      let job = waiting.shift()!;
      child.on('message', (answer: JobAnswer) => {
        tell(job, answer);
        const next = waiting.shift();
        if (next) child.send((job = next));
        else child.disconnect();
      });
      child.on('error', reject);
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with code ${code}`))));
      child.send(job);
    });
  };
  await Promise.all(Array.from({ length: processes }, work));
}
