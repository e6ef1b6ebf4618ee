/** Trials of an HTTP service, as a user has them: worker and service are killed, and nothing of the secret is left anywhere. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../activities/runners/harness.ts';
import { Desk } from './dtune.ts';

const SECRET = 'c4n4ry-of-the-service';
const MARK = 'not-a-secret-at-all';
const TRIALS = 8;
const program = fileURLToPath(new URL('./trials/http-service.js', import.meta.url));

let desk: Desk;
let folder: string;
let port: number;
let service: ChildProcess | undefined;

beforeAll(async () => {
  desk = await Desk.create();
  folder = join(desk.folder, 'jobs');
  mkdirSync(folder);
  port = await freePort();
  await startService();
});
afterAll(async () => {
  const last = service;
  service = undefined;
  last?.kill('SIGKILL');
  await desk.close();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}

/** Back a moment after it was killed, on the same port. */
async function startService(): Promise<void> {
  const child = spawn(process.execPath, [program, folder, String(port)], {
    env: { ...process.env, TRAIN_TOKEN: SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  service = child;
  child.once('exit', () => {
    if (service === child) setTimeout(() => void (service === child && startService()), 700);
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
}

interface Start {
  readonly trial: string;
  readonly key: string;
}

function starts(): Start[] {
  const file = join(folder, 'starts');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => ({ trial: line.split(' ')[0]!, key: line.split(' ')[1]! }));
}

const hasBegun = (number: number) => () => starts().some(({ trial }) => trial.startsWith(`${number}/`));

describe('a study whose trials an HTTP service runs', () => {
  it('has each begun once, whatever is killed', async () => {
    const file = await desk.file('study.json', {
      name: 'remote',
      space: { x: { float: [0, 1] } },
      objective: { name: 'loss', goal: 'minimize' },
      trial: {
        http: {
          url: `http://127.0.0.1:${port}/jobs`,
          headers: { Authorization: { env: 'TRAIN_TOKEN', prefix: 'Bearer ' }, 'X-Mark': MARK },
          poll: { every: '100ms' },
        },
        heartbeat: '1s',
        retries: 1,
      },
      sampler: 'random',
      stop: { trials: TRIALS },
      seed: 3,
    });
    const env = { TRAIN_TOKEN: SECRET };
    const refused = await desk.run('run', file);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('there is no environment variable TRAIN_TOKEN here');

    const { done } = desk.startWith(env, 'run', file, '--json');
    // 2 kills the service itself as it has begun; of 5 the worker has not heard yet that it has; 7 runs
    for (const number of [5, 7]) {
      await until(`trial ${number} has begun`, hasBegun(number), 60_000);
      process.kill((await desk.workerPid())!, 'SIGKILL');
    }
    const result = await done;
    expect(result).toMatchObject({ code: 0 });

    const begun = starts();
    expect(new Set(begun.map(({ key }) => key)).size).toBe(begun.length);
    // 3 has failed by itself, once
    const expected = Array.from({ length: TRIALS }, (_, number) => `${number}/1`);
    expect(begun.map(({ trial }) => trial).sort()).toEqual([...expected, '3/2'].sort());
    expect(existsSync(join(folder, 'ended'))).toBe(false);

    const { stdout } = await desk.run('trials', 'remote', '--json');
    const trials = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { params: { x: number }; values: { loss: number }; state: string });
    expect(trials.map(({ state }) => state)).toEqual(Array.from({ length: TRIALS }, () => 'complete'));
    for (const { params, values } of trials) expect(values.loss).toBe((params.x - 0.3) ** 2);
  });

  it('leaves its secret in no history, log, export or report', async () => {
    const report = join(desk.folder, 'report.html');
    const spoken = [
      await desk.run('report', 'remote', '-o', report),
      await desk.run('export', 'remote', '--format', 'csv'),
      await desk.run('log', 'remote'),
    ];
    const texts = [...spoken.flatMap(({ stdout, stderr }) => [stdout, stderr]), await readFile(report, 'utf8')];
    for (const text of texts) expect(text).not.toContain(SECRET);
    // database, logs, archive, registrations
    const files = await readdir(desk.home, { recursive: true, withFileTypes: true });
    let marked = 0;
    for (const file of files.filter((each) => each.isFile())) {
      const bytes = await readFile(join(file.parentPath, file.name));
      expect([file.name, bytes.includes(SECRET)]).toEqual([file.name, false]);
      if (bytes.includes(MARK)) marked++;
    }
    // what is no secret is found there
    expect(marked).toBeGreaterThan(0);
  });
});
