/** name=value as words of a command line: parameters of a point, measured values, tags. */
import { InvalidArgumentError } from 'commander';
import { compileSpace } from '../study/space/dimensions.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { fullName, MODEL } from '../study/models.ts';
import { encode } from '../study/space/point.ts';
import { number } from './numbers.ts';
import type { Params, ParameterValue, Space } from '../study/space/space.ts';

/** Splits name=value, and collects them where a command takes several. */
export function pair(word: string, before: readonly (readonly [string, string])[] = []): [string, string][] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('expected name=value');
  return [...(before as [string, string][]), [name, value]];
}

/** name=value with a number. */
export function numberPair(word: string, before: Readonly<Record<string, number>> = {}): Record<string, number> {
  const [[name, text]] = pair(word) as [[string, string]];
  return { ...before, [name]: number(text) };
}

/** Parameter values: what a word means is what its parameter can be, '2' the number or the text. The study refuses the rest. */
export function paramsOf(pairs: readonly (readonly [string, string])[], space: Space): Params {
  const compiled = compileSpace(space);
  const fits = (name: string, value: ParameterValue): boolean => {
    try {
      encode(compiled, { [name]: value });
      return true;
    } catch (error) {
      if (error instanceof StudyDefinitionError) return false;
      throw error;
    }
  };
  const model = pairs.find(([name]) => name === MODEL)?.[1];
  return Object.fromEntries(
    pairs.map(([written, text]) => {
      const name = fullName(compiled, model, written);
      const value = jsonOf(text);
      return [name, fits(name, text) ? text : value];
    }),
  );
}

/** JSON where it is some, else text. */
export function jsonOf(text: string): ParameterValue {
  try {
    return JSON.parse(text) as ParameterValue;
  } catch {
    return text;
  }
}
