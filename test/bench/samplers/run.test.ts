import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const execute = promisify(execFile);

async function bench(script: string, ...flags: string[]): Promise<string> {
  const path = fileURLToPath(new URL(`../../../bench/samplers/${script}`, import.meta.url));
  return (await execute(process.execPath, ['--import', 'tsx', path, ...flags])).stdout;
}

it('a comparison runs, goes on where it stopped, is scored and drawn', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dtune-bench-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const compare = (seeds: string): Promise<string> =>
    bench(
      'run.ts',
      '--samplers',
      'random',
      '--problems',
      'svm_wine,cond_models',
      '--seeds',
      seeds,
      '--budget',
      '25',
      '--out',
      folder,
    );

  expect(await compare('0')).toContain('2 runs');
  expect(await compare('0-1')).toContain('2 runs');
  const lines = (await readFile(join(folder, 'runs_ours_random.jsonl'), 'utf8')).trim().split('\n');
  const runs = lines.map((line) => JSON.parse(line) as { problem: string; seed: number; curve: number[] });
  expect(runs.map(({ problem, seed }) => `${problem} ${seed}`)).toEqual([
    'svm_wine 0',
    'cond_models 0',
    'svm_wine 1',
    'cond_models 1',
  ]);
  for (const { curve } of runs) expect(curve).toHaveLength(25);

  const table = await bench('score.ts', folder, '--n', '25', '--peers', 'ours_random,optuna_tpe');
  expect(table).toMatch(/\| ours_random \| \d\.\d{3} \| \d\.\d{3} \|.* 2 \|/);
  expect(table).toMatch(/\| ours_random \| optuna_tpe \| .*\[[+−].*\].* ≤ [+−]\d\.\d{3} \(2\) \| [+−]\d\.\d{3} \|\n\n/);

  await bench('plot.ts', folder, '--n', '25', '--peers', 'ours_random,optuna_tpe', '--to', folder);
  expect(await readFile(join(folder, 'sklearn.svg'), 'utf8')).toMatch(/^<svg\s[^]*ours_random[^]*<\/svg>\s*$/);
});
