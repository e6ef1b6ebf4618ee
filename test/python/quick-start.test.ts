/** The quick start of the Python package's README, as somebody has it who has never seen this machine: in an empty environment. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk } from '../e2e/dtune.ts';
import { PACKAGE, packageVenv, PIP_INSTALL } from './venv.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
const script = /```python\n(# quick\.py\n[^]*?)```/.exec(readme)![1]!;

const programs = await packageVenv();
let desk: Desk;
let python: string;

beforeAll(async () => {
  desk = await Desk.create();
  const environment = join(desk.folder, 'environment');
  await run('python3', ['-m', 'venv', '--without-pip', environment]);
  python = join(environment, 'bin', 'python');
  const [, , ...install] = PIP_INSTALL;
  await run(join(programs, 'python'), ['-m', 'pip', '--python', python, ...install, PACKAGE]);
}, 600_000);
afterAll(() => desk.close());

it('has a result in ten lines, and has it at once when the script is run again', async () => {
  const file = await desk.file('quick.py', script);
  const env = { ...process.env, DTUNE: main, DTUNE_HOME: desk.home };
  expect(script.trim().split('\n').length).toBeLessThanOrEqual(12);

  const first = await run(python, [file], { cwd: desk.folder, env });
  expect(first.stdout).toMatch(/^\{'lr': .*'layers': \d.*\} \d+\.\d+\n$/);
  expect(first.stderr).toMatch(/quick-loss: complete, 20\/20 trials, best value/);

  const second = await run(python, [file], { cwd: desk.folder, env });
  expect(second.stdout).toBe(first.stdout);
  expect(second.stderr).toContain("study 'quick-loss' has finished before");

  const status = await desk.run('status', 'quick-loss', '--json');
  expect(JSON.parse(status.stdout)).toMatchObject({ counts: { complete: 20, failed: 0 } });
});
