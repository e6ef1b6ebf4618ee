/**
 * Trials that are jobs: of Kubernetes, of YARN, and of a scheduler spoken to by commands. Worker and server are killed, the worker also
 * between a job's submission and the record of it, and each study is the one whose trials are plain commands and that nobody touched; no
 * trial is submitted twice, and in the end no job runs. `DTUNE_KILLS=20 npx vitest run test/e2e/jobs-crash.test.ts` is the longer campaign.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isGroupAlive, signalGroup } from '../../activities/runners/process/process-group.ts';
import type { StudyHandle } from '../../client/study-handle.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { until as within } from '../activities/runners/harness.ts';
import { venv } from '../python/venv.ts';
import { askedOf, startRig, trialsOf, until, type Rig } from './rig.ts';

const TRIALS = 9;
/** Of server and worker by turns, besides the one between submission and record. */
const KILLS = Number(process.env['DTUNE_KILLS'] ?? 1);
const TOKEN = 'token-of-the-cluster';
const CLUSTERS = ['kubernetes', 'commands', 'yarn'] as const;
type Cluster = (typeof CLUSTERS)[number];

const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'dtune-clusters-'));
const folderOf = (cluster: Cluster): string => join(place, cluster);
const kubeconfig = join(place, 'kubeconfig');

let rig: Rig;
let kubernetes: ChildProcess;
beforeAll(async () => {
  for (const cluster of CLUSTERS) mkdirSync(folderOf(cluster));
  // the home's worker finds yarn and spark-submit there
  process.env['PATH'] = `${pathOf('./cluster')}:${process.env['PATH']}`;
  process.env['TEST_YARN'] = folderOf('yarn');
  const python = join(await venv('kmock', ['kmock==0.8']), 'python');
  const emulator = pathOf('../activities/runners/remote/jobs/cluster.py');
  kubernetes = spawn(python, [emulator, folderOf('kubernetes'), TOKEN], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = new Promise<string>((resolve) => kubernetes.stdout!.once('data', (line) => resolve(String(line).trim())));
  rig = await startRig();
  const config = {
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'local', user: 'me', namespace: 'ml' } }],
    clusters: [{ name: 'local', cluster: { server: await url } }],
    users: [{ name: 'me', user: { token: TOKEN } }],
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
});
afterAll(async () => {
  kubernetes?.kill('SIGKILL');
  await rig?.close();
  for (const cluster of CLUSTERS) for (const group of groupsOf(cluster)) signalGroup(group, 'SIGKILL');
  rmSync(place, { recursive: true, force: true });
});

const training = (...more: string[]): string[] => [process.execPath, pathOf('./trials/job.js'), ...more];

/** How a cluster is asked to run a training. */
function jobOf(cluster: Cluster, program: readonly string[]): object {
  const scheduler = (...words: string[]): string[] => [
    'sh',
    pathOf('./cluster/scheduler.sh'),
    folderOf('commands'),
    ...words,
  ];
  const jobs = {
    kubernetes: { kubernetes: { image: 'train:1', command: program, kubeconfig } },
    commands: {
      submit: scheduler('submit', '{name}', '{trial}', '{log}', '{errors}', ...program),
      status: scheduler('status', '{id}'),
      cancel: scheduler('cancel', '{id}'),
      find: scheduler('find', '{name}'),
      id: String.raw`\d+$`,
      done: ['COMPLETED'],
      failed: ['FAILED', 'CANCELLED'],
      folder: join(place, 'jobs'),
    },
    yarn: {
      yarn: {
        submit: [
          'spark-submit',
          '--master',
          'yarn',
          '--conf',
          'spark.yarn.tags={name}',
          ...program,
          '{trial}',
          '{result}',
          '{log}',
        ],
        folder: join(place, 'applications'),
      },
    },
  };
  return { job: { ...jobs[cluster], every: '100ms' }, heartbeat: '1s' };
}

