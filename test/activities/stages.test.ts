/** The two steps of a trial that is measured by a step of its own, as activities. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { createRunTrial } from '../../activities/run-trial.ts';
import type { TrialContext, TrialFunction } from '../../activities/runners/trial-context.ts';
import type { TrialAnswer, TrialRequest } from '../../study/contract.ts';
import { trialRequest } from './trial-request.ts';

const LIMITS = { retries: 0, heartbeatMs: 60_000 };
const base = trialRequest({ seed: 1, objectives: ['steps'] });

interface Run {
  readonly artifacts?: string;
  readonly request: Partial<TrialRequest>;
  readonly train?: TrialFunction;
}

function run({ artifacts, request, train = () => 0 }: Run): Promise<TrialAnswer> {
  const options = { functions: { train }, allowCommand: () => true, ...(artifacts !== undefined && { artifacts }) };
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 60_000 });
  return environment.run(createRunTrial(options), { ...base, ...request }) as Promise<TrialAnswer>;
}

/** Trains to a directory that holds the budget, or reads it; a stage of the trial each. */
const staged = async ({ stage, checkpoint, budget, ...trial }: TrialContext): Promise<unknown> => {
  if (stage === 'evaluate') return Number(readFileSync(join(checkpoint!, 'step'), 'utf8'));
  const directory = trial.checkpointDirectory();
  writeFileSync(join(directory, 'step'), String(budget));
  await trial.saveCheckpoint({ directory });
  return undefined;
};

describe('a trial that is measured by a step of its own', () => {
  const root = mkdtempSync(join(tmpdir(), 'dtune-stages-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const train = staged as TrialFunction;

  it('leaves a checkpoint and no value in training, which the evaluation is given', async () => {
    const artifacts = join(root, 'both');
    const trained = await run({ artifacts, request: { stage: 'train', budget: 7 }, train });
    expect(trained).toMatchObject({ values: [], checkpoint: expect.stringMatching(/^file:/) });
    const checkpoint = trained.checkpoint!;
    const request = { stage: 'evaluate', attemptsBefore: 1, checkpoint } as const;
    expect(await run({ artifacts, request, train })).toMatchObject({ values: [7], attempt: 2, checkpoint });
  });

  it('is a command that trains without a word but its checkpoint', async () => {
    const script = `console.log('{"checkpoint": "here"}'); console.log('done')`;
    const command = [process.execPath, '-e', script];
    const trial = { kind: 'command', command, cwd: tmpdir(), ...LIMITS } as const;
    const trained = await run({ request: { stage: 'train', trial } });
    expect(trained).toMatchObject({ values: [], checkpoint: 'here' });
  });

  it('is never measured by another checkpoint than the one that its training left', async () => {
    const artifacts = join(root, 'damaged');
    const first = await run({ artifacts, request: { stage: 'train', budget: 1 }, train });
    const before = first.checkpoint!;
    const request = { stage: 'train', budget: 2, attemptsBefore: 1, checkpoint: before } as const;
    const checkpoint = (await run({ artifacts, request, train })).checkpoint!;
    writeFileSync(fileURLToPath(`${checkpoint}/files/step`), 'spoilt');
    const measured = run({ artifacts, request: { ...request, stage: 'evaluate', checkpoint }, train });
    await expect(measured).rejects.toThrow(`cannot be measured: the checkpoint ${checkpoint} is damaged`);
  });

  it('leaves no checkpoint where it is measured', async () => {
    const saving = ({ saveCheckpoint }: TrialContext): number => (saveCheckpoint('mine'), 1);
    const measured = run({ request: { stage: 'evaluate', checkpoint: 'state' }, train: saving as TrialFunction });
    await expect(measured).rejects.toThrow('a checkpoint was given while the trial is measured');
  });
});
