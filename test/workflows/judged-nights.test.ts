/** Nights of a schedule whose study has `evaluate`: the verdict decides who is champion. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrialFunction } from '../../activities/runners/trial-context.ts';
import { evaluationOf } from '../study/definitions.ts';
import { NEVER, scheduled, ScheduleRig } from './schedule-rig.ts';

let rig: ScheduleRig;
beforeAll(async () => {
  rig = await ScheduleRig.create();
});
afterAll(() => rig.close());

const loss: TrialFunction = ({ params }) => Number(params['x']);

describe('a night of a study with evaluate', () => {
  it('crowns by its verdict, and each look at the test data spends its part of alpha', async () => {
    const name = 'judged';
    // what a candidate gets right on each of four runs; chance alone is not enough
    let challenger = [0.1, 0.2, 0.15, 0.12];
    const trial: TrialFunction = (context) => {
      const { phase, number, evaluation } = context;
      // trial 0 is the baseline's or the champion's: never the best in tuning, or nobody would challenge it
      if (phase === 'tune') return number === 0 ? 5 : loss(context);
      const isChampion = evaluation!.candidate === 'champion';
      return (isChampion ? [0.5, 0.52, 0.48, 0.51] : challenger)[evaluation!.repeat]!;
    };
    const evaluate = evaluationOf({ alpha: 0.2, repeats: 4 });
    const enqueue = [{ params: { x: 0.9, y: 1 }, baseline: true }];
    await rig.serving(name, trial, async () => {
      await rig.schedules.create(scheduled(name, { evaluate, enqueue }), NEVER);
      const first = await rig.night(name);
      expect(first).toMatchObject({ promoted: true, verdict: { decision: 'promote', look: 1 } });
      expect((await rig.schedules.show(name)).champion).toMatchObject({ night: first.night, study: first.study });
      challenger = [0.49, 0.52, 0.49, 0.5];
      const second = await rig.night(name);
      expect(second).toMatchObject({ promoted: false, verdict: { decision: 'inconclusive', look: 2 } });
      expect(second.championTest).toBeCloseTo(0.5025, 12);
      const kept = await rig.schedules.show(name);
      expect(kept).toMatchObject({ looks: 2, champion: { night: first.night, tested: second.night } });
      const { evaluate: asked } = await rig.definition(second.study);
      expect(asked).toMatchObject({ look: 2, champion: kept.champion!.params, seed: 7 });
    });
  });

  it('keeps the baseline as champion where nothing beats it on the first night', async () => {
    const name = 'unbeaten';
    const trial: TrialFunction = (context) => {
      const { phase, number, evaluation } = context;
      if (phase === 'test')
        return evaluation!.candidate === 'champion' ? evaluation!.repeat / 100 : 9 + evaluation!.repeat;
      return number === 0 ? 5 : loss(context);
    };
    const evaluate = evaluationOf({ test: { kind: 'own' }, repeats: 3 });
    const enqueue = [{ params: { x: 0.9, y: 1 }, baseline: true }];
    await rig.serving(name, trial, async () => {
      await rig.schedules.create(scheduled(name, { evaluate, enqueue }), NEVER);
      const first = await rig.night(name);
      expect(first).toMatchObject({ promoted: false, verdict: { decision: 'keep' } });
      const { champion } = await rig.schedules.show(name);
      expect(champion).toMatchObject({ study: first.study, number: 0, params: { x: 0.9, y: 1 }, values: { loss: 5 } });
      expect(champion!.test['loss']).toBeCloseTo(0.01, 12);
    });
  });
});
