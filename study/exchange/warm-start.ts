/** What becomes of trials of elsewhere when a study starts from them, or takes them in under way. */
import { suggestedParams } from '../trial/by-run.ts';
import { StudyDefinitionError } from '../errors.ts';
import type { ImportedTrial } from '../ledger/begin.ts';
import type { ForeignResult } from '../ledger/given.ts';
import { spaceOf, type Epoch } from '../ledger/ledger.ts';
import { isFeasible } from '../ledger/outcomes.ts';
import { named, recordOf, type LedgerRow } from '../ledger/row.ts';
import { decode } from '../space/point.ts';
import { scoreOf } from '../scalarize.ts';
import { pointIn } from '../space/space-change.ts';
import type { StudyDefinition, WarmStart } from '../study.ts';
import { listed, meant } from '../syntax/field.ts';
import { describeMapping } from './describe-mapping.ts';
import type { ForeignTrial } from './foreign-trial.ts';
import { mapTrials, type LeftTrial, type MappedTrial } from './map-trials.ts';
import { readTrial, refuse } from './read-trial.ts';

/** How trials are fitted into a study. */
export type Fitting = Pick<WarmStart, 'map' | 'values' | 'assume' | 'drop' | 'keep' | 'skip'>;

/** A study that trials are taken from. */
export interface SourceStudy {
  readonly definition: StudyDefinition;
  readonly epochs: readonly Epoch[];
  /** In number order. */
  readonly rows: readonly LedgerRow[];
}

/** The definition with what it measures under the names that the trials have for it: what their readers are given. */
export function theirDefinition(definition: StudyDefinition, values: Fitting['values'] = {}): StudyDefinition {
  const { objectives, constraints } = definition;
  const ours = [...objectives, ...constraints].map(({ name }) => name);
  const strange = Object.entries(values).find(([, name]) => !ours.includes(name));
  if (strange)
    throw new StudyDefinitionError(
      `values.${strange[0]} is '${strange[1]}', which this study does not measure, expected ${listed(ours)}; ${meant(strange[1], ours, 'correct it')}`,
    );
  const theirs = new Map(Object.entries(values).map(([their, our]) => [our, their]));
  const renamed = <T extends { readonly name: string }>(list: readonly T[]): T[] =>
    list.map((item) => ({ ...item, name: theirs.get(item.name) ?? item.name }));
  return { ...definition, objectives: renamed(objectives), constraints: renamed(constraints) };
}

/** The trials of a study that have ended, in its last space. @param ours from theirDefinition */
export function trialsOfStudy({ definition, epochs, rows }: SourceStudy, ours: StudyDefinition): ForeignTrial[] {
  const faults: string[] = [];
  const last = epochs.at(-1)!;
  const trials = rows.map((row) => {
    const record = recordOf(definition, epochs, row);
    // a trial of an earlier space has in the last one what was said of it then
    const x = pointIn(epochs, last, row.space, row.x);
    const inSpace = x ? decode(spaceOf(epochs, last.space.version), x) : record.params;
    const params = { ...inSpace, ...suggestedParams(row.suggested) };
    const trial = readTrial(`trial ${row.number}`, { ...record, params }, ours, faults);
    const from = row.origin === 'imported' ? row.notes?.from : undefined;
    return trial && { ...trial, from: from ?? `${definition.name} trial ${row.number}` };
  });
  refuse(faults);
  return trials.filter((trial) => trial !== undefined);
}

/**
 * The trials that a study can use, in their order.
 * @param source where they come from, in words
 * @throws StudyDefinitionError with what does not fit, unless that is to be left out; and where nothing is left
 */
export function fitTrials(
  trials: readonly ForeignTrial[],
  definition: StudyDefinition,
  { map = {}, assume = {}, drop = [], keep, skip }: Fitting,
  source: string,
): { readonly fitted: readonly MappedTrial[]; readonly words: string } {
  const all = mapTrials(trials, definition, { rename: map, assume, drop });
  const words = `${source}: ${describeMapping(all)}`;
  if (all.left.length > 0 && !skip)
    throw new StudyDefinitionError(
      `${words}\n${all.left.slice(0, MAX_SHOWN).map(shown).join('\n')}\nmap, assume or drop parameters, or leave such trials out with skip`,
    );
  if (all.mapped.length === 0)
    throw new StudyDefinitionError(`${words}, so there is nothing to start from; expected trials that have ended`);
  const fitted = all.mapped.map((trial) => ({ ...trial, state: stateIn(definition, trial) }));
  return { fitted: keep === undefined ? fitted : bestOf(fitted, definition, keep), words };
}

const MAX_SHOWN = 20;

function shown({ trial, why }: LeftTrial): string {
  return `  ${trial.from ?? 'a trial'}: ${why}`;
}

/** The bounds may be others here. */
function stateIn(definition: StudyDefinition, { state, constraints }: ForeignTrial): ForeignTrial['state'] {
  if (!constraints || (state !== 'complete' && state !== 'infeasible')) return state;
  return isFeasible(definition, constraints) ? 'complete' : 'infeasible';
}

/** The best complete ones, in their order. */
function bestOf(trials: readonly MappedTrial[], definition: StudyDefinition, keep: number): MappedTrial[] {
  const best = trials
    .filter(({ state }) => state === 'complete')
    .sort((a, b) => scoreOf(definition, a.values!) - scoreOf(definition, b.values!))
    .slice(0, keep);
  const kept = new Set(best);
  return trials.filter((trial) => kept.has(trial));
}

/** What a study that starts from these begins with. */
export function importedTrial({
  x,
  suggested,
  state,
  values,
  constraints,
  cost,
  train,
  folds,
  from,
}: MappedTrial): ImportedTrial {
  return {
    x,
    ...(suggested && { suggested }),
    state,
    ...(values && { values }),
    ...(constraints && { constraints }),
    ...(cost !== undefined && { cost }),
    ...(train !== undefined && { train }),
    ...(folds && { folds }),
    ...(from !== undefined && { from }),
  };
}

/** What a study that runs takes in: by names, since its space may change before it does. */
export function foreignResult(
  { params, state, values, constraints, cost, train, folds, from }: MappedTrial,
  definition: StudyDefinition,
): ForeignResult {
  const { objectives, constraints: limits } = definition;
  const measured = state !== 'failed' && values && (limits.length === 0 || constraints);
  return {
    params,
    state,
    ...(from !== undefined && { from }),
    ...(measured && { values: named(objectives, values) }),
    ...(measured && constraints && { constraints: named(limits, constraints) }),
    ...(measured && cost !== undefined && { cost }),
    ...(measured && train !== undefined && { train }),
    ...(measured && folds && { folds }),
  };
}
