/**
 * How a member of a population came to what it is: interval after interval from the first checkpoint that its own goes back to, with the
 * parameters of each. Read one after another they are a schedule of parameters, which can be trained again (scheduler replay).
 */
import { StudyDefinitionError } from '../errors.ts';
import type { Params } from '../space/space.ts';
import type { TrialRecord } from './trial.ts';
import { sameJson } from '../wording/json.ts';

/** One interval of a training, which is a trial of its own. */
export interface LineageInterval {
  /** Of the trial. */
  readonly number: number;
  readonly member: number;
  /** From 0, one an interval. */
  readonly generation: number;
  /** Where it was trained from and to, in the budget's unit: 0 at the root. */
  readonly from: number;
  readonly to: number;
  /**
   * `root`: from nothing; `kept`: the member went on as it was; `explored`: it has parameters of its own, or began where another member
   * had got to.
   */
  readonly begins: 'root' | 'kept' | 'explored';
  readonly params: Params;
  /** Of its training. */
  readonly seed: number;
  readonly state: TrialRecord['state'];
  /** By objective name; null until there is a result. */
  readonly values: TrialRecord['values'];
}

/**
 * The intervals that a trial goes back to, from the root to the trial itself.
 * @param trials of one study, those that it goes back to among them
 * @throws StudyDefinitionError where there is no such trial, the study is no population, or its rows do not fit together
 */
export function lineageOf(trials: readonly TrialRecord[], number: number): readonly LineageInterval[] {
  const byNumber = new Map(trials.map((trial) => [trial.number, trial]));
  const last = byNumber.get(number);
  if (!last)
    throw new StudyDefinitionError(`there is no trial ${number}, expected one of the ${trials.length} there are`);
  if (!trials.some(({ parent }) => parent !== undefined))
    throw new StudyDefinitionError(
      'no trial goes on from where another one ended: expected a population that has got to its second generation (scheduler pbt)',
    );
  if (!last.rung)
    throw new StudyDefinitionError(
      `trial ${number} belongs to no member (it is ${last.origin}): expected one that the scheduler started`,
    );
  const path: TrialRecord[] = [last];
  for (let trial = last; trial.parent !== undefined;) {
    const parent = byNumber.get(trial.parent);
    refuseBroken(trial, parent);
    path.unshift(parent!);
    trial = parent!;
  }
  return path.map((trial, i) => intervalOf(trial, path[i - 1]));
}

/** A piece of a schedule: parameters, and the total that is trained with them, in the budget's unit. */
export interface ScheduledInterval {
  readonly to: number;
  readonly params: Params;
}

/** What a trial was trained with, interval by interval; undefined where it is no member of a population. @throws as lineageOf */
export function scheduleOf(trials: readonly TrialRecord[], number: number): readonly ScheduledInterval[] | undefined {
  const trial = trials.find((each) => each.number === number);
  if (trial && !trial.rung) return undefined;
  const path =
    trial?.parent === undefined && trial ? [{ to: trial.rung!.to, params: trial.params }] : lineageOf(trials, number);
  return path.map(({ to, params }) => ({ to, params }));
}

/** The same with one piece for all neighbours of equal parameters. */
export function piecesOf(schedule: readonly ScheduledInterval[]): readonly ScheduledInterval[] {
  return schedule.filter(({ params }, i) => !schedule[i + 1] || !sameJson(schedule[i + 1]!.params, params));
}

/** Parents were there before their children, and had got less far by one interval. */
function refuseBroken(trial: TrialRecord, parent: TrialRecord | undefined): void {
  const broken = (why: string): never => {
    throw new StudyDefinitionError(
      `the lineage is broken: trial ${trial.number} says that it goes on from trial ${trial.parent}, ${why}; read the study's rows again, or audit it with dtune replay`,
    );
  };
  if (!parent) broken('which is not among the rows');
  if (parent!.number >= trial.number) broken('which is no earlier one');
  if (!parent!.rung || parent!.rung.rung + 1 !== trial.rung?.rung || parent!.rung.to >= trial.rung.to)
    broken('which had not got to where it begins');
}

function intervalOf(trial: TrialRecord, parent: TrialRecord | undefined): LineageInterval {
  const { number, params, seed, state, values } = trial;
  const { bracket, rung, to } = trial.rung!;
  const isKept = parent && parent.rung!.bracket === bracket && sameJson(parent.params, params);
  return {
    number,
    member: bracket,
    generation: rung,
    from: parent?.rung!.to ?? 0,
    to,
    begins: !parent ? 'root' : isKept ? 'kept' : 'explored',
    params,
    seed,
    state,
    values,
  };
}
