import { describe, expect, it } from 'vitest';
import { correctedT, discordanceOf, tangoInterval } from '../../evaluation/comparison/index.ts';
import { compareModels } from '../../evaluation/models.ts';
import { defineStudy } from '../../study/definition.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import type { StudyDefinition } from '../../study/study.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { modelCounts, modelsText } from '../../cli/models.ts';

const space = { c: { float: [0, 1] } };

function study(goal: 'minimize' | 'maximize' = 'minimize'): StudyDefinition {
  const input = {
    name: 'three',
    models: { svm: { space }, forest: { space }, mlp: { space } },
    objective: { name: 'loss', goal },
    trial: 'external',
    stop: { trials: 9 },
  };
  return defineStudy(input, { directory: '/', seed: 1 });
}

function correct({ truth, predicted }: Predictions): Uint8Array {
  return Uint8Array.from(truth, (label, i) => Number(label === predicted[i]));
}

let number = 0;
function trial(model: string, loss: number | undefined, more: Partial<TrialRecord> = {}): TrialRecord {
  const state = loss === undefined ? 'failed' : 'complete';
  return {
    number: number++,
    state,
    model,
    params: { model, [`${model}.c`]: 0.5 },
    values: loss === undefined ? null : { loss },
    reports: [],
    asOf: 0,
    origin: 'sampler',
    startedAt: null,
    finishedAt: null,
    attempts: 1,
    seed: 1,
    ...more,
  };
}

describe('the classes of a study', () => {
  const trials = [
    trial('svm', 3),
    trial('svm', 1),
    trial('forest', 2),
    trial('forest', 5),
    trial('forest', undefined),
    trial('svm', 0.5, { state: 'infeasible' }),
    trial('svm', 4, { origin: 'told' }),
  ];

  it('are counted, have their best trial each, and are compared with the best class', () => {
    const [svm, forest, mlp] = compareModels(study(), trials);
    expect(svm).toMatchObject({ model: 'svm', complete: 2, infeasible: 1, failed: 0, best: { values: { loss: 1 } } });
    expect(svm).not.toHaveProperty('behind');
    expect(forest).toMatchObject({
      complete: 2,
      failed: 1,
      best: { values: { loss: 2 } },
      behind: { effect: 1, method: 'best values' },
    });
    expect(forest!.behind!.interval![0]).toBeLessThan(0);
    expect(forest!.behind!.interval![1]).toBeGreaterThanOrEqual(1);
    expect(mlp).toEqual({ model: 'mlp', complete: 0, pruned: 0, infeasible: 0, failed: 0, best: null });
  });

  it('are compared in the direction of the objective', () => {
    const [svm, forest] = compareModels(study('maximize'), trials);
    expect(forest).not.toHaveProperty('behind');
    expect(svm!.behind!.effect).toBe(1);
  });

  it('are paired where their best trials have the same folds', () => {
    const folds = [
      [0.5, 0.7, 0.6, 0.65],
      [0.6, 0.75, 0.8, 0.7],
    ] as const;
    const paired = [trial('svm', 0.6125, { folds: folds[0] }), trial('forest', 0.7125, { folds: folds[1] })];
    const { interval, mean } = correctedT(
      folds[1].map((value, i) => value - folds[0][i]!),
      1 / 3,
      0.05,
    );
    const { behind } = compareModels(study(), paired)[1]!;
    expect(behind!.method).toBe('folds');
    expect(behind!.effect).toBeCloseTo(mean, 12);
    expect(behind!.interval![0]).toBeCloseTo(interval![0], 12);
  });

  it('are paired by predictions where their best trials are of the same rows', () => {
    const definition = { ...study('maximize'), objectives: [{ name: 'accuracy', goal: 'maximize' as const }] };
    const truth = Array.from({ length: 40 }, (_, i) => i % 2);
    const wrongIn = (...rows: number[]) => ({ truth, predicted: truth.map((t, i) => (rows.includes(i) ? 1 - t : t)) });
    const best = [trial('svm', 0, { values: { accuracy: 0.9 } }), trial('forest', 0, { values: { accuracy: 0.975 } })];
    const predicted = new Map([
      [best[0]!.number, wrongIn(1, 2, 3, 4)],
      [best[1]!.number, wrongIn(4)],
    ]);
    const behindWith = (of: (number: number) => Predictions | undefined) =>
      compareModels(definition, best, ({ number: each }) => of(each))[0]!.behind!;
    const behind = behindWith((each) => predicted.get(each));
    expect(behind).toMatchObject({ method: 'predictions', test: 'exact McNemar' });
    expect(behind.effect).toBeCloseTo(3 / 40, 12);
    expect(behind.interval).toEqual(
      tangoInterval(
        discordanceOf(correct(predicted.get(best[0]!.number)!), correct(predicted.get(best[1]!.number)!)),
        0.05,
      ),
    );
    // of one alone, or of other rows, nothing can be said by them
    expect(behindWith((each) => (each === best[0]!.number ? predicted.get(each) : undefined)).method).toBe(
      'best values',
    );
    const other = { truth: [1, 0], predicted: [1, 1] };
    expect(behindWith((each) => (each === best[0]!.number ? predicted.get(each) : other)).method).toBe('best values');
    // a loss that no metric is called is none of predictions
    expect(compareModels(study(), [trial('svm', 1), trial('forest', 3)], () => other)[1]!.behind!.method).toBe(
      'best values',
    );
  });

  it('have no interval from one trial each, and are none where the study has one model', () => {
    expect(compareModels(study(), [trial('svm', 1), trial('forest', 3)])[1]!.behind).toEqual({
      effect: 2,
      method: 'best values',
    });
    const { models: _none, ...one } = study();
    expect(compareModels(one, trials)).toEqual([]);
  });

  it('are a table for people, which says what its intervals are', () => {
    const models = compareModels(study(), trials);
    const [heading, ...lines] = modelsText('loss', models).split('\n');
    expect(heading).toBe('model   trials  failed  loss  trial  behind the best');
    expect(lines[0]).toMatch(/^svm     3       0       1     1      the best$/);
    expect(lines[1]).toMatch(/^forest  2       1       2     2      1 \[-?\d.*\]$/);
    expect(lines[2]).toMatch(/^mlp     0       0 +no result yet$/);
    expect(lines[3]).toContain('95 % bootstrap interval of the best values');
    expect(modelCounts(models)).toBe('models    svm 3, forest 2, mlp 0');
  });
});
