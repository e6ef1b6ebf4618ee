/** The study in examples/classes, made smaller: two classes on a real server, looked at with dtune. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startRig, trialsOf, type Rig } from '../e2e/rig.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

async function dtune(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    `${root}dist/cli/main.js`,
    ...words,
    '--home',
    rig.home,
  ]);
  return stdout;
}

it('two classes have as many trials as they say, with names of their own, and are compared fold by fold', async () => {
  const study = parse(await readFile(`${root}examples/classes/study.yaml`, 'utf8')) as Record<string, never>;
  const { neighbours, softmax } = study['models'] as Record<string, object>;
  const trial = { function: 'trial', module: `${root}examples/classes/train.ts` };
  const models = { neighbours: { ...neighbours, trials: 4 }, softmax: { ...softmax, trials: 3 } };
  const handle = await rig.start({ ...study, trial, models, parallel: 4 });
  const status = await handle.result();
  expect(status).toMatchObject({ status: 'complete', counts: { complete: 7, failed: 0 } });
  expect(status.evaluation!.judgement!.verdict.decision).toMatch(/^(promote|keep|inconclusive)$/);
  const trials = await trialsOf(handle);
  const count = (name: string): number => trials.filter(({ model }) => model === name).length;
  expect([count('neighbours'), count('softmax')]).toEqual([4, 3]);
  expect(trials[0]).toMatchObject({ baseline: true, params: { model: 'neighbours', 'neighbours.k': 5 } });

  const best = await dtune('best', 'classes', '--per-model');
  expect(best).toMatch(/^model +trials +failed +accuracy +trial +behind the best$/m);
  expect(best).toMatch(/^neighbours +4 +0 +0\.9\d*/m);
  expect(best).toContain('on the same folds: corrected resampled t');
  expect(await dtune('trials', 'classes')).toMatch(
    /^0 +complete +neighbours +0\.9\d* +k=5 metric=euclidean weights=uniform$/m,
  );
  expect(await dtune('status', 'classes')).toMatch(/^models +neighbours 4, softmax 3$/m);
}, 60_000);
