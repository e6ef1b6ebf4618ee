/** The Python client, on a real study: what it reads is what ours reads. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { artifactsOf, BLOBS } from '../../artifacts/store.ts';
import { startRig, trialsOf, until, type Rig } from '../e2e/rig.ts';
import { packageVenv } from './venv.ts';

const run = promisify(execFile);
const session = fileURLToPath(new URL('client_session.py', import.meta.url));
const programs = await packageVenv();

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

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

  const { stdout } = await run(join(programs, 'python'), [session, rig.address, artifactsOf(rig.home)]);
  const [all, some, asked, closed, trials, unknown] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as never);

  const ours = await trialsOf(open);
  expect(ours.length).toBeGreaterThanOrEqual(25);
  expect(existsSync(join(artifactsOf(rig.home), BLOBS))).toBe(true);
  expect(all).toEqual(ours);
  expect(some).toEqual(ours.slice(17));
  expect(asked).toEqual([expect.stringContaining('parallel: got 0'), null, { x: 0.25 }, 1, { x: 0.75 }, true]);
  expect(closed).toEqual([
    0.25,
    expect.objectContaining({ x: expect.any(Number) }),
    'stopped',
    { team: 'a' },
    "study 'lent' has closed: it takes nothing more",
  ]);
  expect(trials).toEqual(await trialsOf(lent));
  const { edits } = await lent.edits();
  expect(edits.map(({ edit }) => edit.kind)).toEqual(['enqueue', 'note', 'tag', 'pause', 'resume', 'tell', 'stop']);
  expect(edits[0]).toMatchObject({ who: 'me', why: 'a hunch' });
  expect(unknown).toContain("there is no study named 'nowhere'");
});
