/**
 * Parameter values as cells. A cell is JSON, but text stands without quotes wherever that cannot be read as JSON: adam is "adam", 1 is
 * the number and "1" the text. Other tools know no such rule, so what a cell can mean is first asked of the parameter's domain.
 */
import { isNumeric } from '../syntax/field.ts';
import { parse } from './jsonl.ts';
import type { Domain, ParameterValue } from '../space/space.ts';

export function writeCell(value: ParameterValue): string {
  const plain = typeof value === 'string' && value.trim() === value && value !== '' && parse(value) === undefined;
  return plain ? value : JSON.stringify(value);
}

/** The value that a cell stands for; where the domain has none like it, what it looks like. */
export function readCell(text: string, domain?: Domain): ParameterValue {
  const cell = text.trim();
  if ((domain?.kind === 'float' || domain?.kind === 'int') && isNumeric(cell)) return Number(cell);
  const values = domain ? valuesOf(domain) : [];
  for (const reads of [isWritten, isPlain, isSpelled, isCounted]) {
    const index = values.findIndex((value) => reads(value, cell));
    if (index >= 0) return values[index] as ParameterValue;
  }
  return (parse(cell) ?? (cell === 'null' ? null : text)) as ParameterValue;
}

function valuesOf(domain: Domain): readonly ParameterValue[] {
  if (domain.kind === 'choice' || domain.kind === 'ordinal') return domain.choices;
  if (domain.kind === 'bool') return [true, false];
  return domain.kind === 'fixed' ? [domain.value] : [];
}

function isWritten(value: ParameterValue, cell: string): boolean {
  return writeCell(value) === cell;
}

function isPlain(value: ParameterValue, cell: string): boolean {
  return typeof value === 'string' && value.trim() === cell;
}

/** True, FALSE, None. */
function isSpelled(value: ParameterValue, cell: string): boolean {
  const word = cell.toLowerCase();
  return value === null ? ['none', 'null'].includes(word) : typeof value === 'boolean' && String(value) === word;
}

/** 8.0 for 8 (pandas writes so where a column has gaps), 1 for true. */
function isCounted(value: ParameterValue, cell: string): boolean {
  return (typeof value === 'number' || typeof value === 'boolean') && isNumeric(cell) && Number(cell) === Number(value);
}
