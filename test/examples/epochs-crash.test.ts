/**
 * The promise of the studies in examples/epochs: with order `trial`, and a worker that is killed while networks are trained, each
 * trial has the parameters, segments, values and, to the last bit, the checkpoint that it has in a study nobody touched.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHECKPOINTS, readCheckpointUri } from '../../artifacts/checkpoint-name.ts';
import { readManifest, type CheckpointFile } from '../../artifacts/checkpoint.ts';
import { artifactsOf, objectsAt } from '../../artifacts/store.ts';
import type { StudyHandle } from '../../client/study-handle.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { startRig, trialsOf, until, type Rig } from '../e2e/rig.ts';

const examples = fileURLToPath(new URL('../../examples/epochs/', import.meta.url));
/** Their schedulers, made small. */
const SCHEDULERS = {
  hyperband: { hyperband: { max: 9, eta: 3 } },
  bohb: { hyperband: { max: 9, eta: 3 } },
  pruned: { median: { startup: 2 } },
};
const NAMES = Object.keys(SCHEDULERS) as (keyof typeof SCHEDULERS)[];

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

/** A study of the folder, made small: two parameters vary, so that bohb has its model after six results. */
async function small(file: keyof typeof SCHEDULERS, name: string): Promise<object> {
  const study = parse(await readFile(join(examples, `${file}.yaml`), 'utf8')) as Record<'space' | 'trial', object>;
  const { lr, dropout } = study.space as Record<string, object>;
  const fixed = { optimizer: 'rmsprop', batch: 16, weight_decay: 1e-4, activation: 'relu', width: 32, epochs: 9 };
  const others = Object.fromEntries(Object.entries(fixed).map(([key, value]) => [key, { fixed: value }]));
  return {
    ...study,
    name,
    space: { lr, dropout, ...others },
    trial: { ...study.trial, module: join(examples, 'train.ts'), heartbeat: '1s' },
    scheduler: SCHEDULERS[file],
    stop: { trials: 12 },
  };
}

function startAll(prefix: string): Promise<StudyHandle[]> {
  return Promise.all(NAMES.map(async (file) => rig.start(await small(file, `${prefix}-${file}`))));
}

/** A trial, with the files of its checkpoint: path, size, SHA-256. */
type Row = Omit<TrialRecord, 'checkpoint'> & { readonly checkpoint: readonly CheckpointFile[] };

/** Everything of the trials but when they ran and how often, by study. */
async function tables(studies: readonly StudyHandle[]): Promise<{ rows: Row[][]; attempts: number }> {
  const all = await Promise.all(studies.map((study) => study.result().then(() => trialsOf(study))));
  const rows = await Promise.all(all.map((trials) => Promise.all(trials.map(whatItWas))));
  return { rows, attempts: all.flat().reduce((sum, trial) => sum + trial.attempts, 0) };
}

async function whatItWas({ checkpoint, ...trial }: TrialRecord): Promise<Row> {
  // a pruner's verdict is the end: where a trial was by the time it heard of it depends on when that was
  const isCut = trial.state === 'pruned' && !trial.segments;
  return {
    ...trial,
    checkpoint: isCut ? [] : await filesOf(checkpoint!),
    startedAt: null,
    finishedAt: null,
    attempts: 1,
  };
}

async function filesOf(checkpoint: string): Promise<readonly CheckpointFile[]> {
  const { store, name } = readCheckpointUri(checkpoint)!;
  return (await readManifest(objectsAt(store), name))!.files;
}

/** Whether a trial is in the midst of a segment to nine epochs: no other attempt has so many checkpoints. */
async function isFarOn(study: string): Promise<boolean> {
  const files = await readdir(join(artifactsOf(rig.home), CHECKPOINTS, study), { recursive: true }).catch(() => []);
  return files.some((file) => file.includes('/000004-'));
}

it('studies in segments equal the undisturbed ones after a kill of the worker', async () => {
  const undisturbed = await tables(await startAll('quiet'));
  const studies = await startAll('killed');
  const [hyperband, bohb] = studies;
  await until(async () => (await isFarOn(hyperband.name)) || isFarOn(bohb.name));
  await rig.kill('worker', 0);
  const disturbed = await tables(studies);
  expect(disturbed.attempts).toBeGreaterThan(undisturbed.attempts);
  for (const [i, name] of NAMES.entries()) {
    expect(disturbed.rows[i], name).toHaveLength(12);
    expect(disturbed.rows[i], name).toEqual(undisturbed.rows[i]);
    // some went on from a checkpoint, or were ended on their way
    expect(disturbed.rows[i].some(({ state, segments }) => (segments?.length ?? 0) > 1 || state === 'pruned')).toBe(
      true,
    );
    await rig.replay(`killed-${name}`);
  }
}, 300_000);
