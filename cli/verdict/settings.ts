/** How a study is evaluated and promoted, in words. */
import type {
  EvaluationSpec,
  GapSpec,
  GuardSpec,
  PromotionSpec,
  SplitSpec,
  TestSpec,
} from '../../study/evaluation/spec.ts';
import type { StopRules } from '../../study/study.ts';
import { formatDuration } from '../../study/wording/duration.ts';
import { shortNumber } from '../progress.ts';
import { percent, worthText } from './facts.ts';

export function splitText(split: SplitSpec): string {
  switch (split.kind) {
    case 'hold-out':
      return `${percent(split.size)} of the rows held out${split.stratify ? ', by class' : ''}`;
    case 'time-series':
      return `${split.folds} folds in order of time${split.gap === 0 ? '' : `, ${split.gap} rows left out before each test`}`;
    case 'leave-one-out':
      return 'each row held out once';
    case 'leave-one-group-out':
      return 'each group held out once';
    default: {
      const by = {
        'k-fold': '',
        stratified: ', by class',
        group: ', by group',
        'stratified-group': ', by group and class',
      };
      return foldsText(split.folds, split.repeats) + by[split.kind];
    }
  }
}

export function testText(test: TestSpec): string {
  switch (test.kind) {
    case 'hold-out':
      return `${percent(test.size)} of the rows, which tuning never sees`;
    case 'cross-validation':
      return `all rows, divided otherwise than in tuning: ${foldsText(test.folds, test.repeats)}`;
    case 'own':
      return "the trial's own test data";
  }
}

/** What is decided by, and how strictly. */
export function decisionText(
  { metrics, minimumEffect, alpha, repeats, look }: EvaluationSpec,
  objective: string,
): string {
  const [decides = objective, ...others] = metrics;
  return [
    `by ${decides}${others.length === 0 ? '' : ` (also computed: ${others.join(', ')})`}`,
    `worth a change: ${worthText(minimumEffect)}`,
    `${percent(alpha)} chance of a false promotion over all looks at the test data${look === 1 ? '' : `, of which this is look ${look}`}`,
    `${repeats === 1 ? 'one run' : `${repeats} runs`} of each candidate`,
  ].join('; ');
}

export function guardsText({ off, imbalance, gap, bound }: GuardSpec): string {
  return [
    `imbalance from ${percent(imbalance)} of one class on`,
    ...(gap ? [gapText(gap)] : []),
    `${percent(bound)} at each end of a range counts as its bound`,
    ...(off.length > 0 ? [`off: ${off.join(', ')}`] : []),
  ].join('; ');
}

export function promotionSpecText({ action, timeoutMs, retries, approvalMs }: PromotionSpec): string {
  const what = {
    command: () => `runs ${'command' in action ? action.command.join(' ') : ''}`,
    activity: () => `runs activity ${'activity' in action ? `${action.activity} on queue ${action.queue}` : ''}`,
    webhook: () => `calls ${'url' in action ? action.url : ''}`,
  }[action.kind]();
  const asked = approvalMs === undefined ? '' : `, once somebody approves within ${formatDuration(approvalMs)}`;
  const again = retries === 0 ? '' : `, repeated up to ${retries} times under the same key`;
  return `${what}${asked}; at most ${formatDuration(timeoutMs)} an attempt${again}`;
}

/** The stopping rules. */
export function budgetText({ trials, timeMs, target, patience, cost, regret, maxFailures }: StopRules): string {
  return [
    ...(trials === undefined ? [] : [`${trials} trials`]),
    ...(timeMs === undefined ? [] : [formatDuration(timeMs)]),
    ...(target === undefined ? [] : [`a value of ${shortNumber(target)}`]),
    ...(patience === undefined ? [] : [`${patience} trials without a better one`]),
    ...(cost === undefined ? [] : [`a cost of ${shortNumber(cost)}`]),
    ...(regret === undefined ? [] : [`a regret of ${shortNumber(regret)} at most`]),
    `${maxFailures} failures`,
  ].join(', or ');
}

function gapText({ above, as, weight = 1 }: GapSpec): string {
  const consequence = { warning: 'a warning', constraint: 'infeasible', penalty: `penalized ${weight} times` }[as];
  return `training better than validation by more than ${shortNumber(above)} is ${consequence}`;
}

function foldsText(folds: number, repeats: number): string {
  return `${folds}-fold cross-validation${repeats === 1 ? '' : `, ${repeats} times`}`;
}
