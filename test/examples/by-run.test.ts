/** The study in examples/by-run, made smaller: a real server, trials in processes of their own, the best tested at the end. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startRig, trialsOf, type Rig } from '../e2e/rig.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

it('trials have the parameters that their model asks for, and candidates are tested with theirs', async () => {
  const study = parse(await readFile(`${root}examples/by-run/study.yaml`, 'utf8')) as Record<string, never>;
  const trial = { function: 'trial', module: `${root}examples/by-run/train.ts` };
  const handle = await rig.start({ ...study, trial, stop: { trials: 6 }, parallel: 4 });
  const status = await handle.result();
  expect(status).toMatchObject({ status: 'complete', counts: { complete: 6, failed: 0 } });
  expect(status.evaluation!.judgement!.verdict.decision).toMatch(/^(promote|keep|inconclusive)$/);
  const trials = await trialsOf(handle);
  expect(trials[0]).toMatchObject({
    baseline: true,
    params: { model: 'neighbours', k: 5, metric: 'euclidean', weights: 'uniform' },
  });
  for (const { params } of trials)
    expect(Object.keys(params).filter((name) => name !== 'weights')).toEqual(
      params['model'] === 'softmax' ? ['model', 'lr', 'l2', 'steps'] : ['model', 'k', 'metric'],
    );
}, 60_000);
