import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrialRequest } from '../../../../../study/contract.ts';
import type { JobSpec } from '../../../../../study/trial/remote.ts';
import { venv } from '../../../../python/venv.ts';
import { define } from '../../../../study/studies.ts';
import { cancelled, failureOf, LIMITS, startTrial, until, type Started } from '../rig.ts';

const TOKEN = 'c4n4ry-of-the-cluster';
const program = fileURLToPath(new URL('./cluster.py', import.meta.url));

let folder: string;
let cluster: ChildProcess;
let server: string;
let kubeconfig: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dtune-cluster-'));
  const python = join(await venv('kmock', ['kmock==0.8']), 'python');
  cluster = spawn(python, [program, folder, TOKEN], { stdio: ['ignore', 'pipe', 'inherit'] });
  server = await new Promise<string>((resolve) =>
    cluster.stdout!.once('data', (line: Buffer) => resolve(line.toString().trim())),
  );
  kubeconfig = await writeConfig({ token: TOKEN });
}, 120_000);
afterAll(async () => {
  cluster.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function writeConfig(user: object, more: object = {}): Promise<string> {
  const path = join(folder, `config-${Math.random().toString(36).slice(2)}`);
  const config = {
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'local', user: 'me', namespace: 'ml' } }],
    clusters: [{ name: 'local', cluster: { server, ...more } }],
    users: [{ name: 'me', user }],
  };
  await writeFile(path, JSON.stringify(config));
  return path;
}

interface Changes {
  readonly config?: string;
  readonly request?: Partial<TrialRequest>;
  readonly info?: Parameters<typeof startTrial>[2];
  readonly timeoutMs?: number;
}

function start(script: string, { config = kubeconfig, request, info, timeoutMs }: Changes = {}): Started {
  const written = { image: 'train:1', command: [process.execPath, '-e', script], kubeconfig: config };
  const trial = define({ trial: { job: { kubernetes: written, every: '100ms' } } }).trial;
  if (trial.kind !== 'job') throw new Error(trial.kind);
  const job: JobSpec = { ...trial.job, everyMs: 30, unreachableMs: 300 };
  const limits = { ...LIMITS, ...(timeoutMs !== undefined && { timeoutMs }) };
  return startTrial({ trial: { kind: 'job', job, ...limits }, ...request }, { allowJob: () => true }, info);
}

const lines = (file: string): string[] =>
  existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim().split('\n') : [];
const startsOf = (number: number): string[] => lines('starts').filter((line) => line.includes(`/${number}/`));

describe('a Kubernetes Job', () => {
  it('is a command with the trial in its environment, its last line is the result', async () => {
    const script = `const { params, number, attempt } = JSON.parse(process.env.DTUNE_TRIAL);
      console.log(JSON.stringify({ value: number, attributes: { ...JSON.parse(process.env.DTUNE_PARAMS), attempt } }));`;
    const { answer } = start(script, { request: { number: 101 } });
    // no shell and no cluster has read $(reboot)
    expect(await answer).toMatchObject({ values: [101], attributes: { lr: 0.01, kind: '$(reboot)', attempt: 1 } });
    expect(startsOf(101).length).toBe(1);
    expect(startsOf(101)[0]).toMatch(/^dtune-digits-101-[0-9a-f]{16} digits\/run-1\/101\/1-/);
  });

  it('reports and gives checkpoints by lines of its log, and its result as termination message', async () => {
    const script = `console.log('{"report": [1, 0.9]}\\n{"checkpoint": "s3://b/1"}\\nepoch two\\n{"report": [2, 0.7]}');
      require('node:fs').writeFileSync(process.env.DTUNE_RESULT, '{"value": 0.7}');`;
    expect(await start(script, { request: { number: 102 } }).answer).toMatchObject({
      values: [0.7],
      reports: [
        [1, 0.9],
        [2, 0.7],
      ],
      checkpoint: 's3://b/1',
    });
  });

  it('that fails is the trial’s own failure, with what it said last', async () => {
    const script = `console.log('{"report": [1, 0.9]}'); console.error('out of memory'); process.exit(3);`;
    expect(await failureOf(start(script, { request: { number: 103 } }).answer)).toMatchObject({
      type: 'TrialFailedError',
      message: expect.stringMatching(
        /^the Job dtune-digits-103-\w+ has failed \(BackoffLimitExceeded, exit code 3\): out of memory$/,
      ) as string,
      details: [{ reports: [[1, 0.9]] }],
    });
  });

  it('is found again by the next attempt, whether its worker knew of it or not', async () => {
    const script = `setTimeout(() => console.log('{"value": 0.5}'), 400)`;
    const first = start(script, { request: { number: 104 } });
    await until(() => startsOf(104).length > 0);
    first.environment.cancel(...cancelled('workerShutdown'));
    await failureOf(first.answer);
    const { remote } = first.heartbeats.at(-1)!;
    const known = { attempt: 2, heartbeatDetails: { attempt: 1, steps: 0, remote } };
    for (const info of [known, { attempt: 3 }])
      expect((await start(script, { request: { number: 104 }, info }).answer).values).toEqual([0.5]);
    expect(startsOf(104).length).toBe(1);
  });

  it('that nobody wants is deleted with its pods, by name where no worker knew of it', async () => {
    const forever = `setInterval(() => {}, 1000)`;
    const { answer, environment } = start(forever, { request: { number: 105 } });
    await until(() => startsOf(105).length > 0);
    environment.cancel(...cancelled('cancelRequested'));
    expect(await failureOf(answer)).toMatchObject({ name: 'CancelledFailure' });
    expect(lines('deleted').filter((line) => line.includes('-105-'))).toEqual([expect.stringMatching(/ Foreground$/)]);
    const late = start(forever, { request: { number: 106 }, timeoutMs: 300 });
    expect((await failureOf(late.answer)).message).toBe('ran longer than 300ms (timeout)');
    expect(lines('deleted').filter((line) => line.includes('-106-')).length).toBe(1);
  });

  it.each<[string, object, object, string]>([
    ['another token', { token: 'wrong-token-of-mine' }, {}, 'answered 401: Unauthorized: Bearer [token]'],
    [
      'no certificate to trust',
      { token: TOKEN },
      { 'insecure-skip-tls-verify': true },
      'insecure-skip-tls-verify is true',
    ],
    ['a user known by a program', { exec: { command: 'aws' } }, {}, 'its user is known by a program'],
    ['no server', { token: TOKEN }, { server: '' }, 'its cluster has no server'],
  ])('is refused with %s', async (_, user, more, words) => {
    const config = await writeConfig(user, more);
    expect((await failureOf(start('', { config, request: { number: 107 } }).answer)).message).toContain(words);
  });

  it('is submitted by a worker that allows it alone', async () => {
    const trial = define({ trial: { job: { kubernetes: { image: 'train:1', kubeconfig } } } }).trial;
    const failure = await failureOf(startTrial({ trial: trial as TrialRequest['trial'] }).answer);
    expect(failure.message).toContain('this worker submits no jobs for this study');
  });

  it('leaves its token nowhere', async () => {
    const { answer, heartbeats, logs } = start('console.log(1)', { request: { number: 108 } });
    const failure = await failureOf(answer);
    const all = JSON.stringify([failure, failure.message, heartbeats, logs]);
    expect(all).toContain('gave no result');
    expect(all).not.toContain(TOKEN);
  });
});
