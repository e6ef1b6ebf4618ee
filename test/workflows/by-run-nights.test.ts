/** Nights of a study whose trials ask for parameters while they run: the next one begins with what the last one learned. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TrialFunction } from '../../activities/runners/trial-context.ts';
import { paramsOf } from '../../study/ledger/by-run.ts';
import { createLedger } from '../../study/ledger/begin.ts';
import { NEVER, scheduled, ScheduleRig } from './schedule-rig.ts';

let rig: ScheduleRig;
beforeAll(async () => {
  rig = await ScheduleRig.create();
});
afterAll(() => rig.close());

const train: TrialFunction = async (trial) => {
  const kind = await trial.suggestCategorical('kind', ['near', 'far']);
  const x = await trial.suggestFloat('x', 0, 1);
  const depth = kind === 'far' ? await trial.suggestInt('depth', 1, 4) : 0;
  return (x - 0.3) ** 2 + depth;
};

it('imports its trials with what they had asked for, and tries the champion first', async () => {
  const name = 'asking';
  const definition = scheduled(name, {
    space: { version: 1, parameters: [], forbid: [] },
    defineByRun: true,
    sampler: { name: 'tpe', options: { startup: 2 } },
  });
  await rig.schedules.create(definition, NEVER);
  await rig.serving(name, train, async () => {
    const first = await rig.night(name);
    const second = await rig.night(name);
    const third = await rig.night(name);
    expect([first, second, third].map(({ status, imported }) => [status, imported])).toEqual([
      ['complete', 0],
      ['complete', 4],
      ['complete', 8],
    ]);
    const { epochs } = createLedger(definition, 0).state;
    const tableOf = async (study: string) =>
      (await rig.rows(study)).map((row) => ({ origin: row.origin, params: paramsOf(epochs, row), values: row.values }));
    const [one, two] = [await tableOf(first.study), await tableOf(second.study)];
    for (const { params } of one)
      expect(Object.keys(params)).toEqual(params['kind'] === 'far' ? ['kind', 'x', 'depth'] : ['kind', 'x']);
    const carried = two.filter(({ origin }) => origin === 'imported');
    expect(carried.map(({ params, values }) => [params, values])).toEqual(
      one.map(({ params, values }) => [params, values]),
    );
    const { champion } = await rig.schedules.show(name);
    const tried = (await tableOf(third.study)).find(({ origin }) => origin === 'enqueued')!;
    expect(Object.keys(tried.params)).toEqual(Object.keys(champion!.params));
    const best = Math.min(...[...one, ...two].map(({ values }) => values![0]!));
    expect(tried.values![0]).toBe(best);
  });
}, 120_000);
