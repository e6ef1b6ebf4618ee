/** Studies as plots read them. */
import type { PlottedStudy } from '../../plots/plot.ts';
import type { Objective } from '../../study/study.ts';
import type { Parameter } from '../../study/space/space.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { trialOf } from '../cli/histories.ts';

export const RATE: Parameter = { name: 'rate', domain: { kind: 'float', low: 1e-5, high: 0.1, scale: 'log' } };
export const DEPTH: Parameter = { name: 'depth', domain: { kind: 'int', low: 1, high: 9, scale: 'linear' } };
export const MODEL: Parameter = { name: 'model', domain: { kind: 'choice', choices: ['tree', 'line'] } };
/** Of trees alone. */
export const LEAVES: Parameter = {
  name: 'leaves',
  domain: { kind: 'int', low: 2, high: 64, scale: 'log' },
  when: [{ parameter: 'model', in: ['tree'] }],
};
const LOSS: Objective = { name: 'loss', goal: 'minimize' };

export function studyOf(
  trials: readonly TrialRecord[],
  {
    name = 'digits',
    parameters = [RATE, DEPTH, MODEL, LEAVES],
    objectives = [LOSS],
  }: { name?: string; parameters?: readonly Parameter[]; objectives?: readonly Objective[] } = {},
): PlottedStudy {
  return { definition: { name, space: { version: 1, parameters, forbid: [] }, objectives }, trials };
}

/** Five trials: three complete, a pruned one and a failed one; trial 4 is the best. */
export const FIVE: readonly TrialRecord[] = [
  trialOf(0, 3, {
    params: { rate: 0.01, depth: 2, model: 'tree', leaves: 8 },
    reports: [
      [1, 5],
      [2, 3],
    ],
  }),
  trialOf(1, 2, { params: { rate: 0.001, depth: 5, model: 'line' } }),
  trialOf(2, null, { params: { rate: 1e-4, depth: 9, model: 'line' } }),
  trialOf(3, null, { state: 'pruned', params: { rate: 0.05, depth: 1, model: 'line' }, reports: [[1, 9]] }),
  trialOf(4, 1, {
    params: { rate: 0.002, depth: 6, model: 'tree', leaves: 32 },
    reports: [
      [1, 4],
      [2, 1],
    ],
  }),
];
/** Many trials of the same space, by a rule. */
export function manyTrials(count: number): TrialRecord[] {
  return Array.from({ length: count }, (_, number) => {
    const share = (number * 0.618034) % 1;
    const model = number % 3 === 0 ? 'tree' : 'line';
    const params = { rate: 10 ** (-5 + 4 * share), depth: 1 + (number % 9), model };
    const value = (share - 0.5) * (share - 0.5) + 0.01 * (number % 9);
    return trialOf(number, value, { params: model === 'tree' ? { ...params, leaves: 2 + (number % 60) } : params });
  });
}
