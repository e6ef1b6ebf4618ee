/** Checkpoints as a user has them: in a folder and in a bucket, over the death of the worker, and collected afterwards. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredGroup } from '../../client/artifacts.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { until } from '../activities/runners/harness.ts';
import { startS3, type S3Server } from '../artifacts/s3-servers.ts';
import { Desk, type Done } from './dtune.ts';

const STEPS = 20;

/** Keeps each of its steps, waits for each to be kept, and writes down what it did. */
const TRAIN = `
  import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  const { params, number, attempt, checkpoint, checkpointUri, checkpointDirectory } = JSON.parse(readFileSync(0, 'utf8'));
  let step = checkpoint === null ? 0 : Number(readFileSync(checkpoint + '/step', 'utf8'));
  appendFileSync('begun', [number, attempt, step, checkpointUri ?? '-'].join(' ') + '\\n');
  for (; step < ${STEPS}; step++) {
    await sleep(400);
    writeFileSync(checkpointDirectory + '/step', String(step + 1));
    console.log('{"checkpoint": true}');
    while (readdirSync(checkpointDirectory).length > 0) await sleep(5);
    appendFileSync('kept', [number, attempt, step + 1].join(' ') + '\\n');
  }
  console.log(JSON.stringify({ value: (params.x - 0.3) ** 2 }));`;

const lines = (done: Done): unknown[] =>
  done.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

describe.each(['a folder', 'a bucket'] as const)('checkpoints in %s', (kind) => {
  let desk: Desk;
  let server: S3Server | undefined;
  let place: Readonly<Record<string, string>>;
  let scheme: string;

  beforeAll(async () => {
    desk = await Desk.create();
    if (kind === 'a bucket') server = await startS3('moto');
    place = server
      ? { ...server.env, DTUNE_ARTIFACTS: 's3://bucket/tuning' }
      : { DTUNE_ARTIFACTS: `${desk.folder}/kept-here` };
    scheme = server ? 's3://bucket/tuning/' : `file://${desk.folder}/kept-here/`;
  }, 900_000);
  afterAll(async () => {
    await desk.close();
    await server?.close();
  });

  const dtune = async (...args: string[]): Promise<Done> => {
    const { child, done } = desk.startWith(place, ...args);
    child.stdin!.end();
    return done;
  };
  const written = (name: string): string[][] => {
    const path = `${desk.folder}/${name}`;
    if (!existsSync(path)) return [];
    const text = readFileSync(path, 'utf8').trim();
    return text.split('\n').map((line) => line.split(' '));
  };

  it('outlive the worker, and those that nothing needs are collected', async () => {
    await desk.file('train.mjs', TRAIN);
    const file = await desk.file('study.json', {
      name: 'steps',
      space: { x: { float: [0, 1] } },
      objective: { name: 'loss', goal: 'minimize' },
      trial: { command: ['node', 'train.mjs'], heartbeat: '2s' },
      stop: { trials: 2 },
      parallel: 2,
      seed: 3,
      sampler: 'random',
    });
    expect(await dtune('run', file, '--detach')).toMatchObject({ code: 0 });
    // while the home's worker keeps them there no command looks elsewhere
    expect(await desk.run('status', 'steps')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /keeps artifacts in .*, this command would in .*home\/artifacts: expected one place; give both/,
      ),
    });
    await until('six steps are kept', () => written('kept').some(([, , step]) => Number(step) >= 6), 60_000);
    process.kill((await desk.workerPid())!, 'SIGKILL');
    expect(await dtune('watch', 'steps')).toMatchObject({ code: 0 });

    // what began again did so from a checkpoint that came over the heartbeat, and no step before it was done twice
    const again = written('begun').filter(([, attempt]) => Number(attempt) > 1);
    expect(again.length).toBeGreaterThan(0);
    const went = again.filter(([, , step]) => Number(step) > 0);
    expect(went.length).toBeGreaterThan(0);
    for (const [number, , , uri] of went)
      expect(uri).toMatch(new RegExp(`^${scheme}checkpoints/steps/[^/]+/${number}/1/`));

    const trials = lines(await dtune('trials', 'steps', '--json')) as TrialRecord[];
    expect(trials.length).toBe(2);
    for (const { checkpoint } of trials) expect(checkpoint!.startsWith(`${scheme}checkpoints/steps/`)).toBe(true);

    const listed = lines(await dtune('artifacts', 'list', 'steps', '--json')) as StoredGroup[];
    const kept = listed.filter(({ kind: of }) => of === 'checkpoint');
    expect(kept.map(({ trial }) => trial)).toEqual(['0', '1']);
    // three of each attempt, since the server had acknowledged newer ones, and one more where that was cut off
    for (const { count } of kept) expect(count).toBeLessThanOrEqual(8);
    expect(listed.filter(({ kind: of }) => of === 'archive')).toMatchObject([{ study: 'steps', count: 2 }]);
    expect(listed.filter(({ kind: of }) => of === 'block')).toMatchObject([{ study: 'steps', trial: null }]);
    expect(await dtune('artifacts', 'list')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/steps +checkpoint +1 /),
    });

    expect(await dtune('artifacts', 'collect')).toMatchObject({ code: 0, stdout: '0 gone, 0 B\n' });
    const would = await dtune('artifacts', 'collect', '--grace', '0ms', '--dry-run', '--json');
    const count = (groups: readonly StoredGroup[]): number =>
      groups.reduce((sum, { kind: of, count: each }) => sum + (of === 'checkpoint' ? each : 0), 0);
    expect(lines(would).length).toBe(count(listed) - 1);
    const gone = await dtune('artifacts', 'collect', '--grace', '0ms', '--json');
    expect(lines(gone)).toEqual(lines(would));
    const values = trials.map((trial) => trial.values!['loss']!);
    const best = values.indexOf(Math.min(...values));
    const left = lines(await dtune('artifacts', 'list', 'steps', '--json')) as StoredGroup[];
    expect(left.filter(({ kind: of }) => of === 'checkpoint')).toMatchObject([{ trial: String(best), count: 1 }]);
    expect(await dtune('artifacts', 'list', 'other')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no study named 'other'; studies here are steps"),
    });
  }, 180_000);
});
