/**
 * Populations survive what kills them: workers, the server and both are killed at seeded moments within and between generations, the
 * study is paused and goes on, and continues as new in the middle of generations. Members, lineages and the checksums of their states
 * are those of the population nobody touched; an asynchronous one follows from its recorded order. Members of the synchronous one are
 * measured by a step of their own.
 * `DTUNE_KILLS=40 npx vitest run test/e2e/populations-crash.test.ts` is the longer campaign.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../artifacts/checkpoint.ts';
import { readCheckpointUri } from '../../artifacts/checkpoint-name.ts';
import { artifactsOf, objectsAt } from '../../artifacts/store.ts';
import { forkOf } from '../../client/forking.ts';
import { persistently } from '../../client/history.ts';
import { recordedStudy } from '../../client/record.ts';
import type { StudyHandle } from '../../client/study-handle.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { askedOf, startRig, trialsOf, until, type Rig } from './rig.ts';

const KILLS = Number(process.env['DTUNE_KILLS'] ?? 3);
const POPULATION = 6;
const GENERATIONS = Math.max(5, KILLS);
const ROWS = POPULATION * GENERATIONS;
const TIMEOUT_MS = Math.max(900, 60 * KILLS) * 1000;

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

function start(name: string, options: object = {}, more: object = {}): Promise<StudyHandle> {
  const study = {
    name,
    space: { h: { float: [0.001, 1], scale: 'log' } },
    objective: { name: 'loss', goal: 'minimize' },
    trial: { function: 'member', module: './trials/member.js', heartbeat: '1s' },
    scheduler: { pbt: { population: POPULATION, generations: GENERATIONS, interval: 4, ...options } },
    parallel: 4,
    seed: 5,
    ...more,
  };
  return rig.start(study, { quietEvents: 150 });
}

/** All that no timing may change. A state that was kept is named by when and where. */
function decided({ number, state, params, values, seed, parent, rung, attributes }: TrialRecord): object {
  return { number, state, params, values, seed, parent, rung, attributes };
}

/** Kills worker, server and both by turns, at seeded moments; once the study is paused for a while, later on for longer. */
async function disturb(study: StudyHandle, seed: number): Promise<void> {
  const rng = createRng(seed, 0);
  for (let i = 0; i < KILLS; i++) {
    // between two trials of a generation, or two generations
    const moment = Math.floor(((i + 0.1 + 0.8 * rng.uniform(1, i)) * (ROWS - POPULATION)) / KILLS);
    await until(async () => (await askedOf(study)) >= moment);
    await delay(60 * rng.uniform(2, i));
    if (i % 10 === 1) {
      await persistently(() => study.pause({ now: true }));
      await delay(i === 1 ? 1000 : 15_000);
      await persistently(() => study.resume());
    }
    const both = i % 3 === 2;
    await Promise.all([
      ...(both || i % 3 === 0 ? [rig.kill('worker', 300 * rng.uniform(3, i))] : []),
      ...(both || i % 3 === 1 ? [rig.kill('server', 300 * rng.uniform(4, i))] : []),
    ]);
  }
}

/** The checksum of a trial's kept state; undefined where it is not there any more. */
async function keptOf({ checkpoint }: TrialRecord): Promise<string | undefined> {
  const place = readCheckpointUri(checkpoint!)!;
  return (await readManifest(objectsAt(place.store), place.name))?.files.find(({ path }) => path === 'state')?.sha256;
}

/** Whatever happened to it, its scheduler decides at each trial again what it decided then. */
async function expectForks(study: StudyHandle): Promise<void> {
  const record = await recordedStudy(study);
  for (let at = 0; at < record.rows.length; at++) expect(forkOf(record, { at }).past.state.next).toBe(at);
}

async function checkpointsOf(study: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of objectsAt(artifactsOf(rig.home)).list(`checkpoints/${study}`))
    if (name.endsWith('/manifest.json')) names.push(name);
  return names;
}

