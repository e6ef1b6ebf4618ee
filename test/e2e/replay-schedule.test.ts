/** A population's schedule, seen and trained again: by the built command, with a worker that is killed on the way. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk } from './dtune.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.create();
  // each step depends on all before, on the parameter and on the seed
  await desk.file(
    'train.py',
    'import json, random, sys, time\n' +
      'trial = json.load(sys.stdin)\n' +
      'step, loss = json.loads(trial["checkpoint"] or "[0, 1.0]")\n' +
      'noise = random.Random(trial["seed"])\n' +
      'while step < trial["budget"]:\n' +
      '    time.sleep(0.05)\n' +
      '    loss += 0.3 * ((trial["params"]["x"] - step / 6) ** 2 - loss) + 0.01 * noise.random()\n' +
      '    step += 1\n' +
      'print(json.dumps({"checkpoint": json.dumps([step, loss])}))\n' +
      'print(json.dumps({"value": loss}))\n',
  );
});
afterAll(() => desk.close());

const study = {
  name: 'found',
  space: { x: { float: [0, 1] } },
  objective: { name: 'loss', goal: 'minimize' },
  trial: { command: ['python3', 'train.py'], heartbeat: '1s' },
  scheduler: { pbt: { population: 3, generations: 3, interval: 2 } },
  parallel: 3,
  seed: 2,
};

it('a replayed schedule comes to the same values, whatever was killed', async () => {
  const file = await desk.file('found.json', study);
  expect(await desk.run('run', file, '--json')).toMatchObject({ code: 0 });
  const schedule = async (name: string): Promise<Record<string, unknown>[]> =>
    JSON.parse((await desk.run('schedule-of', name, '--json')).stdout) as Record<string, unknown>[];
  const found = await schedule('found');
  expect(found.map(({ from, to }) => [from, to])).toEqual([
    [0, 2],
    [2, 4],
    [4, 6],
  ]);
  expect(found.map(({ begins }) => begins)).toContain('explored');
  expect((await desk.run('schedule-of', 'found', '--trial', '1')).stdout).toMatch(
    /^from +to +trial +member +begins +value +parameters\n0 +2 +1 +1 +root +[\d.]+ +x=[\d.]+\n$/,
  );

  const running = desk.start('run', file, '--replay-schedule', 'found', '--json');
  await running.seen(/[1-9] trials/);
  process.kill((await desk.workerPid())!, 'SIGKILL');
  expect(await running.done).toMatchObject({ code: 0 });
  const trained = ({ params, seed, from, to, values }: Record<string, unknown>) => ({ params, seed, from, to, values });
  expect((await schedule(`found-replay-${String(found.at(-1)!['number'])}`)).map(trained)).toEqual(found.map(trained));

  expect(await desk.run('run', file, '--replay-schedule', 'found#99')).toMatchObject({
    code: 2,
    stderr: "study 'found': there is no trial 99, expected one of the 9 there are\n",
  });
}, 120_000);
