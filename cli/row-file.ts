/** A data set's rows as far as they are divided by: a CSV file's labels and groups. */
import { readFileSync } from 'node:fs';
import type { SplitData } from '../evaluation/splits/data.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { Label } from '../study/evaluation/predictions.ts';
import { parseCsv, type Row } from '../study/exchange/csv-table.ts';
import { isNumeric, listed } from '../study/syntax/field.ts';

export interface RowColumns {
  readonly label: string;
  readonly group: string;
  /** Which of the two somebody asked for by name: a column of that name has to be there. */
  readonly chosen: { readonly label: boolean; readonly group: boolean };
}

/** @throws StudyDefinitionError naming the file, the line and what was expected */
export function readRowFile(path: string, { label, group, chosen }: RowColumns): SplitData {
  const faults: string[] = [];
  const [head, ...rows] = parseCsv(read(path), faults);
  if (faults.length > 0) throw new StudyDefinitionError(`${path}: ${faults.join('\n')}`);
  const names = head?.cells.map((cell) => cell.trim()) ?? [];
  const columnOf = (name: string, isChosen: boolean): Label[] | undefined => {
    const at = names.indexOf(name);
    if (at >= 0) return labelsOf(rows, at, name, path);
    if (!isChosen) return undefined;
    throw new StudyDefinitionError(`${path} has no column '${name}': expected one of ${listed(names)}`);
  };
  const [labels, groups] = [columnOf(label, chosen.label), columnOf(group, chosen.group)];
  return { rows: rows.length, ...(labels && { labels }), ...(groups && { groups }) };
}

/** Numbers where all of them are, so that 1 and 1.0 are one class, as they are in a program. */
function labelsOf(rows: readonly Row[], at: number, name: string, path: string): Label[] {
  const cells = rows.map(({ cells: row, line }) => {
    const cell = row[at]?.trim() ?? '';
    if (cell === '') throw new StudyDefinitionError(`${path}, line ${line}: there is no ${name}: expected one a row`);
    return cell;
  });
  return cells.every(isNumeric) ? cells.map(Number) : cells;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new StudyDefinitionError(`cannot read ${path}: ${(cause as Error).message}; expected a CSV file of rows`, {
      cause,
    });
  }
}
