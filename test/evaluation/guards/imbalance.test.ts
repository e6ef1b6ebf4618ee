import { describe, expect, it } from 'vitest';
import { imbalance, isAccuracy } from '../../../evaluation/guards/imbalance.ts';
import { guardsOf, predictionsOf, read, studyOf, testedOf } from './studies.ts';

// 1,000 rows, one in a hundred fraud
const nothing = predictionsOf('ok 990 ok, fraud 10 ok');
const useful = predictionsOf('ok 975 ok, ok 15 fraud, fraud 3 ok, fraud 7 fraud');
const careful = predictionsOf('ok 985 ok, ok 5 fraud, fraud 2 ok, fraud 8 fraud');
const study = studyOf([]);

describe('the imbalance guard', () => {
  it('fires and blocks where a model wins by accuracy that never names the small class', () => {
    expect(read(imbalance, { ...study, predictions: { champion: useful, challenger: nothing } })).toBe(
      'accuracy decides, and 99 % of the 1,000 test rows are of class ok: always saying so is right as often. The challenger has ' +
        'accuracy 0.99 and balanced accuracy 0.5, the champion has 0.982 and 0.8424; the challenger is hardly more than one answer ' +
        'to everything. Put balancedAccuracy, mcc or prAuc first among the metrics, and tune for it. (blocks)',
    );
  });

  it('fires without blocking where the challenger finds more of both classes', () => {
    expect(imbalance({ ...study, predictions: { champion: useful, challenger: careful } })).toMatchObject({
      saw: expect.stringContaining('accuracy 0.993 and balanced accuracy 0.8975, the champion has 0.982 and 0.8424.'),
      blocks: false,
    });
  });

  it.each([
    ['the champion is as balanced', { champion: careful, challenger: careful }, true],
    ['the champion is more balanced', { champion: careful, challenger: useful }, true],
    ['the challenger alone is one answer', { challenger: nothing }, true],
    ['the champion has no predictions', { challenger: careful }, true],
    ['the challenger has no predictions', { champion: careful }, true],
  ])('blocks where %s', (_, predictions, blocks) => {
    expect(imbalance({ ...study, champion: testedOf([0.9]), predictions })).toMatchObject({ blocks });
  });

  it('does not block a challenger that nobody stands against and that tells classes apart', () => {
    expect(imbalance({ ...study, predictions: { challenger: careful } })).toMatchObject({ blocks: false });
  });

  it('fires from its limit on', () => {
    const eighty = predictionsOf('a 8 a, b 2 b');
    expect(imbalance({ ...study, predictions: { challenger: eighty } })).not.toBeNull();
    expect(
      imbalance({ ...study, predictions: { challenger: eighty }, guards: guardsOf({ imbalance: 0.81 }) }),
    ).toBeNull();
  });

  it('counts rows by their weights', () => {
    const even = predictionsOf('a 5 a, b 5 b');
    expect(imbalance({ ...study, predictions: { challenger: even } })).toBeNull();
    const weights = even.truth.map((label) => (label === 'a' ? 9 : 1));
    expect(imbalance({ ...study, predictions: { challenger: { ...even, weights } } })).toMatchObject({
      saw: expect.stringContaining('90 % of the 10 test rows are of class a'),
    });
  });

  it('blocks where the test has one class alone', () => {
    expect(imbalance({ ...study, predictions: { challenger: predictionsOf('a 5 a') } })).toMatchObject({
      blocks: true,
    });
  });

  it('is silent where something else decides, and says what it lacks', () => {
    const metric = { name: 'balancedAccuracy', goal: 'maximize' } as const;
    expect(imbalance({ ...study, metric, predictions: { challenger: nothing } })).toBeNull();
    expect(read(imbalance, study)).toBe(
      'lacks: there are no predictions: return them in phase test, with at least one row',
    );
    expect(imbalance({ ...study, predictions: { challenger: { truth: [], predicted: [] } } })).toHaveProperty('lacks');
  });

  it.each([
    'accuracy',
    'acc',
    'valAcc',
    'val_acc',
    'mean test accuracy',
    'heldOutAccuracy',
    'error rate',
    'errorRate',
    'f1Micro',
    'recallWeighted',
    'top1-accuracy',
  ])('takes %s for accuracy', (name) => expect(isAccuracy(name)).toBe(true));

  it.each(['balancedAccuracy', 'top2Accuracy', 'f1Macro', 'error', 'loss', 'rocAuc', 'recall', 'validation', ''])(
    'does not take %s for accuracy',
    (name) => expect(isAccuracy(name)).toBe(false),
  );
});
