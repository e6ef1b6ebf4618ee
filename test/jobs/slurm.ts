/**
 * Trials as Slurm jobs, on a cluster of this machine alone: as root, with Debian's slurmctld, slurmd, slurm-client and munge installed,
 * `node --import tsx test/jobs/slurm.ts`. It says what holds, one line each, and ends with an error at the first that does not.
 */
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { JobSpec } from '../../study/trial/remote.ts';
import { cancelled, failureOf, LIMITS, startTrial, until, type Started } from '../activities/runners/remote/rig.ts';
import { define } from '../study/studies.ts';

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'dtune-slurm-'));
const host = hostname().split('.')[0]!;
const daemons = new Map<string, ChildProcess>();

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function startDaemon(name: string, ...args: string[]): void {
  daemons.set(name, spawn(name, args, { stdio: ['ignore', 'ignore', 'ignore'] }));
}

async function endDaemon(name: string): Promise<void> {
  const child = daemons.get(name);
  if (!child || child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

async function startCluster(): Promise<void> {
  const config = join(folder, 'slurm.conf');
  await mkdir(join(folder, 'state'));
  await mkdir(join(folder, 'spool'));
  await writeFile(join(folder, 'munge.key'), randomBytes(1024), { mode: 0o400 });
  await writeFile(
    config,
    [
      `ClusterName=test`,
      `SlurmctldHost=${host}(127.0.0.1)`,
      `SlurmctldPort=${await freePort()}`,
      `SlurmdPort=${await freePort()}`,
      `SlurmUser=root`,
      `AuthType=auth/munge`,
      `AuthInfo=socket=${folder}/munge.socket`,
      `CredType=cred/munge`,
      `ProctrackType=proctrack/linuxproc`,
      `TaskPlugin=task/none`,
      `SwitchType=switch/none`,
      `MpiDefault=none`,
      `ReturnToService=2`,
      `StateSaveLocation=${folder}/state`,
      `SlurmdSpoolDir=${folder}/spool`,
      `SlurmctldPidFile=${folder}/slurmctld.pid`,
      `SlurmdPidFile=${folder}/slurmd.pid`,
      `SlurmctldLogFile=${folder}/slurmctld.log`,
      `SlurmdLogFile=${folder}/slurmd.log`,
      `NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN`,
      `PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:4`,
    ].join('\n'),
  );
  process.env['SLURM_CONF'] = config;
  const munge = {
    'key-file': 'munge.key',
    socket: 'munge.socket',
    'pid-file': 'munged.pid',
    'log-file': 'munged.log',
    'seed-file': 'seed',
  };
  const files = Object.entries(munge).map(([option, file]) => `--${option}=${join(folder, file)}`);
  startDaemon('munged', '--foreground', '--force', ...files);
  await sleep(500);
  startDaemon('slurmctld', '-D', '-f', config);
  startDaemon('slurmd', '-D', '-f', config);
  for (;;) {
    const { stdout } = await run('sinfo', ['--noheader', '--format=%T']).catch(() => ({ stdout: '' }));
    if (/idle|mixed/.test(stdout)) return;
    await sleep(200);
  }
}

function start(number: number, script: string, info: Parameters<typeof startTrial>[2] = {}): Started {
  const slurm = { command: [process.execPath, '-e', script], folder: join(folder, 'jobs') };
  const { trial } = define({ trial: { job: { slurm, every: '200ms' } } });
  assert(trial.kind === 'job');
  const job = { ...trial.job, cwd: folder } as JobSpec;
  return startTrial({ trial: { kind: 'job', job, ...LIMITS }, number }, { allowJob: () => true, graceMs: 5000 }, info);
}

const FACTS = `const trial = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));`;
const begin = `require('node:fs').appendFileSync(${JSON.stringify(join(folder, 'starts'))}, process.env.SLURM_JOB_NAME + '\\n');`;
const starts = async (number: number): Promise<number> =>
  (await readFile(join(folder, 'starts'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line.includes(`-${number}-`)).length;

try {
  await startCluster();
  const whole = start(
    1,
    `${FACTS}${begin} console.log('{"report": [1, 0.9]}'); console.log(JSON.stringify({ value: trial.number, attributes: trial.params }))`,
  );
  const answer = await whole.answer;
  assert.deepEqual(
    [answer.values, answer.reports, answer.attributes],
    [[1], [[1, 0.9]], { lr: 0.01, kind: '$(reboot)' }],
  );
  console.log(
    'a job is a command: the trial on stdin, reports by lines, its last line the result; no shell reads its parameters',
  );

  const failure = await failureOf(start(2, `console.error('no GPU'); process.exit(3)`).answer);
  assert.match(failure.message, /^the job \d+ ended with exit code 3; it ends with:\nno GPU$/);
  console.log('a failed job is the trial’s own failure, with what it said last');

  const unwanted = start(3, `${begin} setInterval(() => {}, 1000)`);
  while ((await starts(3)) === 0) await sleep(100);
  unwanted.environment.cancel(...cancelled('cancelRequested'));
  assert.equal((await failureOf(unwanted.answer)).name, 'CancelledFailure');
  const { stdout: states } = await run('squeue', ['--noheader', '--states=all', '--format=%T %j']);
  assert.match(states, /(CANCELLED|COMPLETING) dtune-digits-3-/);
  console.log('a job that nobody wants is cancelled');

  const script = `${begin} setTimeout(() => console.log('{"value": 0.5}'), 4000)`;
  const longer = script.replace('4000', '15000');
  const first = start(4, longer);
  await until(() => first.heartbeats.some(({ remote }) => (remote?.looks ?? 0) > 0));
  first.environment.cancel(...cancelled('workerShutdown'));
  await failureOf(first.answer);
  // the scheduler dies, too: what it has not saved yet it forgets, which takes it some seconds
  await sleep(8000);
  await endDaemon('slurmctld');
  const { remote } = first.heartbeats.at(-1)!;
  const second = start(4, longer, { attempt: 2, heartbeatDetails: { attempt: 1, steps: 0, remote } });
  await sleep(1000);
  startDaemon('slurmctld', '-D', '-f', process.env['SLURM_CONF']!);
  assert.deepEqual((await second.answer).values, [0.5]);
  assert.equal(await starts(4), 1);
  console.log('worker and slurmctld lost: the next attempt finds the job by its id, which has run once');

  const third = start(5, script);
  await until(() => third.heartbeats.some(({ remote: run }) => run?.handle !== undefined));
  third.environment.cancel(...cancelled('workerShutdown'));
  await failureOf(third.answer);
  const [name] = (await run('ls', [join(folder, 'jobs')])).stdout.split('\n').filter((each) => each.includes('-5-'));
  await rm(join(folder, 'jobs', name!, 'id'));
  assert.deepEqual((await start(5, script, { attempt: 2 }).answer).values, [0.5]);
  assert.equal(await starts(5), 1);
  console.log('a worker lost while it submitted: the next attempt finds the job by its name, which has run once');
} finally {
  for (const name of ['slurmd', 'slurmctld', 'munged']) await endDaemon(name);
  await rm(folder, { recursive: true, force: true });
}
process.exit();
