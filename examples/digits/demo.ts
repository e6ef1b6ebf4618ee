/**
 * `npm run demo`: tunes the digits network, then asks the one question that counts: on digits that tuning never saw, is the best found
 * better than the defaults? Server and worker are this demo's own and end with it; it leaves digits-report.html.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { endWorker } from '../../cli/background/worker-process.ts';
import { stopServer } from '../../server/dev-server.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const dtune = join(here, '../../dist/cli/main.js');
const home = await mkdtemp(join(tmpdir(), 'dtune-demo-'));
// Ctrl-C reaches the commands, too, and they clean up
process.on('SIGINT', () => {});
try {
  await run('run', join(here, 'study.yaml'), '--foreground');
  // promote, keep or inconclusive: an honest answer either way
  await run('verdict', 'digits');
  const report = resolve('digits-report.html');
  await run('report', 'digits', '-o', report);
  process.stdout.write(`\nreport: ${pathToFileURL(report).href}\n`);
} finally {
  // commands that only look bring the home's server back, and its worker
  await endWorker(home);
  await stopServer({ home });
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}

/** Runs `dtune` on the demo's home. @throws Error where it fails */
async function run(command: string, ...args: string[]): Promise<void> {
  process.stdout.write('\n');
  // what the environment says of other servers and homes is none of the demo's business
  const child = spawn(process.execPath, [dtune, command, ...args, '--embedded', '--home', home], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0 && command !== 'verdict') throw new Error(`dtune ${command} ended with ${code}`);
}
