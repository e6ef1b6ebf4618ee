/**
 * Trials that others ran, told one by one or imported: rows that close the moment they are made, without a suggestion and without a
 * place in the budget. A told one may be the study's best, an imported one is only seen by the samplers.
 *
 * They close at positions of the log right behind their edit's, whenever their rows are made: with order `trial` that is once the
 * trials opened before them have theirs, since numbers have no gaps.
 */
import { readDivided, type Suggested } from '../trial/by-run.ts';
import { compileSpace } from '../space/dimensions.ts';
import { StudyDefinitionError, TrialFailedError } from '../errors.ts';
import { encodeFull } from '../space/point.ts';
import { hasReplicates } from '../trial/replicates.ts';
import { readResult } from '../trial/result.ts';
import type { Params } from '../space/space.ts';
import type { StudyDefinition } from '../study.ts';
import type { TrialResult } from '../trial/trial.ts';
import { isRecord, show } from '../wording/json.ts';
import { isText } from './edit-shape.ts';
import type { LoggedEdit } from './edits.ts';
import { nextToOpen, type GivenRow, type Ledger } from './ledger.ts';
import { isFeasible, takeBest, writeResult } from './outcomes.ts';
import type { LedgerRow, RowNotes } from './row.ts';

/** A trial of elsewhere, in the study's present space; its result is written as a told one is. */
export interface ForeignResult {
  readonly params: Params;
  /** A complete one needs its values; where these break a constraint it is infeasible. */
  readonly state: 'complete' | 'pruned' | 'failed' | 'infeasible';
  /** Where it comes from: 'trial 4 of digits'. */
  readonly from?: string;
  /** Of one objective. */
  readonly value?: number;
  /** By name. */
  readonly values?: Readonly<Record<string, number>>;
  readonly constraints?: Readonly<Record<string, number>>;
  readonly cost?: number;
  readonly train?: number;
  readonly folds?: readonly number[];
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** All that a trial had: its point in the space, and what else, where trials ask for parameters. */
export interface FullPoint {
  readonly x: Float64Array;
  readonly suggested?: readonly Suggested[];
}

/** What has been read of such a trial. */
interface Given extends FullPoint {
  readonly state: ForeignResult['state'];
  readonly result?: TrialResult;
  readonly notes: RowNotes;
}

const STATES: readonly unknown[] = ['complete', 'pruned', 'failed', 'infeasible'] satisfies ForeignResult['state'][];

/** Names of what a trial measures. */
export function namesOf({ objectives, constraints }: StudyDefinition): { objectives: string[]; constraints: string[] } {
  return { objectives: objectives.map(({ name }) => name), constraints: constraints.map(({ name }) => name) };
}

/** @throws StudyDefinitionError, TrialFailedError on what is no trial of this study */
export function readTold(definition: StudyDefinition, params: Params, raw: unknown): Given {
  const point = fullPoint(definition, params);
  const result = readResult(raw, namesOf(definition));
  return { ...point, state: stateOf(definition, result), result, notes: {} };
}

/** @throws StudyDefinitionError saying which trial is wrong, and how */
export function readImported(definition: StudyDefinition, trials: readonly ForeignResult[]): Given[] {
  if (!Array.isArray(trials) || trials.length === 0)
    throw new StudyDefinitionError(`got ${show(trials)}, expected a list of trials`);
  return (trials as readonly ForeignResult[]).map((trial, i) => {
    try {
      return readForeign(definition, trial);
    } catch (error) {
      if (!(error instanceof StudyDefinitionError) && !(error instanceof TrialFailedError)) throw error;
      throw new StudyDefinitionError(`trials[${i}]: ${error.message}`, { cause: error });
    }
  });
}

/** Lets the rows of a `tell` or an `import` take effect at the edit's position. */
export function give(ledger: Ledger, entry: LoggedEdit, now: number): void {
  const { definition } = ledger;
  const { edit } = entry;
  if (edit.kind === 'tell') addGiven(ledger, entry, [readTold(definition, edit.params, edit.result)], 'told', now);
  if (edit.kind !== 'import') return;
  const trials = readImported(definition, edit.trials);
  addGiven(ledger, entry, trials, 'imported', now);
  // the rows say it all, and the log has to stay short
  entry.imported = trials.length;
  entry.edit = { kind: 'import', trials: [] };
}

/** Makes the rows whose numbers' turn has come. */
export function takeGiven(ledger: Ledger): boolean {
  const { state } = ledger;
  if (!state.opened[0]?.given) return false;
  const end = state.opened.findIndex(({ given }) => !given);
  for (const { number, given } of state.opened.splice(0, end < 0 ? state.opened.length : end)) {
    const row: LedgerRow = { ...given!, number, x: Float64Array.from(given!.x, (value) => value ?? NaN) };
    ledger.rows.push(row);
    ledger.changed.push(row);
    state.next++;
  }
  state.committed = state.open[0] ?? state.next;
  return true;
}

function readForeign(definition: StudyDefinition, trial: ForeignResult): Given {
  if (!isRecord(trial)) throw new StudyDefinitionError(`got ${show(trial)}, expected { params, state, values }`);
  const { params, state, from, ...raw } = trial as ForeignResult;
  if (!STATES.includes(state))
    throw new StudyDefinitionError(`state is ${show(state)}, expected one of ${STATES.join(', ')}`);
  if (from !== undefined && !isText(from, 0, 500))
    throw new StudyDefinitionError(`from is ${show(from)}, expected a text of at most 500`);
  const point = fullPoint(definition, params);
  const notes = { ...(from !== undefined && { from }) };
  if (state !== 'complete' && Object.keys(raw).length === 0) return { ...point, state, notes };
  if (state === 'failed')
    throw new StudyDefinitionError(`it has failed, but has ${Object.keys(raw).join(', ')}; leave them out`);
  const result = readResult(raw, namesOf(definition));
  return { ...point, state: state === 'complete' ? stateOf(definition, result) : state, result, notes };
}

/** @throws StudyDefinitionError where parameters are missing, superfluous or wrong */
export function fullPoint(definition: Pick<StudyDefinition, 'space' | 'defineByRun'>, params: Params): FullPoint {
  if (!isRecord(params))
    throw new StudyDefinitionError(`params is ${show(params)}, expected values of the parameters by name`);
  const split = readDivided(definition, params);
  if ('fault' in split) throw new StudyDefinitionError(split.fault);
  const { inSpace, suggested } = split;
  return { x: encodeFull(compileSpace(definition.space), inSpace), ...(suggested.length > 0 && { suggested }) };
}

function stateOf(definition: StudyDefinition, { constraints }: TrialResult): 'complete' | 'infeasible' {
  return isFeasible(definition, constraints) ? 'complete' : 'infeasible';
}

function addGiven(
  ledger: Ledger,
  { seq, who, why }: LoggedEdit,
  trials: readonly Given[],
  origin: 'told' | 'imported',
  now: number,
): void {
  const { definition, state } = ledger;
  const reason = [who, why].filter((text) => text !== undefined).join(': ');
  for (const { x, suggested, state: end, result, notes } of trials) {
    const number = nextToOpen(ledger);
    const all = { ...(origin === 'told' && reason !== '' && { reason }), ...notes };
    const row: LedgerRow = {
      number,
      state: end,
      origin,
      x,
      ...(suggested && { suggested }),
      space: definition.space.version,
      sampler: 0,
      seed: 0,
      asOf: seq!,
      closed: ++state.seq,
      reports: [],
      attempts: 0,
      startedAt: now,
      finishedAt: now,
      ...(Object.keys(all).length > 0 && { notes: all }),
    };
    // what was told of a study with replicates is one run
    const isRun = origin === 'told' && hasReplicates(definition);
    if (result) writeResult(row, isRun ? { ...result, replicates: [result.values[0]!] } : result);
    state.told++;
    if (origin === 'told' && end === 'complete' && !isRun) takeBest(definition, state, row);
    const { number: _number, memo: _memo, ...given } = row;
    state.opened.push({ number, asOf: seq!, given: { ...given, x: nullable(x) } });
  }
}

function nullable(x: Float64Array): GivenRow['x'] {
  return Array.from(x, (value) => (Number.isNaN(value) ? null : value));
}
