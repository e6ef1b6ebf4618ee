/** A study of five thousand trials; bench/scale.ts runs a hundred thousand. */
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactsOf } from '../../artifacts/store.ts';
import { allTrials } from '../../client/all-trials.ts';
import { TuningClient } from '../../client/tuning-client.ts';
import { defineStudy } from '../../study/definition.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { createStudyWorker, createTrialWorker } from '../../worker.ts';
import { openTestHome, type TestHome } from './home.ts';

const TRIALS = 5000;

let home: TestHome;
let connection: NativeConnection;
let workers: readonly Worker[];
let running: readonly Promise<void>[];
let client: Client;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  home = await openTestHome();
  connection = await NativeConnection.connect(home.connection);
  client = new Client({ connection: await Connection.connect(home.connection) });
  const place = { connection, namespace: home.namespace, artifacts: artifactsOf(home.home) };
  const functions = { bowl: ({ params }: { params: { x: number; y: number } }) => params.x ** 2 + params.y ** 2 };
  workers = [
    await createStudyWorker(place),
    await createTrialWorker({ ...place, study: 'large', functions, allowCommand: () => false }),
  ];
  running = workers.map((worker) => worker.run());
});
afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await Promise.all(running);
  await client.connection.close();
  await connection.close();
  await home.dispose();
});

describe(`a study of ${TRIALS} trials`, () => {
  it('has every one of them once, over several runs, and gives them by page', async () => {
    const tuning = new TuningClient({ client, artifacts: artifactsOf(home.home) });
    const study = await tuning.start(
      defineStudy(
        {
          name: 'large',
          space: { x: { float: [-1, 1] }, y: { float: [-1, 1] } },
          objective: { name: 'loss', goal: 'minimize' },
          trial: { function: 'bowl', batch: 16, lane: 64 },
          sampler: 'quasi-random',
          stop: { trials: TRIALS },
          parallel: 128,
          seed: 5,
        },
        { directory: '/' },
      ),
      { engine: { quietEvents: 300, hardEvents: 400 } },
    );
    const status = await study.result();
    expect(status.counts).toEqual({ complete: TRIALS, pruned: 0, infeasible: 0, failed: 0 });

    const trials = await allTrials(study);
    expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: TRIALS }, (_, number) => number));
    for (const { params, values } of trials)
      expect(values!['loss']).toBe(Number(params['x']) ** 2 + Number(params['y']) ** 2);
    expect((await study.best())!.values['loss']).toBe(Math.min(...trials.map(({ values }) => values!['loss'])));

    const page: TrialRecord[] = [];
    for await (const trial of study.trials({ from: 3990, limit: 20 })) page.push(trial);
    expect(page).toEqual(trials.slice(3990, 4010));
    const { firstRunId, runId } = (await study.run())!;
    expect(runId).not.toBe(firstRunId);
  }, 180_000);
});
