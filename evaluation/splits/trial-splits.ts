/** The folds of one trial: what tuning may see, and what the final test is made on. */
import { StudyDefinitionError } from '../../study/errors.ts';
import type { SplitSpec, TrialEvaluation } from '../../study/evaluation/spec.ts';
import { show } from '../../study/wording/json.ts';
import { checkWhole } from './checks.ts';
import { rowsOf, someRows, type Rows, type SplitData } from './data.ts';
import { rowRange, within, type Fold } from './fold.ts';
import { groupKFold } from './group.ts';
import { holdOut } from './hold-out.ts';
import { kFold } from './k-fold.ts';
import { leaveOneGroupOut, leaveOneOut } from './leave-one-out.ts';
import { repeated } from './repeated.ts';
import { derivedSeed } from './shuffle.ts';
import { stratifiedGroupKFold } from './stratified-group.ts';
import { stratifiedKFold } from './stratified.ts';
import { holdOutLast, timeSeries } from './time-series.ts';

/** Held out for validation where a study does not say how rows are divided. */
const USUAL_SIZE = 0.25;

/**
 * The folds of a trial, the same for every trial of a study in this phase (and run), on every machine.
 *
 * **tune**: the folds of `evaluation.split`; absent, one fold with a quarter of the rows held out. With
 * `test.kind: hold-out` they are made of the development rows alone: no test row is in any of them. Otherwise they are made
 * of all rows.
 *
 * **test**, by `test.kind`:
 * - `hold-out`: one fold, all development rows against the held-out ones, the same in every run. With a time-series split
 *   the last rows are held out, and the development rows end `gap` rows before them.
 * - `cross-validation`: k-fold over all rows, `test.repeats` times, by other seeds than tuning's; every `evaluation.repeat`
 *   has other parts. With a time-series split, time-series folds, once: time has one order.
 * - `own`: one fold, all rows to train and none to test; the trial has test data of its own.
 *
 * **Groups** stay whole where the split is `group`, `stratified-group` or `leave-one-group-out`; and where it is absent
 * or `hold-out`, if groups are given. **Classes** keep their shares where the split is `stratified`, `stratified-group` or
 * `hold-out` with `stratify`; where it is absent, if labels are given; and in a test by cross-validation also where it is
 * `k-fold` or `leave-one-out`, if labels are given.
 *
 * @param data  of all rows that there are, test rows included
 * @returns     row numbers of `data`, ascending
 * @throws      StudyDefinitionError if the split needs labels or groups that are not given, a part would be empty, or as
 *              the split itself does
 */
export function splitsOf(evaluation: TrialEvaluation, phase: 'tune' | 'test', data: SplitData): Fold[] {
  const { split, test, seed, repeat } = evaluation;
  if (phase !== 'tune' && phase !== 'test')
    throw new StudyDefinitionError(`phase is ${show(phase)}, expected 'tune' or 'test'`);
  if (!['hold-out', 'cross-validation', 'own'].includes(test?.kind))
    throw new StudyDefinitionError(`test is ${show(test)}, expected kind hold-out, cross-validation or own`);
  const all = rowsOf(data);
  const used = usedBy(split, all);
  if (test.kind === 'hold-out') {
    const held = heldOut(evaluation, used, test.size);
    if (phase === 'test') return [held];
    const folds = tuningFolds(split, someRows(used, held.train), derivedSeed(seed, 'tune'));
    return folds.map((fold) => within(held.train, fold));
  }
  if (phase === 'tune') return tuningFolds(split, used, derivedSeed(seed, 'tune'));
  if (test.kind === 'own') return [{ train: rowRange(0, all.rows), test: new Int32Array(0) }];
  if (split?.kind === 'time-series') return timeSeries(all.rows, { folds: test.folds, gap: split.gap });
  checkWhole('repeat', repeat, 0, 4294967295, 'it says which run of the final test this is');
  const labels = split?.kind === 'k-fold' || split?.kind === 'leave-one-out' ? all.labels : used.labels;
  return repeated(test.repeats, derivedSeed(seed, 'test', repeat), (each) =>
    divided({ ...used, labels }, test.folds, each),
  );
}

/** The labels and groups that this split goes by. */
function usedBy(split: SplitSpec | undefined, { rows, labels, groups }: Rows): Rows {
  if (!split) return { rows, labels, groups };
  const needed = <T>(what: string, list: T | undefined): T => {
    if (list !== undefined) return list;
    const kind = split.kind === 'hold-out' ? 'hold-out with stratify' : split.kind;
    throw new StudyDefinitionError(
      `split ${kind} needs ${what}, but the data has none; give ${what}: one for each row, or the study another split`,
    );
  };
  switch (split.kind) {
    case 'hold-out':
      return { rows, labels: split.stratify ? needed('labels', labels) : undefined, groups };
    case 'stratified':
      return { rows, labels: needed('labels', labels) };
    case 'group':
    case 'leave-one-group-out':
      return { rows, groups: needed('groups', groups) };
    case 'stratified-group':
      return { rows, labels: needed('labels', labels), groups: needed('groups', groups) };
    case 'k-fold':
    case 'leave-one-out':
    case 'time-series':
      return { rows };
    default:
      throw new StudyDefinitionError(
        `split is ${show(split)}, expected one that this version knows: hold-out, k-fold, time-series, say`,
      );
  }
}

/** Development rows against test rows. */
function heldOut({ split, seed }: TrialEvaluation, used: Rows, size: number): Fold {
  if (split?.kind === 'time-series') return holdOutLast(used.rows, { size, gap: split.gap });
  return holdOut(used, { size, seed: derivedSeed(seed, 'hold-out') });
}

function tuningFolds(split: SplitSpec | undefined, used: Rows, seed: number): Fold[] {
  switch (split?.kind) {
    case undefined:
    case 'hold-out':
      return [holdOut(used, { size: split?.size ?? USUAL_SIZE, seed })];
    case 'time-series':
      return timeSeries(used.rows, split);
    case 'leave-one-out':
      return leaveOneOut(used.rows);
    case 'leave-one-group-out':
      return leaveOneGroupOut(used.groups!);
    default:
      return repeated(split!.repeats, seed, (each) => divided(used, split!.folds, each));
  }
}

/** K-fold by all that is known of the rows. */
function divided({ rows, labels, groups }: Rows, folds: number, seed: number): Fold[] {
  if (labels && groups) return stratifiedGroupKFold(labels, groups, { folds, seed });
  if (labels) return stratifiedKFold(labels, { folds, seed });
  return groups ? groupKFold(groups, { folds, seed }) : kFold(rows, { folds, seed });
}
