/**
 * Samplers of other libraries, used by themselves and in a study: is the sequence the same for one seed, and does it go on alike after
 * kill -9?
 *
 *   node --import tsx bench/bridge.ts --python VENV/bin/python [--only optuna] [--sampler GPSampler]
 *
 * A library by itself keeps what it offers to keep (Optuna a database, Hyperopt its trials file, scikit-optimize and bayesian-optimization
 * their state after each trial), is killed while a trial runs, and goes on from that (bench/bridge/plain.py). In a study the library's
 * process is killed at the same place, and so is all that the worker had in memory: another worker goes on from the log.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { createSuggest } from '../activities/suggest.ts';
import { KNOWN } from '../samplers/registry.ts';
import { bridgeStudy, play, samplerSyntax, type Library, type Tried } from './bridge/problem.ts';

const { values: flags } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    only: { type: 'string' },
    sampler: { type: 'string' },
    seed: { type: 'string', default: '7' },
  },
});
const PLAIN = fileURLToPath(new URL('bridge/plain.py', import.meta.url));
const seed = Number(flags.seed);
const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', PYTHONWARNINGS: 'ignore' };

const CASES: readonly (readonly [Library, string, number])[] = [
  ['optuna', 'TPESampler', 60],
  // needs PyTorch beside Optuna
  ['optuna', 'GPSampler', 24],
  ['optuna', 'CmaEsSampler', 60],
  ['optuna', 'NSGAIISampler', 120],
  ['optuna', 'QMCSampler', 60],
  ['hyperopt', 'tpe', 60],
  ['hyperopt', 'anneal', 60],
  ['hyperopt', 'atpe', 20],
  ['skopt', 'GP', 24],
  ['skopt', 'ET', 24],
  ['bayes_opt', 'UpperConfidenceBound', 20],
  ['bayes_opt', 'ExpectedImprovement', 20],
];

interface Kept {
  readonly tried: readonly Tried[];
  readonly seconds: number;
}

console.log(
  '| library | sampler | trials | killed in | alone, twice | alone, killed | study = alone | study, killed | reseed, killed | cold start |',
);
console.log('| --- | --- | ---: | ---: | --- | --- | --- | --- | --- | ---: |');
for (const [library, sampler, trials] of CASES) {
  if ((flags.only ?? library) !== library || (flags.sampler ?? sampler) !== sampler) continue;
  const kill = Math.round(trials * 0.6);
  const once = await alone(library, sampler, trials);
  const twice = await alone(library, sampler, trials);
  const resumed = await aloneKilled(library, sampler, trials, kill);
  const whole = await studied(library, sampler, trials);
  const killed = await studied(library, sampler, trials, kill);
  const cells = [
    library,
    sampler,
    trials,
    kill,
    difference(once, twice),
    difference(once, resumed),
    difference(once, whole.tried),
    difference(whole.tried, killed.tried),
    await reseeded(library, sampler, trials, kill),
    `${killed.seconds.toFixed(1)} s`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
process.exit(0);

/** Where two sequences part. */
function difference(a: readonly Tried[], b: readonly Tried[]): string {
  const at = a.findIndex((point, i) => JSON.stringify(point) !== JSON.stringify(b[i]));
  if (at >= 0) return `differs from ${at}`;
  return a.length === b.length ? 'same' : `differs from ${a.length}`;
}

async function alone(library: Library, sampler: string, trials: number, ...more: string[]): Promise<readonly Tried[]> {
  const args = [PLAIN, library, sampler, String(trials), String(seed), ...more];
  const { stdout } = await promisify(execFile)(flags.python, args, { env, maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as readonly Tried[];
}

async function aloneKilled(library: Library, sampler: string, trials: number, kill: number): Promise<readonly Tried[]> {
  const folder = await mkdtemp(join(tmpdir(), 'dtune-plain-'));
  try {
    const { signal } = await alone(library, sampler, trials, folder, String(kill)).then(
      () => ({ signal: undefined }),
      (error: { signal?: string }) => error,
    );
    if (signal !== 'SIGKILL') throw new Error(`${library} was to be killed in trial ${kill}`);
    return await alone(library, sampler, trials, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns what was tried, and how long the ask after the kill took */
async function studied(
  library: Library,
  sampler: string,
  trials: number,
  kill?: number,
  exact = 'replay',
): Promise<Kept> {
  const artifacts = await mkdtemp(join(tmpdir(), 'dtune-bridge-'));
  const study = bridgeStudy(samplerSyntax(library, sampler, flags.python, { exact }), seed);
  const worker = (): ReturnType<typeof createSuggest> => createSuggest({ artifacts, samplers: KNOWN, threads: 1 });
  const first = worker();
  let second: ReturnType<typeof createSuggest> | undefined;
  let began = 0;
  let seconds = 0;
  const tried = await play(
    study,
    trials,
    (trial) => {
      if (trial === kill) {
        began = performance.now();
        second = worker();
      } else if (kill !== undefined && trial === kill + 1) seconds = (performance.now() - began) / 1000;
      return second ?? first;
    },
    kill === undefined ? undefined : { at: kill, act: killChildren },
  );
  await rm(artifacts, { recursive: true, force: true });
  return { tried, seconds };
}

async function reseeded(library: Library, sampler: string, trials: number, kill: number): Promise<string> {
  if (['CmaEsSampler', 'NSGAIISampler', 'QMCSampler'].includes(sampler)) return 'refused';
  const whole = await studied(library, sampler, trials, undefined, 'reseed');
  const killed = await studied(library, sampler, trials, kill, 'reseed');
  return difference(whole.tried, killed.tried);
}

/** The processes that this one has started. */
async function killChildren(): Promise<void> {
  for (const task of await readdir('/proc/self/task'))
    for (const pid of (await readFile(`/proc/self/task/${task}/children`, 'utf8')).trim().split(' ').filter(Boolean))
      if ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('durable_tune/bridge'))
        process.kill(Number(pid), 'SIGKILL');
}
