/** Samplers of other libraries, with the libraries: what they suggest in a study is what they suggest when they are used alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createSuggest } from '../../activities/suggest.ts';
import { bridgeStudy, play, samplerSyntax, type Library } from '../../bench/bridge/problem.ts';
import { KNOWN } from '../../samplers/registry.ts';
import { ALL, bridgeVenv, TORCH } from './bridge-venv.ts';
import { TORCH_INSTALL_MS } from './venv.ts';

const PLAIN = fileURLToPath(new URL('../../bench/bridge/plain.py', import.meta.url));
const SEED = 7;

let python: string;
let artifacts: string;
beforeAll(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'dtune-bridge-'));
  python = await bridgeVenv();
}, TORCH_INSTALL_MS);
afterAll(() => rm(artifacts, { recursive: true, force: true }));

const worker = (): ReturnType<typeof createSuggest> => createSuggest({ artifacts, samplers: KNOWN, threads: 1 });

/** No seed brings back what these keep: they are refused, which the door's tests show. */
const STATEFUL: readonly string[] = ['CmaEsSampler', 'NSGAIISampler', 'QMCSampler'];

const plain = async (library: Library, sampler: string, trials: number): Promise<unknown> => {
  // as the bridge has it: sums must not depend on the number of threads
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', PYTHONWARNINGS: 'ignore' };
  const { stdout } = await promisify(execFile)(python, [PLAIN, library, sampler, String(trials), String(SEED)], {
    env,
  });
  return JSON.parse(stdout);
};

type Case = readonly [library: Library, sampler: string, trials: number];
const OPTUNA: readonly Case[] = [['optuna', 'TPESampler', 30]];
const GAUSSIAN: readonly Case[] = [['optuna', 'GPSampler', 18]];
const OTHERS: readonly Case[] = [
  ['optuna', 'CmaEsSampler', 30],
  ['optuna', 'NSGAIISampler', 120],
  ['optuna', 'QMCSampler', 20],
  ['hyperopt', 'tpe', 24],
  ['hyperopt', 'anneal', 24],
  ['hyperopt', 'atpe', 18],
  ['skopt', 'GP', 12],
  ['skopt', 'ET', 14],
  ['bayes_opt', 'UpperConfidenceBound', 8],
  ['bayes_opt', 'ExpectedImprovement', 8],
];

const cases = ALL ? [...OPTUNA, ...OTHERS] : TORCH ? GAUSSIAN : OPTUNA;

describe.each(cases)('%s %s in a study', (library, sampler, trials) => {
  it('suggests what it suggests alone with the same seed, and goes on alike in another worker', async () => {
    const study = bridgeStudy(samplerSyntax(library, sampler, python), SEED);
    const [first, second] = [worker(), worker()];
    const alone = plain(library, sampler, trials);
    const points = await play(study, trials, (trial) => (trial < trials - 3 ? first : second));
    expect(points).toEqual(await alone);
  }, 300_000);
});

const seeded = cases.filter(([, sampler]) => !STATEFUL.includes(sampler));

describe.each(seeded)('%s %s by reseed', (library, sampler) => {
  it('suggests what rows and seed alone say', async () => {
    const study = bridgeStudy(samplerSyntax(library, sampler, python, { exact: 'reseed' }), SEED);
    const [first, second] = [worker(), worker()];
    const few = 7;
    const once = await play(study, few, () => first);
    expect(await play(study, few, (trial) => (trial < few - 2 ? first : second))).toEqual(once);
    expect(new Set(once.map(String)).size).toBe(few);
  }, 300_000);
});
