import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunTrial } from '../../activities/run-trial.ts';
import type { TrialFunction } from '../../activities/runners/trial-context.ts';
import { readCurve } from '../../artifacts/curve.ts';
import { fileStore } from '../../artifacts/store.ts';
import type { TrialAnswer } from '../../study/contract.ts';
import { trialRequest } from './trial-request.ts';

let artifacts: string;
beforeAll(async () => void (artifacts = await mkdtemp(join(tmpdir(), 'dtune-curve-'))));
afterAll(() => rm(artifacts, { recursive: true }));

const request = trialRequest({ number: 0, seed: 1, objectives: ['loss'] });
const run = (train: TrialFunction): Promise<TrialAnswer> =>
  new MockActivityEnvironment().run(
    createRunTrial({ functions: { train }, allowCommand: () => false, artifacts }),
    request,
  ) as Promise<TrialAnswer>;

describe('the curve of a trial', () => {
  it('is kept whole in the artifact store where it is long, and thinned in the result', async () => {
    const { reports, curve } = await run(({ report }) => {
      for (let step = 0; step < 150; step++) report(step, step / 7);
      return { value: 1, reports: [[150, 2]] };
    });
    expect(reports.length).toBeLessThanOrEqual(100);
    expect(reports.at(-1)).toEqual([150, 2]);
    expect(await readCurve(fileStore(artifacts), curve!)).toEqual([
      ...Array.from({ length: 150 }, (_, step) => [step, step / 7]),
      [150, 2],
    ]);
  });

  it('is in the result alone where it is short', async () => {
    expect(await run(() => ({ value: 1, reports: [[1, 2]] }))).toEqual({ values: [1], reports: [[1, 2]], attempt: 1 });
  });
});
