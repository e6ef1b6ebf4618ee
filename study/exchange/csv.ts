/**
 * Trials as CSV. Read are the columns of `dtune export` (params.lr, values.loss), those of Optuna's study.trials_dataframe()
 * (params_lr, values_0, value) and those of a person: lr, loss.
 */
import { compileSpace } from '../space/dimensions.ts';
import type { ParameterValue } from '../space/space.ts';
import type { StudyDefinition } from '../study.ts';
import type { TrialRecord } from '../trial/trial.ts';
import { readCell, writeCell } from './csv-cell.ts';
import { columnsOf, FIXED, MEASURED, type Column, type Part } from './csv-columns.ts';
import { csvRow, parseCsv } from './csv-table.ts';
import { renamed, type ForeignTrial, type Rename } from './foreign-trial.ts';
import { readTrial, refuse, type RawTrial } from './read-trial.ts';

/** One column a parameter (`params.lr`) and a value (`values.loss`), empty where there is none; folds are a list in one cell. */
export function* writeCsv(trials: readonly TrialRecord[]): Generator<string> {
  const keys = (of: (trial: TrialRecord) => object | null | undefined): string[] => [
    ...new Set(trials.flatMap((trial) => Object.keys(of(trial) ?? {}))),
  ];
  const values = keys((trial) => trial.values);
  const constraints = keys((trial) => trial.constraints);
  const params = keys((trial) => trial.params);
  const measured = MEASURED.filter((key) => trials.some((trial) => trial[key] !== undefined));
  yield csvRow([
    ...FIXED,
    ...measured,
    ...values.map((name) => `values.${name}`),
    ...constraints.map((name) => `constraints.${name}`),
    ...params.map((name) => `params.${name}`),
  ]);
  for (const trial of trials)
    yield csvRow([
      ...FIXED.map((key) => String(trial[key] ?? '')),
      ...measured.map((key) => (trial[key] === undefined ? '' : JSON.stringify(trial[key]))),
      ...values.map((name) => String(trial.values?.[name] ?? '')),
      ...constraints.map((name) => String(trial.constraints?.[name] ?? '')),
      ...params.map((name) => (Object.hasOwn(trial.params, name) ? writeCell(trial.params[name]!) : '')),
    ]);
}

/** The trials that have ended. @throws StudyDefinitionError naming lines, values and what was expected */
export function readCsv(text: string, definition: StudyDefinition, rename: Rename = {}): ForeignTrial[] {
  const faults: string[] = [];
  const [head, ...rows] = parseCsv(text, faults);
  const columns = head ? columnsOf(head.cells, definition, rename, faults) : [];
  if (!head) faults.push('line 1 is empty, expected headings such as params.lr and values.loss; write them');
  if (faults.length > 0) refuse(faults);
  const fillNulls = nullFilling(columns, definition, rename);
  const trials = rows.map(({ line, cells }) => {
    if (cells.length === columns.length)
      return readTrial(`line ${line}`, fillNulls(rawTrial(cells, columns)), definition, faults);
    faults.push(`line ${line} has ${cells.length} cells, expected ${columns.length} as in the headings; correct it`);
    return undefined;
  });
  refuse(faults);
  return trials.filter((trial) => trial !== undefined);
}

type Parts = Record<Part, Record<string, ParameterValue>>;

function rawTrial(cells: readonly string[], columns: readonly (Column | undefined)[]): RawTrial & Parts {
  const parts: Parts = { params: {}, values: {}, constraints: {}, attributes: {} };
  const fixed: Record<string, ParameterValue> = {};
  for (const [i, column] of columns.entries()) {
    if (column && cells[i]!.trim() !== '')
      (column.part === 'fixed' ? fixed : parts[column.part])[column.name] = readCell(cells[i]!, column.domain);
  }
  return { ...fixed, ...parts };
}

/** Gives a trial the nulls that its file left empty: where the parameter can be null, and exists. */
function nullFilling(
  columns: readonly (Column | undefined)[],
  { space }: StudyDefinition,
  rename: Rename,
): (raw: RawTrial & Parts) => RawTrial {
  const given = new Map(
    columns.flatMap((column) => (column?.part === 'params' ? [[renamed(rename, column.name), column] as const] : [])),
  );
  const nullable = compileSpace(space).slots.filter(
    ({ parameter: { name, domain } }) =>
      (domain.kind === 'choice' || domain.kind === 'ordinal') &&
      domain.choices.includes(null) &&
      given.get(name)?.emptyIsNull,
  );
  return (raw) => {
    const { params } = raw;
    const worth = (name: string): ParameterValue | undefined => {
      const { domain } = compileSpace(space).slotOf.get(name)!.parameter;
      return domain.kind === 'fixed' ? domain.value : params[given.get(name)?.name ?? ''];
    };
    for (const { parameter } of nullable) {
      const exists = (parameter.when ?? []).every((condition) =>
        (condition.in as readonly unknown[]).includes(worth(condition.parameter)),
      );
      if (exists) params[given.get(parameter.name)!.name] ??= null;
    }
    return raw;
  };
}
