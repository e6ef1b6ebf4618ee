/**
 * The promise of crash.test.ts for every scheduler: studies of all of them run side by side while worker and server are killed, and
 * what was suggested, where each trial was trained to, what it was worth there and from which checkpoint it would go on is that of
 * the studies nobody touched. `DTUNE_KILLS=20 npx vitest run test/e2e/schedulers-crash.test.ts` is the longer campaign.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StudyHandle } from '../../client/study-handle.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import { SCHEDULERS } from '../../schedulers/registry.ts';
import type { Scheduler } from '../../schedulers/scheduler.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { askedOf, startRig, trialsOf, until, type Rig } from './rig.ts';

/** Of worker and server, by turns, in each group of studies. */
const KILLS = Number(process.env['DTUNE_KILLS'] ?? 2);
const TRIALS = 16;

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

/** Options by scheduler, where its own are too large for a test. */
const OPTIONS: Readonly<Record<string, object>> = {
  asha: { max: 9 },
  hyperband: { max: 9 },
  'successive-halving': { max: 9 },
  dehb: { max: 9 },
  pbt: { population: 5, generations: 3, interval: 3 },
  replay: { intervals: TRIALS },
  'asha-stopping': { max: 9 },
  'hyperband-stopping': { max: 9 },
  median: { startup: 2 },
  percentile: { startup: 2 },
  patient: { patience: 1 },
  threshold: { upper: 0.5, warmup: 3 },
  replicates: { top: 2, final: 4 },
};
/** Samplers that go with schedulers; any other would do. */
const SAMPLERS: Readonly<Record<string, unknown>> = { hyperband: 'bohb', dehb: { dehb: { max: 9 } }, pbt: 'pbt' };

function studyOf(scheduler: string, name: string, order = 'trial'): object {
  return {
    name,
    space: { x: { float: [-1, 1] }, depth: { int: [1, 8] } },
    objective: { name: 'loss', goal: 'minimize' },
    trial: { function: 'curve', module: './trials/curve.js', heartbeat: '2s' },
    sampler: SAMPLERS[scheduler] ?? 'tpe',
    scheduler: { [scheduler]: OPTIONS[scheduler] ?? {} },
    stop: { trials: TRIALS },
    parallel: 3,
    order,
    seed: 11,
  };
}

/** Studies that run side by side. */
const GROUPS: (readonly Scheduler[])[] = [];
for (let i = 0; i < SCHEDULERS.length; i += 5) GROUPS.push(SCHEDULERS.slice(i, i + 5));

/** Starts a study a scheduler. */
function startAll(group: readonly Scheduler[], prefix: string, order?: string): Promise<StudyHandle[]> {
  return Promise.all(group.map(({ name }) => rig.start(studyOf(name, `${prefix}-${name}`, order))));
}

/** What became of the trials, by study. */
function tables(studies: readonly StudyHandle[]): Promise<TrialRecord[][]> {
  return Promise.all(studies.map((study) => study.result().then(() => trialsOf(study))));
}

/**
 * What no timing may change. When a trial ran, and how often a worker was lost, is another matter; a curve lacks what a lost worker had
 * not sent, and how far a trial gets until it hears that it is pruned is anybody's guess.
 */
function decided(trial: TrialRecord): Partial<TrialRecord> {
  const { startedAt: _started, finishedAt: _finished, attempts: _attempts, reports, checkpoint, ...rest } = trial;
  if (trial.state === 'pruned' && !trial.segments) return { ...rest, reports };
  return { ...rest, ...(checkpoint !== undefined && { checkpoint }) };
}

/** Kills worker and server by turns while these studies run. */
async function disturb(studies: readonly StudyHandle[]): Promise<void> {
  const rng = createRng(7, 0);
  for (let i = 0; i < KILLS; i++) {
    const moment = Math.floor((TRIALS * studies.length * (i + 0.3 + 0.6 * rng.uniform(1, i))) / (KILLS + 0.5));
    await until(async () => {
      const asked = await Promise.all(studies.map((study) => askedOf(study)));
      return asked.reduce((sum, each) => sum + Math.min(each, TRIALS), 0) >= moment;
    });
    await rig.kill(i % 2 === 0 ? 'worker' : 'server', 300 * rng.uniform(2, i));
  }
}

it.each(GROUPS.map((group) => [group.map(({ name }) => name).join(', '), group] as const))(
  'studies of %s equal the undisturbed ones, whatever was killed when',
  async (_names, group) => {
    const undisturbed = await tables(await startAll(group, 'quiet'));
    const studies = await startAll(group, 'killed');
    await disturb(studies);
    const disturbed = await tables(studies);
    for (const [i, { name, form }] of group.entries()) {
      expect(disturbed[i].map(decided), name).toEqual(undisturbed[i].map(decided));
      const didIt = ({ state, segments = [], parent }: TrialRecord): boolean =>
        form === 'halving' ? segments.length > 1 || parent !== undefined : state === 'pruned';
      expect(disturbed[i].some(didIt), `what ${name} is for has happened`).toBe(true);
      await rig.replay(`killed-${name}`);
    }
  },
  900_000,
);

it('studies that count results as they come decide what their recorded order decides, whatever was killed when', async () => {
  const group = SCHEDULERS.filter(({ name }) => name === 'asha' || name === 'hyperband' || name === 'asha-stopping');
  const studies = await startAll(group, 'timed', 'completion');
  await disturb(studies);
  const ended = await tables(studies);
  for (const [i, { name }] of group.entries()) {
    expect(ended[i].filter(({ state }) => state === 'complete' || state === 'pruned')).toHaveLength(TRIALS);
    // a trial goes on from where its segment before ended, and nowhere else: its value shows what it was trained on
    for (const { params, segments = [] } of ended[i])
      for (const { to, values } of segments) expect(values['loss']).toBe(trained(params, to));
    await rig.replay(`timed-${name}`);
  }
}, 900_000);

/** What trials/curve.js comes to. */
function trained(params: TrialRecord['params'], budget: number): number {
  const [x, depth] = [Number(params['x']), Number(params['depth'])];
  const floor = (x - 0.3) ** 2 + depth / 100;
  let loss = 1;
  for (let step = 0; step < budget; step++)
    loss = floor + (loss - floor) * (0.6 + 0.2 * Math.abs(x)) + 1e-6 * ((loss * 1e6) % 1);
  return loss;
}
