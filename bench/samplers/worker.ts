/** A process that plays studies: a job in, a run out; started by jobs.ts. It ends with its parent's channel. */
import { pathToFileURL } from 'node:url';
import { withOwnSamplers } from '../../samplers/registry.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import { startEvaluator } from './evaluator.ts';
import type { Job, JobAnswer, Setting } from './jobs.ts';
import { play } from './play.ts';
import { problemNamed } from './problem.ts';

const { python, own } = JSON.parse(process.argv[2]) as Setting;
const evaluator = startEvaluator(python);
const samplers = own ? withOwnSamplers(await exportedBy(own)) : undefined;

process.on('message', ({ peer, sampler, problem, seed, budget }: Job) => {
  play(evaluator, problemNamed(problem)!, sampler, seed, budget, samplers).then(
    (run) => answer({ run: { peer, ...run } }),
    (error: Error) => answer({ fault: error.message }),
  );
});
process.on('disconnect', () => evaluator.close());

function answer(message: JobAnswer): void {
  process.send!(message);
}

async function exportedBy(module: string): Promise<Sampler[]> {
  const exported = Object.values((await import(pathToFileURL(module).href)) as Record<string, unknown>);
  return exported.filter((value): value is Sampler => typeof (value as Sampler | null)?.suggest === 'function');
}
