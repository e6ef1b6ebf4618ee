import { describe, expect, it } from 'vitest';
import { costs } from '../../../evaluation/guards/costs.ts';
import { predictionsOf, read, studyOf } from './studies.ts';

const champion = predictionsOf('ok 90 ok, ok 5 fraud, fraud 1 ok, fraud 4 fraud');
const challenger = predictionsOf('ok 95 ok, fraud 3 ok, fraud 2 fraud');
const stated = {
  classes: ['ok', 'fraud'],
  matrix: [
    [0, 1],
    [50, 0],
  ],
};
const study = studyOf([], { costs: stated, predictions: { champion, challenger } });

describe('the costs guard', () => {
  it('fires and blocks where something else decides and the challenger costs more', () => {
    expect(read(costs, study)).toBe(
      'Mistakes have stated costs, but accuracy decides: a row costs 1.5 with the challenger and 0.55 with the champion, ' +
        '0.95 more. Put expectedCost first among the metrics. (blocks)',
    );
  });

  it('fires without blocking where the challenger costs less, or as much', () => {
    const turned = { champion: challenger, challenger: champion };
    expect(costs({ ...study, predictions: turned })).toMatchObject({
      saw: expect.stringContaining('0.95 less.'),
      blocks: false,
    });
    const equal = { champion, challenger: champion };
    expect(costs({ ...study, predictions: equal })).toMatchObject({
      saw: expect.stringContaining(', as much.'),
      blocks: false,
    });
  });

  it('is silent without costs, and where they decide', () => {
    expect(costs(studyOf([], { predictions: { champion, challenger } }))).toBeNull();
    expect(costs({ ...study, metric: { name: 'expectedCost', goal: 'minimize' } })).toBeNull();
  });

  it.each([
    [{}, 'lacks: there are no predictions of champion and challenger: return them in phase test'],
    [{ champion }, 'lacks: there are no predictions of challenger: return them in phase test'],
    [
      { champion, challenger: predictionsOf('ok 1 maybe') },
      'lacks: the costs say nothing of class "maybe", expected ["maybe", "ok"], got ["ok", "fraud"]; ' +
        'state what it costs to take it for others, and others for it',
    ],
    [{ champion, challenger: { truth: [], predicted: [] } }, 'lacks: the predictions have no row with a weight'],
  ])('says what it lacks (%#)', (predictions, words) => {
    expect(read(costs, { ...study, predictions })).toBe(words);
  });
});
