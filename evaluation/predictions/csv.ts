/**
 * Predictions as CSV (RFC 4180), a row a line under the headings truth, predicted, `score` (the second class's) or a `score:CLASS` for each
 * class, group, weight, id. Space around a cell does not count; a column without a heading, such as pandas' index, is passed over.
 */
import { TrialFailedError } from '../../study/errors.ts';
import type { Label } from '../../study/evaluation/predictions.ts';
import { parseCsv } from '../../study/exchange/csv-table.ts';
import { isNumeric, listed, meant } from '../../study/syntax/field.ts';
import { show } from '../../study/wording/json.ts';

/** Each cell with where it stands: 'line 3: truth'. */
type Column = readonly { readonly where: string; readonly text: string }[];

const HEADINGS = ['truth', 'predicted', 'score', 'score:CLASS', 'group', 'weight', 'id'] as const;
const SCORE = 'score:';

/**
 * What readPredictions takes. Classes are numbers where all cells of truth and predicted and the CLASS of all headings are, else text; so
 * are groups and ids, if no digit would be lost ('007' stays text). A lone score:CLASS of two classes makes that one the second.
 * @throws TrialFailedError naming line, cell and what was expected
 */
export function predictionsOfCsv(text: string): Record<string, unknown> {
  const columns = columnsOf(text);
  const [truth, predicted] = [columns.get('truth')!, columns.get('predicted')];
  const scored = [...columns.keys()].filter((heading) => heading.startsWith(SCORE));
  const names = scored.map((heading) => heading.slice(SCORE.length));
  const label = labelReader([...truth, ...(predicted ?? [])], names);
  const read = (name: string, cell: (text: string, where: string) => unknown): unknown[] | undefined =>
    columns.get(name)?.map(({ text: content, where }) => cell(content, where));
  const scores = (scored.length > 0 ? scored : ['score']).map((heading) => read(heading, numberOf));
  const classes = names.map(label);
  return {
    truth: read('truth', label),
    predicted: read('predicted', label),
    classes: classes.length === 1 ? pairWith(classes[0]!, [...truth, ...(predicted ?? [])], label) : listOr(classes),
    scores: scores[0] && truth.map((_, i) => scores.map((column) => column![i])),
    groups: read('group', exactReader(columns.get('group'))),
    weights: read('weight', numberOf),
    ids: read('id', exactReader(columns.get('id'))),
  };
}

function columnsOf(text: string): ReadonlyMap<string, Column> {
  const faults: string[] = [];
  const [head, ...rows] = parseCsv(text, faults);
  if (faults.length > 0) fail(faults[0]!);
  if (!head || rows.length === 0)
    fail('the file has no rows: expected the headings truth and predicted, and a line for each row');
  const headings = head.cells.map((cell) => cell.trim());
  headings.forEach((heading, i) => {
    if (heading !== '' && headings.indexOf(heading) < i)
      fail(`line ${head.line} has two columns '${heading}': expected one`);
    if (heading === '' || isHeading(heading)) return;
    fail(
      `line ${head.line} has the column '${heading}': expected ${listed(HEADINGS)}; ` +
        meant(heading, HEADINGS, /[;\t]/.test(heading) ? 'separate cells with commas' : 'remove it'),
    );
  });
  if (!headings.includes('truth')) fail(`line ${head.line} has no column 'truth': expected it among the headings`);
  if (headings.includes('score') && headings.some((heading) => heading.startsWith(SCORE)))
    fail(`line ${head.line} has both 'score' and '${SCORE}CLASS': expected one kind of them`);
  const uneven = rows.find(({ cells }) => cells.length !== headings.length);
  if (uneven)
    fail(`line ${uneven.line} has ${uneven.cells.length} cells: expected ${headings.length} as in the headings`);
  const columnAt = (i: number, heading: string): Column =>
    rows.map(({ line, cells }) => ({ where: `line ${line}: ${heading}`, text: cells[i]!.trim() }));
  return new Map(headings.map((heading, i) => [heading, columnAt(i, heading)]));
}

function isHeading(heading: string): boolean {
  if (heading.startsWith(SCORE)) return heading.length > SCORE.length;
  return (HEADINGS as readonly string[]).includes(heading);
}

/** Numbers if all are: '007' and '0x1' are text. */
function labelReader(cells: Column, names: readonly string[]): (text: string) => Label {
  for (const { where, text } of cells) if (text === '') fail(`${where} is empty: expected a class or a number`);
  const strange = cells.filter(({ text }) => !isNumber(text));
  const gap = strange.find(({ text }) => /^[-+]?(nan|inf(inity)?)$/i.test(text));
  if (gap && strange.length < cells.length && strange.every(({ text }) => text === gap.text))
    fail(`${gap.where} is ${gap.text}: expected a finite number; leave such rows out`);
  return strange.length === 0 && names.every(isNumber) ? (text) => Number(text) + 0 : (text) => text;
}

function isNumber(text: string): boolean {
  return isNumeric(text) && !/^[-+]?0[\dxob]/i.test(text);
}

/** Numbers if all of them read back as they are written. */
function exactReader(column: Column = []): (text: string) => Label {
  return column.every(({ text }) => isNumeric(text) && String(Number(text)) === text) ? Number : (text) => text;
}

function numberOf(text: string, where: string): number {
  return isNumeric(text) ? Number(text) : fail(`${where} is ${show(text)}: expected a finite number`);
}

/** The one class that has a score, after the only other one that occurs. */
function pairWith(scored: Label, cells: Column, label: (text: string) => Label): Label[] {
  const others = [...new Set(cells.map(({ text }) => label(text)))].filter((other) => other !== scored);
  return others.length === 1 ? [others[0]!, scored] : [scored];
}

function listOr(classes: readonly Label[]): readonly Label[] | undefined {
  return classes.length > 0 ? classes : undefined;
}

function fail(message: string): never {
  throw new TrialFailedError(message);
}
