/**
 * The workflow bundle: built when the package is built, used as it is while the SDK is the very version it was built with; else
 * bundled again (3 s) into the user's cache. Run as a program it writes dist/workflows/bundle.js.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HISTORY_GUARD, STUDY_WORKFLOWS } from './workflow-entry.ts';

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const isSource = import.meta.url.endsWith('.ts');

/** Where the workflows' code is, ready for a worker. */
export async function workflowBundle(): Promise<{ codePath: string }> {
  const built = join(here, isSource ? 'dist/workflows' : 'workflows', 'bundle.js');
  if (isCurrent(built)) return { codePath: built };
  const cache = process.env['DTUNE_CACHE'] ?? join(homedir(), '.cache', 'durable-tune');
  const cached = join(cache, `workflows-${packageVersion()}-${sdkVersion()}.js`);
  if (isSource || !isCurrent(cached)) await buildBundle(cached);
  return { codePath: cached };
}

/** Bundles workflows/ into a file, with the SDK's version beside it. */
export async function buildBundle(path: string): Promise<void> {
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: STUDY_WORKFLOWS,
    workflowInterceptorModules: [HISTORY_GUARD],
    logger: silent,
  });
  await mkdir(dirname(path), { recursive: true });
  // whole or not at all: two processes may build at once
  for (const [target, content] of [
    [path, code],
    [`${path}on`, JSON.stringify({ sdk: sdkVersion() })],
  ] as const) {
    await writeFile(`${target}.${process.pid}.tmp`, content);
    await rename(`${target}.${process.pid}.tmp`, target);
  }
}

function isCurrent(path: string): boolean {
  if (!existsSync(path) || !existsSync(`${path}on`)) return false;
  return (JSON.parse(readFileSync(`${path}on`, 'utf8')) as { sdk: string }).sdk === sdkVersion();
}

function sdkVersion(): string {
  return (require('@temporalio/worker/package.json') as { version: string }).version;
}

function packageVersion(): string {
  return (require(isSource ? './package.json' : '../package.json') as { version: string }).version;
}

const quiet = (): void => {};
const silent = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: console.warn, error: console.error };

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  await buildBundle(join(here, isSource ? 'dist/workflows' : 'workflows', 'bundle.js'));
