/**
 * A schedule whose worker is killed with SIGKILL in every night: each night has its one result, the champion is the one that follows from
 * the tables, and no two nights ran together. `DTUNE_NIGHTS=30 npx vitest run test/e2e/schedule.test.ts` runs more nights.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { artifactsOf } from '../../artifacts/store.ts';
import { register } from '../../cli/background/registrations.ts';
import { allTrials } from '../../client/all-trials.ts';
import { patiently } from '../../client/history.ts';
import { TuningClient } from '../../client/tuning-client.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import { defineStudy } from '../../study/definition.ts';
import { keeperId, nightId, type ScheduleState } from '../../study/schedule/contract.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { workflowBundle } from '../../workflow-bundle.ts';
import { openTestHome, type TestHome } from './home.ts';
import { killWorker, startWorker } from './rig.ts';

const NIGHTS = Number(process.env['DTUNE_NIGHTS'] ?? 4);
const TRIALS = 5;
const NAME = 'nightly';
const directory = dirname(fileURLToPath(import.meta.url));

let place: TestHome;
let connection: Connection;
let temporal: Client;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  place = await openTestHome();
  connection = await Connection.connect(place.connection);
  temporal = new Client({ connection, namespace: place.namespace });
});
afterAll(async () => {
  await connection.close();
  await place.dispose();
});

interface Night {
  readonly id: string;
  readonly night: string;
  readonly study: string;
  readonly optimum: { readonly tune: number; readonly test: number };
}

it(`is exact over ${NIGHTS} nights, with a worker killed in each`, async () => {
  const { home } = place;
  const folder = join(home, 'world');
  await mkdir(folder);
  const client = new TuningClient({ client: temporal, artifacts: artifactsOf(home) });
  await register(home, { study: NAME, schedule: true, command: null, registeredAt: Date.now() });
  let worker = startWorker(home);
  const definition = defineStudy(
    {
      name: NAME,
      space: { x: { float: [-2, 2] }, folder: { fixed: folder } },
      objective: { name: 'loss', goal: 'minimize' },
      trial: { function: 'drift', module: './trials/drift.js', heartbeat: '1s' },
      stop: { trials: TRIALS },
      seed: 29,
    },
    { directory },
  );
  const create = () =>
    client.schedules.create(definition, { every: '365d' }, { engine: { heartbeatMs: 1000 }, workflowTaskMs: 2000 });
  expect(await create()).toBe('created');
  const rng = createRng(4, 0);
  const nights: Night[] = [];
  let kills = 0;
  let refused = 0;
  for (let i = 0; i < NIGHTS; i++) {
    await idle(client);
    const tune = rng.uniform(1, i) * 2 - 1;
    const optimum = { tune, test: tune + (rng.uniform(2, i) - 0.5) * 0.4 };
    await writeFile(join(folder, 'optimum.json'), JSON.stringify(optimum));
    await writeFile(join(folder, 'started'), '');
    const begun = (await client.schedules.trigger(NAME))!;
    const id = `${nightId(NAME)}-${begun.night}`;
    nights.push({ ...begun, id, optimum });
    // anywhere from the plan to the test of the champion
    const moment = Math.floor(rng.uniform(3, i) * (TRIALS + 2));
    while ((await startsIn(folder)) < moment) await delay(5);
    await delay(100 * rng.uniform(4, i));
    await killWorker(worker);
    if ((await temporal.workflow.getHandle(id).describe()).status.name === 'RUNNING') kills++;
    if (i % 4 === 1 && (await client.schedules.trigger(NAME)) === undefined) refused++;
    await delay(200 * rng.uniform(5, i));
    worker = startWorker(home);
    await temporal.workflow.getHandle(id).result();
  }
  const state = await client.schedules.show(NAME);
  await killWorker(worker);

  expect(kills).toBe(NIGHTS);
  expect({ refused, skipped: state.skipped }).toEqual({ refused: Math.floor((NIGHTS + 2) / 4), skipped: refused });
  expect(state.ended).toBe(NIGHTS);
  expect(state.nights.map(({ night, status }) => [night, status])).toEqual(
    nights.map(({ night }) => [night, 'complete']),
  );
  await expectOneAfterTheOther(nights);
  await expectRightChampions(client, state, nights);
  for (const id of [keeperId(NAME), ...nights.map((night) => night.id)])
    await Worker.runReplayHistory(
      { workflowBundle: await workflowBundle() },
      await temporal.workflow.getHandle(id).fetchHistory(),
      id,
    );
}, 600_000);

/** A night has ended, and a new second has begun: a night is named by its second. */
async function idle({ schedules }: TuningClient): Promise<void> {
  while ((await patiently(() => schedules.show(NAME)))?.running !== undefined) await delay(100);
  await delay(1000 - (Date.now() % 1000));
}

async function startsIn(folder: string): Promise<number> {
  return (await readFile(join(folder, 'started'), 'utf8')).split('\n').length - 1;
}

async function expectOneAfterTheOther(nights: readonly Night[]): Promise<void> {
  let last = 0;
  for (const { id } of nights) {
    const { startTime, closeTime } = await temporal.workflow.getHandle(id).describe();
    expect(startTime.getTime()).toBeGreaterThanOrEqual(last);
    last = closeTime!.getTime();
  }
}

/** Who should have won follows from the archived tables and the optima alone. */
async function expectRightChampions(
  client: TuningClient,
  state: ScheduleState,
  nights: readonly Night[],
): Promise<void> {
  let champion: { study: string; number: number; x: number; test: number } | undefined;
  let before: readonly unknown[] = [];
  for (const [i, { study, optimum }] of nights.entries()) {
    const table = await allTrials(client.study(study));
    const test = ({ params }: TrialRecord): number => (Number(params['x']) - optimum.test) ** 2;
    const own = table.filter(({ origin }) => origin !== 'imported');
    expect(own.map(({ state: each }) => each)).toEqual(Array.from({ length: TRIALS }, () => 'complete'));
    for (const { params, values } of own) expect(values!['loss']).toBe((Number(params['x']) - optimum.tune) ** 2);
    const carried = table.filter(({ origin }) => origin === 'imported');
    expect(carried.map(({ params, values, from }) => [params, values, from])).toEqual(before);
    if (champion) expect(own[0]).toMatchObject({ number: 0, origin: 'enqueued', params: { x: champion.x } });
    const best = own.reduce((a, b) => (b.values!['loss']! < a.values!['loss']! ? b : a));
    const championTest = champion && test(own[0]!);
    const challenges = !champion || best.number !== 0;
    const wins = challenges && (championTest === undefined || test(best) < championTest);
    expect(state.nights[i]).toMatchObject({
      best: best.values!['loss'],
      imported: carried.length,
      promoted: wins,
      ...(championTest !== undefined && { championTest }),
      ...(challenges && { challengerTest: test(best) }),
    });
    if (wins) champion = { study, number: best.number, x: Number(best.params['x']), test: test(best) };
    else champion = { ...champion!, test: championTest! };
    before = [...carried, ...own].map(({ params, values, from, number }) => [
      params,
      values,
      from ?? `${study} trial ${number}`,
    ]);
  }
  expect(state.champion).toMatchObject({
    study: champion!.study,
    number: champion!.number,
    params: { x: champion!.x },
    test: { loss: champion!.test },
    tested: nights.at(-1)!.night,
  });
  expect(new Set(state.nights.filter(({ promoted }) => promoted)).size).toBeGreaterThan(1);
}
