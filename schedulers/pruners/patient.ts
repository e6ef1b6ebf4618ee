/**
 * Gives trials time: one is pruned only once its last `patience` + 1 reports brought nothing better than those before, by more than
 * `minDelta`; and then, if `of` names another rule, only if that one prunes it too. As Optuna's PatientPruner does, on the reports that
 * cross: those it knows of get sparser after 32, and patience counts them.
 *
 * State: that of the other rule.
 */
import { COMPARING_OPTIONS, median, percentile, PERCENTILE_OPTION, type PercentileState } from './percentile.ts';
import { MOST_CROSSINGS } from './interval.ts';
import type { Pruner } from '../scheduler.ts';
import { shown } from './words.ts';

export interface PatientState {
  readonly patience: number;
  readonly minDelta: number;
  readonly maximize: boolean;
  readonly of: PercentileState | null;
}

const RULES: Readonly<Record<string, Pruner<PercentileState>>> = { median, percentile };

export const patient: Pruner<PatientState> = {
  form: 'pruner',
  name: 'patient',
  version: 1,
  options: {
    patience: {
      type: 'int',
      default: 3,
      low: 0,
      high: 1_000_000,
      doc: 'Reports without a better one before a trial is pruned',
    },
    minDelta: {
      type: 'float',
      default: 0,
      low: 0,
      high: Number.MAX_VALUE,
      doc: 'By how much less than before is no worse yet',
    },
    of: {
      type: 'enum',
      default: 'none',
      values: ['none', ...Object.keys(RULES)],
      doc: 'Rule that has to prune a trial, too; the other options are its own',
    },
    ...PERCENTILE_OPTION,
    ...COMPARING_OPTIONS,
  },
  supports: () => true,
  crossings: ({ of, warmup, interval }) =>
    of === 'none'
      ? { from: 0, every: 1, most: MOST_CROSSINGS }
      : { from: warmup as number, every: interval as number, most: MOST_CROSSINGS },
  begin: (problem, options) => ({
    patience: options['patience'] as number,
    minDelta: options['minDelta'] as number,
    maximize: problem.maximize === true,
    of: RULES[options['of'] as string]?.begin(problem, options) ?? null,
  }),
  reported: () => {},
  ended({ of }, trial, seq) {
    if (of) percentile.ended(of, trial, seq);
  },
  verdict({ patience, minDelta, maximize, of }, trial, asOf) {
    const values = trial.reports.map(({ y }) => y);
    if (values.length <= patience + 1) return 'go on';
    const before = Math.min(...values.slice(0, -patience - 1));
    const after = Math.min(...values.slice(-patience - 1));
    if (!(before + minDelta < after)) return 'go on';
    if (of) return percentile.verdict(of, trial, asOf);
    const told = [after, before].map((y) => shown(y, maximize));
    return { prune: `its last ${patience + 1} reports brought ${told[0]} at best, after ${told[1]} before` };
  },
};
