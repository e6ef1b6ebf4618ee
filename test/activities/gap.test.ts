import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { createRunTrial } from '../../activities/run-trial.ts';
import type { TrialAnswer, TrialRequest } from '../../study/contract.ts';
import type { TrialEvaluation } from '../../study/evaluation/spec.ts';
import { trialRequest } from './trial-request.ts';

const request = trialRequest({ number: 0, seed: 1 });

const evaluation = (gap: TrialEvaluation['gap']): TrialEvaluation => ({
  test: { kind: 'own' },
  seed: 5,
  repeat: 0,
  ...(gap && { gap }),
});
const penalty = evaluation({ above: 0.125, as: 'penalty', weight: 2, goal: 'maximize' });
const constraint = evaluation({ above: 0.125, as: 'constraint', goal: 'maximize' });

function answerTo(raw: unknown, changes: Partial<TrialRequest>): Promise<TrialAnswer> {
  const runTrial = createRunTrial({ functions: { train: () => raw }, allowCommand: () => false });
  return new MockActivityEnvironment().run(runTrial, { ...request, ...changes }) as Promise<TrialAnswer>;
}

describe('the gap between training and validation', () => {
  it('as a penalty makes the value worse by what is too much of it', async () => {
    expect(await answerTo({ value: 0.5, train: 1 }, { evaluation: penalty })).toMatchObject({
      values: [-0.25],
      train: 1,
    });
    expect(await answerTo({ value: 0.5, train: 0.625 }, { evaluation: penalty })).toMatchObject({ values: [0.5] });
    const downwards = evaluation({ above: 0.125, as: 'penalty', weight: 2, goal: 'minimize' });
    expect(await answerTo({ value: 1, train: 0.5 }, { evaluation: downwards })).toMatchObject({ values: [1.75] });
  });

  it('leaves what was measured by fold as it is', async () => {
    expect(await answerTo({ folds: [0.25, 0.75], train: 1 }, { evaluation: penalty })).toMatchObject({
      values: [-0.25],
      folds: [0.25, 0.75],
    });
  });

  it('as a constraint is filled in at its place, and asked of no trial', async () => {
    const raw = { value: 0.5, train: 1 };
    expect(await answerTo(raw, { evaluation: constraint, constraints: ['gap'] })).toMatchObject({
      values: [0.5],
      constraints: [0.5],
    });
    expect(
      await answerTo({ ...raw, constraints: { ms: 3 } }, { evaluation: constraint, constraints: ['ms', 'gap'] }),
    ).toMatchObject({ constraints: [3, 0.5] });
    await expect(
      answerTo({ ...raw, constraints: { gap: 0 } }, { evaluation: constraint, constraints: ['gap'] }),
    ).rejects.toMatchObject({
      type: 'TrialFailedError',
      message: expect.stringMatching(/no constraint 'gap'/) as string,
    });
  });

  it('is not known without the value on training rows, which the trial is asked for', async () => {
    for (const changes of [{ evaluation: penalty }, { evaluation: constraint, constraints: ['gap'] }])
      await expect(answerTo(0.5, changes)).rejects.toMatchObject({
        type: 'TrialFailedError',
        message: expect.stringMatching(/^the result has no train, which .*gap/) as string,
      });
  });

  it('leaves a constraint of the same name to the trial where it is no rule', async () => {
    for (const changes of [{ evaluation: penalty }, { evaluation: evaluation(undefined) }, {}])
      expect(
        await answerTo({ value: 0.5, train: 0.5, constraints: { gap: 7 } }, { ...changes, constraints: ['gap'] }),
      ).toMatchObject({ constraints: [7] });
  });
});
