/** Values as a report's tables show them. */
import { numberText } from '../../plots/drawing/numbers.ts';
import type { Params, ParameterValue } from '../../study/space/space.ts';

/** A measured value, to five digits. */
export function valueText(value: number | undefined): string {
  return value === undefined ? '–' : numberText(value, 5);
}

/** A parameter's value, numbers to four digits; a dash where it is inactive. */
export function paramText(params: Params, name: string): string {
  const value = params[name];
  return value === undefined ? '–' : cell(value);
}

export function cell(value: ParameterValue): string {
  if (typeof value === 'number') return numberText(value, 4);
  if (Array.isArray(value)) return value.map(cell).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