describe('a synchronous population', () => {
  it(
    'equals the one nobody touched, in members, lineages and states, whatever was killed when',
    async () => {
      const module = './trials/member.js';
      const split = {
        trial: { function: 'train', module, heartbeat: '1s', evaluate: { function: 'measure', module } },
      };
      const quiet = await start('quiet');
      await quiet.result();
      const undisturbed = await trialsOf(quiet);
      const study = await start('killed', {}, split);
      const result = study.result();
      await disturb(study, 3);
      expect(await result).toMatchObject({ status: 'complete', counts: { complete: ROWS, failed: 0 } });
      const trials = await trialsOf(study);
      expect(trials.map(decided)).toEqual(undisturbed.map(decided));
      expect(
        trials.filter(({ parent, params }) => parent !== undefined && trials[parent].params['h'] !== params['h'])
          .length,
      ).toBeGreaterThan(GENERATIONS);
      await rig.replay('killed');
      await expectForks(study);
      // what is left is whole, and no more than the members' latest, those before them, and the best
      const kept = await Promise.all(trials.map(keptOf));
      for (const [i, sha256] of kept.entries())
        if (sha256 !== undefined) expect(sha256).toBe(trials[i].attributes!['sha256']);
      for (const { number } of trials.slice(-POPULATION)) expect(kept[number]).toBeDefined();
      expect((await checkpointsOf('killed')).length).toBeLessThanOrEqual(2 * POPULATION + 1);
    },
    TIMEOUT_MS,
  );
});

describe('forks of a population', () => {
  it('go on from its checkpoints to its members and states, whatever is killed, and leave them where they are', async () => {
    const trials = (await trialsOf(rig.client.study('quiet'))).map(decided);
    const before = await checkpointsOf('quiet');
    const fork = await rig.fork('quiet', { generation: GENERATIONS - 1 });
    await until(async () => (await askedOf(fork)) > ROWS - POPULATION);
    await rig.kill('worker', 100);
    expect(await fork.result()).toMatchObject({ status: 'complete', counts: { complete: ROWS } });
    expect((await trialsOf(fork)).map(decided)).toEqual(trials);
    expect(await checkpointsOf('quiet')).toEqual(before);
    await rig.replay(fork.name);
    await expect(rig.fork('quiet', { generation: 1 })).rejects.toThrow(
      /^the checkpoint of trial \d of study 'quiet' is gone, and members were to go on from it: a population keeps those/,
    );
  });

  it('begin at any generation, and while it runs, where its checkpoints are kept', async () => {
    const study = await start('kept', { keep: true });
    const result = study.result();
    await until(async () => (await askedOf(study)) > 2 * POPULATION);
    const fork = await rig.fork('kept', { at: POPULATION + 2 });
    await Promise.all([result, fork.result()]);
    expect((await trialsOf(fork)).map(decided)).toEqual((await trialsOf(study)).map(decided));
    expect(new Set((await trialsOf(study)).map(({ checkpoint }) => checkpoint)).size).toBe(ROWS);
    for (const trial of await trialsOf(study)) expect(await keptOf(trial)).toBeDefined();
  });
});

describe('the final test of a population', () => {
  it('trains the schedule of the best again to the same value, whatever was killed meanwhile', async () => {
    const study = await start('tested', { population: 3, generations: 4 }, { evaluate: { repeats: 2 } });
    const result = study.result();
    const ended = async (): Promise<number> => (await study.status()).evaluation?.tests.ended ?? -1;
    await until(async () => (await ended()) >= 0);
    await delay(300);
    await rig.kill('worker', 100);
    await rig.kill('server', 100);
    const { best, evaluation } = await result;
    const values = [best!.values['loss']];
    expect(evaluation!.challenger!.runs).toMatchObject([{ values }, { values }]);
    const ofTests = (await checkpointsOf('tested')).filter((name) => name.includes('-test-challenger-'));
    // those of the last interval, at most three an attempt
    expect(ofTests.length).toBeLessThanOrEqual(2 * 6);
    await rig.replay('tested');
  });
});

describe('an asynchronous population', () => {
  it(
    'decides what its recorded order decides, whatever was killed when',
    async () => {
      const study = await start('apart', { synchronous: false });
      const result = study.result();
      await disturb(study, 8);
      expect((await result).status).toBe('complete');
      const trials = await trialsOf(study);
      for (const trial of trials) {
        const parent = trial.parent === undefined ? undefined : trials[trial.parent];
        expect(trial.rung!.rung).toBe(parent ? parent.rung!.rung + 1 : 0);
        expect(trial.attributes!['step']).toBe(trial.rung!.to);
        // trained on from where its parent ended, and nowhere else
        let m = parent ? parent.values!['loss'] : 1;
        const h = trial.params['h'] as number;
        for (let step = parent?.rung!.to ?? 0; step < trial.rung!.to; step++) m = (1 - h) ** 2 * m + h ** 2;
        expect(trial.values!['loss']).toBe(m);
      }
      await rig.replay('apart');
      await expectForks(study);
    },
    TIMEOUT_MS,
  );
});
