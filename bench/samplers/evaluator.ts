/** The evaluator (evaluator.py) as a process of its own that answers one line with one line. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Params } from '../../study/space/space.ts';

export interface Evaluation {
  readonly value?: number;
  /** Of several objectives. */
  readonly values?: readonly number[];
  /** Feasible where <= 0. */
  readonly constraints?: readonly number[];
  /** Of a noisy problem: the value without its noise. */
  readonly true?: number;
}

export interface Evaluator {
  /** @param draw  counts the evaluations of a run, for problems with noise. @throws Error with the evaluator's own words */
  evaluate(problem: string, params: Params, draw: number): Promise<Evaluation>;
  /** Of a table: the values of all its points, ascending. 'hpobench_vehicle/car' is the same space for another data set. */
  table(problem: string): Promise<readonly number[]>;
  /** Of a problem with several objectives, up to its reference point. */
  hypervolume(problem: string, points: readonly (readonly number[])[]): Promise<number>;
  close(): void;
}

/** @param python  the interpreter; requirements.txt says which packages which problems need */
export function startEvaluator(python: string): Evaluator {
  const child = spawn(python, [new URL('evaluator.py', import.meta.url).pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  let ended: Error | undefined;
  const end = (why: string): void => {
    ended ??= new Error(`the evaluator (${python}) ${why}`);
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  child.on('error', (error) => end(`did not start: ${error.message}`));
  child.on('exit', (code) => end(`ended with code ${code}`));
  // a write to a process that has ended: its end says why
  child.stdin.on('error', () => undefined);
  createInterface(child.stdout).on('line', (line) => waiting.shift()?.resolve(line));

  const ask = async (request: object): Promise<Record<string, unknown>> => {
    if (ended) throw ended;
    const line = await new Promise<string>((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify(request)}\n`);
    });
    const reply = JSON.parse(line) as Record<string, unknown>;
    if (typeof reply['error'] === 'string')
      throw new Error(`the evaluator says ${reply['error']} to ${JSON.stringify(request)}`);
    return reply;
  };
  return {
    evaluate: (problem, params, draw) => ask({ problem, params, draw }),
    table: async (problem) => (await ask({ table: problem }))['values'] as number[],
    hypervolume: async (problem, points) => (await ask({ hypervolume: problem, points }))['value'] as number,
    close: () => void child.stdin.end(),
  };
}
