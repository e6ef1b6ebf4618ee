import { mkdtempSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import type { SaveCheckpoint, TrialContext } from '../../activities/runners/trial-context.ts';
import { definitionOf } from '../../cli/study-file.ts';
import { trial, type EpochsParams } from '../../examples/epochs/train.ts';
import type { Measurement } from '../../study/trial/trial.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'dtune-epochs-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const params: EpochsParams = {
  lr: 0.003,
  optimizer: 'adam',
  batch: 64,
  dropout: 0.2,
  weight_decay: 1e-4,
  activation: 'relu',
  width: 12,
  epochs: 5,
};

interface Ran {
  readonly value: number;
  readonly reports: readonly Measurement[];
  readonly checkpoints: readonly string[];
}

async function run(changes: Partial<TrialContext<EpochsParams>> = {}): Promise<Ran> {
  const reports: Measurement[] = [];
  const checkpoints: string[] = [];
  const save = async ({ directory }: { readonly directory: string }): Promise<string> => {
    checkpoints.push(directory);
    return directory;
  };
  const context: Partial<TrialContext<EpochsParams>> = {
    params,
    seed: 12,
    signal: new AbortController().signal,
    report: async (step, value) => void reports.push([step, value]),
    checkpointDirectory: () => mkdtempSync(join(home, 'checkpoint-')),
    saveCheckpoint: save as SaveCheckpoint,
    ...changes,
  };
  const value = await trial(context as TrialContext<EpochsParams>);
  return { value, reports, checkpoints };
}

/** Of the last checkpoint. */
const contents = ({ checkpoints }: Ran): Promise<Buffer[]> =>
  Promise.all(['training', 'curve.json'].map((file) => readFile(join(checkpoints.at(-1)!, file))));

describe('the trial that is trained epoch by epoch', () => {
  it('goes all the way without a budget, and reports each epoch', async () => {
    const { value, reports, checkpoints } = await run();
    expect(reports.map(([step]) => step)).toEqual([1, 2, 3, 4, 5]);
    expect(reports.at(-1)).toEqual([5, value]);
    expect(value).toBeGreaterThan(reports[0][1]);
    expect(checkpoints).toHaveLength(5);
  });

  it('goes to its budget, an absolute total, and on from there when it has a larger one', async () => {
    const whole = await run({ budget: 6 });
    const low = await run({ budget: 2 });
    const high = await run({ budget: 6, checkpoint: low.checkpoints.at(-1)! });
    expect(low.reports).toEqual(whole.reports.slice(0, 2));
    expect(high.checkpoints).toHaveLength(4);
    expect(high.reports).toEqual(whole.reports);
    expect(high.value).toBe(whole.value);
    expect(await contents(high)).toEqual(await contents(whole));
  });

  it('has no more to do, and the same value, where its checkpoint has come that far', async () => {
    const first = await run({ budget: 2 });
    const again = await run({ budget: 2, checkpoint: first.checkpoints.at(-1)! });
    expect(again).toEqual({ ...first, checkpoints: [] });
  });

  it('ends after an epoch when it is told to', async () => {
    const controller = new AbortController();
    const report = async (step: number): Promise<void> =>
      void (step === 2 && controller.abort(new Error('told to end')));
    await expect(run({ signal: controller.signal, report })).rejects.toThrow('told to end');
  });
});

test.each(['hyperband', 'bohb', 'pruned'])('%s.yaml is a study', async (name) => {
  const path = fileURLToPath(new URL(`../../examples/epochs/${name}.yaml`, import.meta.url));
  const definition = definitionOf(parse(await readFile(path, 'utf8')), path);
  expect(definition).toMatchObject({ name: `epochs-${name}`, trial: { kind: 'function', function: trial.name } });
  expect(definition.objectives).toEqual([{ name: 'accuracy', goal: 'maximize' }]);
});
