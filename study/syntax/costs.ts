/** How the costs of mistakes are written: { classes: [healthy, ill], matrix: [[0, 1], [10, 0]] }; rows are true classes. */
import type { CostSpec } from '../evaluation/spec.ts';
import { need, readKeys, readList, readNumber, wrong, type Field } from './field.ts';

const EXAMPLE = 'write costs: { classes: [healthy, ill], matrix: [[0, 1], [10, 0]] }, say';
const MAX_CLASSES = 100;

export function readCosts(field: Field): CostSpec | undefined {
  const fields = readKeys(field, { known: ['classes', 'matrix'] }, '{ classes, matrix }', EXAMPLE);
  if (!fields) return undefined;
  const classes = need(field, fields, 'classes', 'a list of classes', EXAMPLE, readClasses);
  const matrix = need(field, fields, 'matrix', 'a list of rows', EXAMPLE, (each) => readMatrix(each, classes?.length));
  return classes && matrix && { classes, matrix };
}

function readClasses(field: Field): CostSpec['classes'] | undefined {
  const items = readList(field, 'a list of classes', EXAMPLE);
  if (!items) return undefined;
  if (items.length < 2 || items.length > MAX_CLASSES)
    return wrong(field, `2 to ${MAX_CLASSES} classes`, 'name each class that is predicted');
  const classes = items.map(readClass);
  classes.forEach((each, i) => {
    // 1 and "1" would be one column of any table
    if (each !== undefined && classes.findIndex((other) => String(other) === String(each)) < i)
      wrong(items[i]!, 'each class once', 'remove one of the two');
  });
  return classes.includes(undefined) ? undefined : (classes as (string | number)[]);
}

function readClass(item: Field): string | number | undefined {
  const { value } = item;
  if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) return value;
  const expected = 'a class as it is predicted: text or a number';
  return wrong(item, expected, typeof value === 'boolean' ? `put it in quotes: '${value}'` : 'write its name');
}

function readMatrix(field: Field, n: number | undefined): CostSpec['matrix'] | undefined {
  const items = readList(field, 'a list of rows', EXAMPLE);
  if (!items) return undefined;
  const before = field.faults.length;
  if (n !== undefined && items.length !== n)
    return wrong(field, `${n} rows, one a true class`, 'write as many rows as classes');
  const rows = items.map((item, i) => readRow(item, i, items.length));
  if (field.faults.length > before) return undefined;
  const matrix = rows as readonly (readonly number[])[];
  return matrix.flat().some((cost) => cost > 0)
    ? matrix
    : wrong(field, 'a mistake that costs something', 'raise what is worse than the rest, or leave costs out');
}

function readRow(field: Field, i: number, n: number): readonly number[] | undefined {
  const items = readList(field, 'a list of costs', 'write one a predicted class: [0, 1], say');
  if (!items) return undefined;
  if (items.length !== n) return wrong(field, `${n} costs, one a predicted class`, 'write a square matrix');
  const costs = items.map((item) =>
    readNumber(item, 'a number of at least 0', (value) => value >= 0, 'write a gain as the cost of missing it'),
  );
  if (costs.includes(undefined)) return undefined;
  const right = costs[i]!;
  const cheaper = costs.find((cost) => cost! < right);
  if (cheaper !== undefined)
    return wrong(
      items[i]!,
      `at most ${cheaper}, the least that a mistake in this row costs`,
      'write 0 where the prediction is right',
    );
  return costs as number[];
}
