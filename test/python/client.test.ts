/** The Python client, on a real study: what it reads is what ours reads. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { artifactsOf, BLOBS } from '../../artifacts/store.ts';
import { startS3 } from '../artifacts/s3-servers.ts';
import { startRig, trialsOf, until, type Rig } from '../e2e/rig.ts';
import { packageVenv } from './venv.ts';

const run = promisify(execFile);
const programs = await packageVenv();

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

/** What one of the scripts beside this file prints, a line each. */
async function said(script: string, env: Readonly<Record<string, string>> = {}): Promise<unknown[]> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await run(join(programs, 'python'), [path, rig.address, artifactsOf(rig.home)], {
    env: { ...process.env, ...env },
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

const study = (name: string, more: object): object => ({
  name,
  space: { x: { float: [-1, 1] } },
  objective: { name: 'loss', goal: 'minimize' },
  sampler: 'random',
  stop: { trials: 100 },
  seed: 1,
  ...more,
});

it('reads trials of blocks and of the workflow, edits, and is lent trials', async () => {
  const bowl = {
    space: { x: { float: [-1, 1] }, y: { fixed: 10 }, depth: { fixed: 1 }, kind: { choice: ['bowl'] } },
    trial: { function: 'bowl', module: './trials/bowl.js', batch: 10 },
  };
  const open = await rig.start(study('open', bowl), { inlineBytes: 1500, quietEvents: 20 });
  await until(async () => (await open.status()).asked >= 25);
  await open.pause();
  await until(async () => (await open.status()).running === 0);
  const lent = await rig.start(study('lent', { trial: 'external', order: 'completion' }));

  const [all, some, measured, asked, changed, closed, trials, unknown] = await said('client_session.py');

  const ours = await trialsOf(open);
  expect(ours.length).toBeGreaterThanOrEqual(25);
  expect(existsSync(join(artifactsOf(rig.home), BLOBS))).toBe(true);
  expect(all).toEqual(ours);
  expect(some).toEqual(ours.slice(17));
  expect(measured).toEqual([ours[20]!.reports, "study 'open' has no trial 1000", (await open.status()).best!.number]);
  expect(asked).toEqual([expect.stringContaining('parallel: got 0'), null, { x: 0.25 }, 1, { x: 0.75 }, true]);
  const kinds = ['sampler', 'sampler', 'enqueue', 'note', 'tag', 'pause', 'resume', 'tell', 'stop'];
  expect(changed).toEqual([
    expect.stringContaining('there is no sampler "tpx"'),
    expect.stringContaining('use `dtune set lent --sampler auto`'),
    { name: 'tpe', options: { candidates: 12 } },
    kinds,
  ]);
  expect(closed).toEqual([
    0.25,
    expect.objectContaining({ x: expect.any(Number) }),
    'stopped',
    { team: 'a' },
    "study 'lent' has closed: it takes nothing more",
  ]);
  expect(trials).toEqual(await trialsOf(lent));
  const { edits } = await lent.edits();
  expect(edits.map(({ edit }) => edit.kind)).toEqual(kinds);
  expect(edits[2]).toMatchObject({ who: 'me', why: 'a hunch' });
  expect(unknown).toContain("there is no study named 'nowhere'");
});

it('reads the same in a bucket', async () => {
  const server = await startS3('moto');
  try {
    const [open, lent, closed, missing, refused] = await said('client_bucket.py', server.env);
    expect(open).toEqual(await trialsOf(rig.client.study('open')));
    expect(lent).toEqual(await trialsOf(rig.client.study('lent')));
    expect(closed).toBe('stopped');
    expect(missing).toEqual([
      "StudyError: there is no study named 'nowhere'; closed studies here are lent",
      expect.stringContaining('the artifact store has no s3://bucket/elsewhere/blobs/'),
    ]);
    expect(refused).toEqual([
      expect.stringMatching(/^TransientError: cannot read s3:\/\/no-such-bucket\/.*NoSuchBucket.*AWS_… variables/),
      expect.stringContaining('expected s3://BUCKET or s3://BUCKET/PREFIX'),
      expect.stringContaining("is 'gs://bucket': expected a folder"),
    ]);
  } finally {
    await server.close();
  }
}, 900_000);
