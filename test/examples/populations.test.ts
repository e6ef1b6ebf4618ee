/** The populations of examples/populations, made small: networks that go on from each other's states are the same wherever the worker was killed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readManifest } from '../../artifacts/checkpoint.ts';
import { readCheckpointUri } from '../../artifacts/checkpoint-name.ts';
import { objectsAt } from '../../artifacts/store.ts';
import type { StudyHandle } from '../../client/study-handle.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { askedOf, startRig, trialsOf, until, type Rig } from '../e2e/rig.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const NAMES = ['pbt', 'pb2'];

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

async function start(file: string, name: string): Promise<StudyHandle> {
  const study = parse(await readFile(join(examples, `populations/${file}.yaml`), 'utf8')) as Record<string, object>;
  return rig.start({
    ...study,
    name,
    trial: { ...study['trial'], module: join(examples, 'epochs/train.ts'), heartbeat: '1s' },
    space: { ...study['space'], width: { fixed: 12 } },
    scheduler: { pbt: { population: 4, generations: 4, interval: 1, quantile: 0.5 } },
  });
}

/** What became of a trial, and the checksums of what is left of its network. */
async function whatItWas({
  number,
  params,
  values,
  parent,
  rung,
  seed,
  checkpoint,
  state,
}: TrialRecord): Promise<object> {
  const place = readCheckpointUri(checkpoint!)!;
  const manifest = await readManifest(objectsAt(place.store), place.name);
  return { number, params, values, parent, rung, seed, state, files: manifest?.files };
}

async function tables(studies: readonly StudyHandle[]): Promise<object[][]> {
  const trials = await Promise.all(studies.map((study) => study.result().then(() => trialsOf(study))));
  return Promise.all(trials.map((each) => Promise.all(each.map(whatItWas))));
}

it('equal those that nobody touched, to the last bit of the networks that are left', async () => {
  const quiet = await tables(await Promise.all(NAMES.map((name) => start(name, `quiet-${name}`))));
  const studies = await Promise.all(NAMES.map((name) => start(name, `killed-${name}`)));
  for (const moment of [6, 11]) {
    await until(async () => (await askedOf(studies[1])) >= moment);
    await rig.kill('worker', 100);
  }
  const killed = await tables(studies);
  expect(killed).toEqual(quiet);
  for (const [i, table] of killed.entries()) {
    expect(table.length).toBe(16);
    expect(table.filter((row) => 'files' in row && row.files !== undefined).length).toBeGreaterThan(0);
    await rig.replay(`killed-${NAMES[i]}`);
  }
}, 300_000);
