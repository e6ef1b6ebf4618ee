/**
 * Worker and server are killed with SIGKILL while champion and challenger are tested, judged and promoted: each test is recorded once, the
 * judgement is the undisturbed study's, and each promotion runs once.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patiently } from '../../client/history.ts';
import type { StudyHandle } from '../../client/study-handle.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import type { Evaluation } from '../../study/evaluation/contract.ts';
import { startRig, until, type Rig } from './rig.ts';

let rig: Rig;
let folder: string;
beforeAll(async () => {
  rig = await startRig();
  folder = join(rig.home, 'world');
  await mkdir(folder);
  for (const name of ['test', 'tune', 'promotions']) await writeFile(join(folder, name), '');
});
afterAll(() => rig.close());

const study = (name: string, more: object = {}): object => ({
  name,
  space: { x: { float: [-1, 1] }, folder: { fixed: folder } },
  objective: { name: 'loss', goal: 'minimize' },
  trial: { function: 'tested', module: './trials/tested.js', heartbeat: '1s' },
  sampler: 'random',
  stop: { trials: 5 },
  seed: 3,
  evaluate: { metrics: ['accuracy'], baseline: { x: 0.9 }, repeats: 6, ...more },
});

const lines = async (name: string): Promise<string[]> =>
  (await readFile(join(folder, name), 'utf8')).split('\n').filter((line) => line !== '');

/** Without what differs between two studies. */
const comparable = ({ champion, challenger, judgement, ...rest }: Evaluation): unknown => ({
  champion,
  challenger,
  judgement,
  ...rest,
});

async function evaluationOf(handle: StudyHandle): Promise<Evaluation | undefined> {
  return (await patiently(() => handle.status()))?.evaluation;
}

/** `DTUNE_KILLS=10 npx vitest run test/e2e/final-phase-crash.test.ts` is the longer campaign. */
const KILLS = Number(process.env['DTUNE_KILLS'] ?? 5);

describe('a final test', () => {
  it(`that is killed ${KILLS} times gives the judgement of the one nobody touched`, async () => {
    const quiet = await (await rig.start(study('quiet-tested'))).result();
    expect(quiet.evaluation).toMatchObject({ phase: 'over', judgement: { verdict: { decision: 'promote' } } });
    const handle = await rig.start(study('killed-tested'));
    const result = handle.result();
    const rng = createRng(6, 0);
    let kills = 0;
    for (let i = 0; i < KILLS; i++) {
      // between and within the twelve runs, and in the judgement
      await until(async () => {
        const evaluation = await evaluationOf(handle);
        return evaluation !== undefined && evaluation.tests.ended >= Math.floor((10 * i) / KILLS);
      });
      await delay(250 * rng.uniform(1, i));
      if ((await evaluationOf(handle))?.phase !== 'over') kills++;
      await rig.kill(i % 3 === 2 ? 'server' : 'worker', 200 * rng.uniform(2, i));
    }
    const killed = await result;
    // the last may come when the judgement is made already
    expect(kills).toBeGreaterThanOrEqual(KILLS - 2);
    expect(killed.evaluation!.tests).toEqual({ ended: 12, of: 12 });
    expect(comparable(killed.evaluation!)).toEqual(comparable(quiet.evaluation!));
    await rig.replay('killed-tested');
  }, 180_000);
});

describe('promotions', () => {
  it('run once each, however often worker and server are killed meanwhile', async () => {
    const names = Array.from({ length: KILLS }, (_, i) => `promoted-${i}`);
    const script = join(import.meta.dirname, 'trials/promote.js');
    // the last ones run while the first ones have long ended
    const handles = await Promise.all(
      names.map((name, i) =>
        rig.start({
          ...study(name, { repeats: 1 }),
          promote: { command: [process.execPath, script, folder, String(1 + 2 * i)] },
        }),
      ),
    );
    const results = Promise.all(handles.map((handle) => handle.result()));
    const rng = createRng(8, 0);
    const inFlight = async (): Promise<string[]> => {
      const log = await lines('promotions');
      return log.filter((line) => line.startsWith('begun') && !log.includes(line.replace('begun', 'done')));
    };
    const hit = new Set<string>();
    for (let i = 0; i < KILLS; i++) {
      await until(async () => (await inFlight()).length > 0);
      await delay(900 * rng.uniform(1, i));
      for (const line of await inFlight()) hit.add(line);
      await rig.kill(i % 4 === 3 ? 'server' : 'worker', 200 * rng.uniform(2, i));
    }
    const statuses = await results;
    const keys = statuses.map(({ evaluation }) => evaluation!.promotion!.key);
    for (const [i, { evaluation }] of statuses.entries())
      expect(evaluation!.promotion).toMatchObject({ state: 'done', output: `deployed ${names[i]}` });
    expect((await lines('promotions')).sort()).toEqual(keys.flatMap((key) => [`begun ${key}`, `done ${key}`]).sort());
    // a loaded machine kills some between two
    expect(hit.size).toBeGreaterThanOrEqual(KILLS / 2);
    for (const name of names) await rig.replay(name);
  }, 240_000);
});