function study(name: string, trial: object): object {
  return {
    name,
    space: { x: { float: [-1, 1] }, depth: { int: [1, 8] } },
    objective: { name: 'loss', goal: 'minimize' },
    trial,
    sampler: 'tpe',
    scheduler: { median: { startup: 3, warmup: 1 } },
    stop: { trials: TRIALS },
    parallel: 3,
    order: 'trial',
    seed: 3,
  };
}

const startAll = (prefix: string, program: readonly string[]): Promise<StudyHandle[]> =>
  Promise.all(CLUSTERS.map((each) => rig.start(study(`${prefix}-${each}`, jobOf(each, program)))));

const linesOf = (cluster: Cluster, file: string): string[] => {
  const path = join(folderOf(cluster), file);
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
};
/** Numbers of the trials whose jobs a cluster has started, ascending: one twice where it has two. */
function startsOf(cluster: Cluster, prefix: string): number[] {
  const numbers = linesOf(cluster, 'starts').flatMap((line) => {
    const [, number] = new RegExp(`^dtune-${prefix}-${cluster}-(\\d+)-`).exec(line) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
  return numbers.sort((a, b) => a - b);
}
const haveStarted = (prefix: string, number: number): Promise<void> =>
  until(async () => CLUSTERS.every((each) => startsOf(each, prefix).includes(number)));

/** No cluster answers the submission of this trial, from now on. @returns what ends that */
function hold(number: number): () => void {
  const files = CLUSTERS.map((cluster) => join(folderOf(cluster), 'hold'));
  for (const file of files) writeFileSync(file, String(number));
  return () => files.forEach((file) => rmSync(file));
}

/** The sessions of its jobs. */
const groupsOf = (cluster: Cluster): number[] => linesOf(cluster, 'pids').map(Number);
const areGone = (cluster: Cluster): boolean => !groupsOf(cluster).some(isGroupAlive);

/** What no timing may change; a pruned trial's curve ends anywhere after the verdict. */
function decided({ number, params, state, values, seed, reports }: TrialRecord): object {
  return { number, params, state, values, seed, ...(state === 'complete' && { reports }) };
}

it('studies of jobs equal the one of commands, each trial submitted once, whatever is killed when', async () => {
  const quiet = await rig.start(study('quiet', { command: training() }));
  await quiet.result();
  const release = hold(2);
  const studies = await startAll('killed', training());
  await haveStarted('killed', 2);
  const killed = rig.kill('worker', 300);
  release();
  await killed;
  const rng = createRng(9, 0);
  for (let i = 0; i < KILLS; i++) {
    const moment = 3 + Math.floor(((TRIALS - 3) * (i + 0.3 + 0.5 * rng.uniform(1, i))) / (KILLS + 0.5));
    await until(async () => (await Promise.all(studies.map(askedOf))).every((asked) => asked >= moment));
    await rig.kill(i % 2 === 0 ? 'server' : 'worker', 300 * rng.uniform(2, i));
  }
  const expected = (await trialsOf(quiet)).map(decided);
  for (const [i, cluster] of CLUSTERS.entries()) {
    await studies[i]!.result();
    expect((await trialsOf(studies[i]!)).map(decided), cluster).toEqual(expected);
    expect(startsOf(cluster, 'killed'), cluster).toEqual(expected.map((_, number) => number));
    expect(areGone(cluster), cluster).toBe(true);
  }
  await rig.replay('killed-yarn');
  expect(new Set((await trialsOf(quiet)).map(({ state }) => state))).toEqual(new Set(['complete', 'pruned']));
}, 600_000);

it('a study that is stopped while no worker lives leaves no job running, heard of or not', async () => {
  const release = hold(1);
  const studies = await startAll('endless', training('--endless'));
  for (const number of [0, 1, 2]) await haveStarted('endless', number);
  const killed = rig.kill('worker', 2000);
  release();
  await Promise.all(studies.map((each) => each.stop({ now: true })));
  await killed;
  for (const [i, cluster] of CLUSTERS.entries()) {
    expect(await studies[i]!.result()).toMatchObject({ status: 'stopped' });
    await within(`no job of ${cluster} runs`, () => areGone(cluster), 60_000);
    expect(startsOf(cluster, 'endless'), cluster).toEqual([0, 1, 2]);
  }
}, 600_000);
