/** Nothing to compare with: without the model's own defaults nobody knows what tuning gained. */
import type { Guard } from './guard.ts';
import { finishedRuns } from './measured.ts';

const ADVICE = 'Enqueue the defaults: enqueue: [{ …, baseline: true }], or name what is in use today as the champion.';

export const defaults: Guard = ({ trials, champion }) => {
  if (trials.length === 0) return { lacks: 'there are no trials' };
  // what is in use stands in for the defaults
  if (finishedRuns(champion).length > 0) return null;
  const baselines = trials.filter(({ baseline }) => baseline).toSorted((a, b) => a.number - b.number);
  if (baselines.some(({ state }) => state === 'complete')) return null;
  const [first] = baselines;
  if (!first)
    return {
      saw: "No trial has the model's own defaults: what tuning gained is unknown.",
      advice: ADVICE,
      blocks: true,
    };
  const reason = first.reason === undefined ? '' : ` (${first.reason})`;
  return {
    saw: `Trial ${first.number} has the model's own defaults, and is ${first.state}${reason}: what tuning gained is unknown.`,
    advice: 'Make the defaults run to their end, within the constraints, or name other parameters as baseline.',
    blocks: true,
  };
};
