/** Mistakes have stated costs, and something else decides. */
import { StudyDefinitionError } from '../../study/errors.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import type { CostSpec } from '../../study/evaluation/spec.ts';
import { metricNamed } from '../metrics/registry.ts';
import { figure } from '../figures.ts';
import type { Guard } from './guard.ts';

export const costs: Guard = ({ costs: stated, metric, predictions = {} }) => {
  if (!stated || metric.name === 'expectedCost') return null;
  const { champion, challenger } = predictions;
  if (!champion || !challenger) {
    const missing = [!champion && 'champion', !challenger && 'challenger'].filter(Boolean).join(' and ');
    return { lacks: `there are no predictions of ${missing}: return them in phase test` };
  }
  const [before, after] = [costOf(champion, stated), costOf(challenger, stated)];
  if (typeof before === 'string') return { lacks: before };
  if (typeof after === 'string') return { lacks: after };
  const change =
    after === before ? 'as much' : `${figure(Math.abs(after - before))} ${after > before ? 'more' : 'less'}`;
  return {
    saw:
      `Mistakes have stated costs, but ${metric.name} decides: a row costs ${figure(after)} with the challenger and ` +
      `${figure(before)} with the champion, ${change}.`,
    advice: 'Put expectedCost first among the metrics.',
    blocks: after > before,
  };
};

/** Mean cost of a row, or why there is none. */
function costOf(predictions: Predictions, stated: CostSpec): number | string {
  try {
    const cost = metricNamed('expectedCost').compute(predictions, undefined, stated);
    return Number.isNaN(cost) ? 'the predictions have no row with a weight' : cost;
  } catch (error) {
    if (error instanceof StudyDefinitionError) return error.message;
    throw error;
  }
}
