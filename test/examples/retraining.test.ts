import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { beforeAll, expect, it } from 'vitest';
import { QUEUE, withShop, type Shop } from '../../examples/retraining/retraining.ts';
import { decide, question, type Retraining, type retrain } from '../../examples/retraining/workflows.ts';
import { frameworksVenv } from '../python/venv.ts';

let dtuneWorker: string;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  dtuneWorker = join(await frameworksVenv(), 'dtune-worker');
}, 600_000);

const start = ({ client }: Shop, input: Omit<Retraining, 'patienceMs'> & Partial<Retraining>) =>
  client.workflow.start<typeof retrain>('retrain', {
    taskQueue: QUEUE,
    workflowId: `retraining-${input.study}`,
    args: [{ patienceMs: 60_000, ...input }],
  });

it('a better model is put into use once, where a person wants it or the gain is clear, whatever happens to its trainer', async () => {
  await withShop(dtuneWorker, { C: 1, gamma: 0.1 }, async (shop) => {
    const { folder, killTraining } = shop;
    const inUse = async (): Promise<unknown> => JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
    const before = await inUse();

    const asking = await start(shop, { study: 'asked', trials: 3, enough: 2 });
    await delay(2000);
    await killTraining();
    let asked: string | null = null;
    while (!(asked = await asking.query(question))) await delay(200);
    expect(asked).toMatch(/^asked: .*; use C = [\d.e-]+, gamma = [\d.e-]+\?$/);
    expect(await inUse()).toEqual(before);
    await asking.signal(decide, false);
    expect(await asking.result()).toBe('rejected');
    expect(await inUse()).toEqual(before);

    const clear = await start(shop, { study: 'clear', trials: 3, enough: 0.1 });
    expect(await clear.result()).toBe('promoted');
    const after = (await inUse()) as { C: number; gamma: number };
    // both studies are the same one: a killed trainer made no difference
    expect(asked).toContain(`C = ${after.C}, gamma = ${after.gamma}?`);

    const news = (await readFile(join(folder, 'news.txt'), 'utf8')).trimEnd().split('\n');
    expect(news).toEqual([
      'asked: the model in use stays, somebody wanted it so',
      expect.stringMatching(/^clear: accuracy [\d.]+ -> [\d.]+, in use now$/),
    ]);
  });
}, 300_000);
