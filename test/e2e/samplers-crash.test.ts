/**
 * The promise of crash.test.ts for every sampler there is: studies of all of them run side by side while worker and server are killed,
 * and each table is, bit for bit, that of the study nobody touched.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StudyHandle } from '../../client/study-handle.ts';
import { checkDefinition } from '../../samplers/check.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import { samplerNames } from '../../samplers/registry.ts';
import { defineStudy } from '../../study/definition.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { askedOf, startRig, trialsOf, until, type Rig } from './rig.ts';

const TRIALS = 12;

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

const numbers = { x: { float: [-1, 1] }, y: { float: [1e-3, 1e3], scale: 'log' }, depth: { int: [1, 8] } };
const mixed = {
  ...numbers,
  kind: { choice: ['bowl', 'wave'] },
  frequency: { float: [0.1, 2], when: { kind: 'wave' } },
};

/** The classes of one study, each with a sampler of its own. */
const models = {
  bowl: { space: { x: { float: [-1, 1] }, y: { float: [1, 9] }, depth: { int: [1, 8] } }, trials: 7, sampler: 'gp' },
  wave: { space: { x: { float: [0, 1] }, y: { float: [1e-3, 1e3], scale: 'log' }, depth: { int: [1, 2] } }, trials: 5 },
};

/** Brute force is of studies whose trials ask for parameters: 'by-run' is one. */
const STUDIES = [...samplerNames().filter((name) => name !== 'brute-force'), 'models', 'by-run'];
/** Studies that run side by side: few enough for a small machine to hear all heartbeats. */
const GROUPS: (readonly string[])[] = [];
for (let i = 0; i < STUDIES.length; i += 7) GROUPS.push(STUDIES.slice(i, i + 7));

function studyOfModels(name: string): object {
  const { space: _one, sampler: _its, stop: _sum, ...rest } = studyOf('tpe', name) as Record<string, unknown>;
  return { ...rest, models };
}

/** Trials ask for their parameters while they run. */
function studyByRun(name: string): object {
  const { space: _none, ...rest } = studyOf('tpe', name) as Record<string, unknown>;
  const trial = { function: 'asking', module: './trials/asking.js', heartbeat: '3s', retries: 1 };
  return { ...rest, defineByRun: true, trial, sampler: { tpe: { startup: 4 } } };
}

/** Populations small enough for trials to be bred. */
const small: Readonly<Record<string, object>> = {
  'nsga-ii': { population: 4 },
  'nsga-iii': { population: 4 },
  'differential-evolution': { population: 4 },
  'regularized-evolution': { population: 4 },
};

/** A study of the first space that the sampler is for. */
function studyOf(sampler: string, name: string): object {
  const studies = [mixed, numbers].map((space) => ({
    name,
    space,
    objective: { name: 'loss', goal: 'minimize' },
    trial: { function: 'bowl', module: './trials/bowl.js', heartbeat: '3s' },
    sampler: small[sampler] ? { [sampler]: small[sampler] } : sampler,
    stop: { trials: TRIALS },
    parallel: 2,
    order: 'trial',
    seed: 11,
  }));
  return studies.find(isServed) ?? studies[0];
}

function isServed(study: object): boolean {
  try {
    checkDefinition(defineStudy(study, { directory: '/' }));
    return true;
  } catch (error) {
    if (error instanceof StudyDefinitionError) return false;
    throw error;
  }
}

/** Starts a study a sampler, one of several models, and one whose trials ask. */
function startAll(group: readonly string[], prefix: string): Promise<StudyHandle[]> {
  const study = (name: string): object =>
    name === 'models'
      ? studyOfModels(`${prefix}-models`)
      : name === 'by-run'
        ? studyByRun(`${prefix}-by-run`)
        : studyOf(name, `${prefix}-${name}`);
  return Promise.all(group.map((name) => rig.start(study(name))));
}

/** What trials were, by sampler. */
async function tables(group: readonly string[], studies: readonly StudyHandle[]): Promise<Record<string, unknown>> {
  const all = await Promise.all(studies.map((study) => study.result().then(() => trialsOf(study))));
  const rows = all.map((trials) =>
    trials.map(({ number, params, values, state, seed }) => ({ number, params, values, state, seed })),
  );
  return Object.fromEntries(group.map((name, i) => [name, rows[i]]));
}

it.each(GROUPS.map((group) => [group.join(', '), group] as const))(
  'studies of %s equal the undisturbed ones after a kill of the worker and one of the server',
  async (_names, group) => {
    const undisturbed = await tables(group, await startAll(group, 'quiet'));
    const studies = await startAll(group, 'killed');
    const rng = createRng(5, 0);
    for (const [i, target] of (['worker', 'server'] as const).entries()) {
      const moment = Math.floor(TRIALS * studies.length * (0.25 + 0.35 * i + 0.15 * rng.uniform(1, i)));
      await until(async () => {
        const asked = await Promise.all(studies.map((study) => askedOf(study)));
        return asked.reduce((sum, each) => sum + Math.min(each, TRIALS), 0) >= moment;
      });
      await rig.kill(target, 300 * rng.uniform(2, i));
    }
    const disturbed = await tables(group, studies);
    for (const name of group) {
      expect(disturbed[name], name).toHaveLength(TRIALS);
      expect(disturbed[name], name).toEqual(undisturbed[name]);
      await rig.replay(`killed-${name}`);
    }
  },
  300_000,
);
