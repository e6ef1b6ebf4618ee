/**
 * Python environments for tests: each is made once, in the user's cache, with the packages that its name stands for. Wheels alone: nothing
 * is compiled.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withLock } from '../../server/lock.ts';

const INSTALL_MS = 600_000;
/** PyTorch comes with libraries of 5 GB, milliseconds. */
export const TORCH_INSTALL_MS = 3_600_000;

/** The Python package of this project. */
export const PACKAGE = fileURLToPath(new URL('../../python', import.meta.url));

/**
 * An environment with the project's package as it stands here (editable: what is changed is what runs), what its tests need, and more.
 *
 * @param extras    names of the package's optional dependencies
 * @param packages  other requirements, as pip takes them: with exact versions
 * @returns the folder of its programs: python, pytest, dtune-worker
 */
export async function packageVenv(
  extras: readonly string[] = ['test'],
  packages: readonly string[] = [],
  installMs?: number,
): Promise<string> {
  const pyproject = readFileSync(join(PACKAGE, 'pyproject.toml'), 'utf8');
  // what it depends on stands before the settings of tools
  const [project] = pyproject.split('[tool.');
  return venv('python', ['--editable', `${PACKAGE}[${extras.join(',')}]`, ...packages], project, installMs);
}

/** The same with the frameworks that the package serves, PyTorch apart. */
export function frameworksVenv(): Promise<string> {
  const frameworks = ['scikit-learn==1.9.1', 'keras==3.15.1', 'jax==0.10.2', 'xgboost-cpu==3.2.0', 'lightgbm==4.7.0'];
  return packageVenv(['test', 'sklearn'], frameworks);
}

/** One with PyTorch, for what takes 5.5 GB where it is installed: commands of their own, not of the test run. */
export function torchVenv(): Promise<string> {
  const optuna = readFileSync(fileURLToPath(new URL('optuna-requirements.txt', import.meta.url)), 'utf8').trim();
  const frameworks = ['scikit-learn==1.9.1', 'torch==2.15.0', 'lightning==2.6.6', optuna];
  return packageVenv(['test', 'sklearn'], frameworks, TORCH_INSTALL_MS);
}

/**
 * An environment with these packages.
 *
 * @param name   begins its folder's name
 * @param state  what else it depends on
 * @param installMs  longest time that installing them may take, milliseconds
 * @returns the folder of its programs
 */
export async function venv(
  name: string,
  packages: readonly string[],
  state = '',
  installMs = INSTALL_MS,
): Promise<string> {
  const cache = resolve(
    process.env['DTUNE_CACHE'] || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'durable-tune'),
  );
  const id = createHash('sha256')
    .update(`${packages.join(' ')}\n${state}`)
    .digest('hex')
    .slice(0, 12);
  const folder = join(cache, `test-${name}-${id}`);
  const done = join(folder, 'installed');
  await mkdir(cache, { recursive: true });
  await withLock(
    `${folder}.lock`,
    async () => {
      if (await isThere(done)) return;
      await rm(folder, { recursive: true, force: true });
      // in its place from the beginning: what pip writes names it
      await run('python3', ['-m', 'venv', folder]);
      await run(join(folder, 'bin', 'python'), [...PIP_INSTALL, ...packages], { timeout: installMs });
      await mkdir(`${done}.new`);
      await rename(`${done}.new`, done);
    },
    installMs,
  );
  return join(folder, 'bin');
}

/** For `python`: installs what comes after. */
export const PIP_INSTALL: readonly string[] = [
  '-m',
  'pip',
  'install',
  '--quiet',
  '--no-input',
  '--disable-pip-version-check',
  '--only-binary=:all:',
];

const run = promisify(execFile);

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
