/** How a program and its arguments are written: a list, since no shell reads them. */
import { show } from '../../wording/json.ts';
import { readList, wrong, type Field } from '../field.ts';

export interface CommandSyntax {
  /** Program and arguments; no shell reads them. */
  readonly command: readonly string[];
}

/** Program and arguments, as no shell reads them. */
export function readCommand(field: Field, example: string): readonly string[] | undefined {
  const { value } = field;
  const expected = 'a list of program and arguments';
  if (typeof value === 'string')
    return wrong(
      field,
      expected,
      `no shell reads it, so write a list: ${show(value.split(/\s+/).filter((word) => word !== ''))}`,
    );
  const items = readList(field, expected, example);
  if (items?.length === 0) return wrong(field, expected, example);
  const words = items?.map((item, i) => readWord(item, i));
  return words?.includes(undefined) ? undefined : (words as string[] | undefined);
}

function readWord(item: Field, index: number): string | undefined {
  const { value } = item;
  if (typeof value !== 'string') {
    const quoted = typeof value === 'number' || typeof value === 'boolean';
    return wrong(item, 'text', quoted ? `put it in quotes: '${value}'` : 'write one argument as text');
  }
  if (value.includes('\0')) return wrong(item, 'text without a zero character', 'remove it');
  return index === 0 && value.trim() === ''
    ? wrong(item, 'the name or path of a program', 'write python3, say')
    : value;
}
