/** How ranges of numbers are written: { float: [1e-5, 0.1], scale: log }, { int: [8, 256], step: 8 }, with an optional prior. */
import { isNumeric, readKeys, readNumber, readOneOf, wrong, type Field, type Fields } from './field.ts';
import type { NumberDomain, Prior } from '../space/space.ts';

interface NumberOptions {
  readonly scale?: 'linear' | 'log';
  /** Grid distance from `low`, > 0 and at most high - low; whole for an int. Not with scale log. */
  readonly step?: number;
  /** Where good values are believed to lie; cut at the bounds. */
  readonly prior?: Prior;
}

/** A range of real numbers, both bounds included. */
export type FloatSyntax = { readonly float: readonly [low: number, high: number] } & NumberOptions;
/** A range of whole numbers, both bounds included. */
export type IntSyntax = { readonly int: readonly [low: number, high: number] } & NumberOptions;

type Range = readonly [low: number, high: number];

/** The domain that a field's keys describe, `kind` being the one that holds the bounds. */
export function readNumberDomain(kind: NumberDomain['kind'], fields: Fields): NumberDomain | undefined {
  const [bounds, scaleField, stepField, priorField] = [kind, 'scale', 'step', 'prior'].map((key) => fields.get(key));
  const range = readRange(kind, bounds!);
  const scale = scaleField ? readOneOf(scaleField, ['linear', 'log'], 'leave it out for linear') : 'linear';
  const step = stepField && readStep(kind, stepField, range, scale);
  const prior = priorField && readPrior(priorField, range);
  if (range && scale === 'log' && range[0] <= 0)
    wrong(bounds!, 'a low bound > 0 with scale: log', 'raise it or leave scale out');
  if (!range || !scale) return undefined;
  const [low, high] = range;
  return { kind, low, high, scale, ...(step !== undefined && { step }), ...(prior && { prior }) };
}

function readRange(kind: NumberDomain['kind'], field: Field): Range | undefined {
  const { value } = field;
  const example = kind === 'float' ? 'float: [0, 1]' : 'int: [1, 10]';
  if (!Array.isArray(value) || value.length !== 2) return wrong(field, 'a list [low, high]', `write ${example}`);
  const [low, high] = value as [unknown, unknown];
  if (!isFinite(low) || !isFinite(high))
    return wrong(
      field,
      'two finite numbers [low, high]',
      value.some(isNumeric) ? 'remove the quotes' : `write ${example}`,
    );
  if (kind === 'int' && !(Number.isSafeInteger(low) && Number.isSafeInteger(high)))
    return wrong(field, 'two whole numbers below 2^53 [low, high]', 'use float for fractions');
  if (low > high) return wrong(field, 'low <= high', 'swap them');
  if (!(kind === 'int' ? Number.isSafeInteger(high - low) : Number.isFinite(high - low)))
    return wrong(field, `a distance high - low below ${kind === 'int' ? '2^53' : '1.79e308'}`, 'narrow the range');
  return [low + 0, high + 0];
}

function isFinite(value: unknown): value is number {
  return Number.isFinite(value);
}

function readStep(
  kind: NumberDomain['kind'],
  field: Field,
  range: Range | undefined,
  scale: NumberDomain['scale'] | undefined,
): number | undefined {
  const whole = kind === 'int';
  const expected = whole ? 'a whole number of at least 1' : 'a number > 0';
  const step = readNumber(field, expected, (s) => s > 0 && (!whole || Number.isInteger(s)), 'leave it out for no grid');
  if (step === undefined || !range) return step;
  const [low, high] = range;
  if (scale === 'log') return wrong(field, 'no step with scale: log', 'leave one of the two out');
  if (step > high - low) return wrong(field, `at most high - low = ${high - low}`, 'make it smaller or leave it out');
  const least = Math.max(Math.abs(low), Math.abs(high)) / 1e9;
  if (!whole && step < least)
    return wrong(field, `at least ${least}, a billionth of the bounds`, 'leave it out for no grid');
  return step;
}

const PRIORS: { readonly [name: string]: readonly [string, string] } = {
  normal: ['mean', 'sd'],
  lognormal: ['mean', 'sd'],
  beta: ['alpha', 'beta'],
};

/** Further than this many standard deviations from the range, a normal prior leaves it no probability that a number could hold. */
const FAR = 30;

function readPrior(field: Field, range: Range | undefined): Prior | undefined {
  const expected = 'one of normal: { mean, sd }, lognormal: { mean, sd } or beta: { alpha, beta }';
  const example = 'write prior: { normal: { mean: 0.5, sd: 0.1 } }';
  const fields = readKeys(field, { known: Object.keys(PRIORS) }, expected, example);
  if (!fields) return undefined;
  if (fields.size !== 1) return wrong(field, expected, fields.size === 0 ? example : 'keep one');
  const [[name, shape]] = [...fields] as [[string, Field]];
  if (!Object.hasOwn(PRIORS, name)) return undefined;
  const [first, second] = readPair(shape, PRIORS[name]!, name === 'beta') ?? [];
  if (first === undefined || second === undefined) return undefined;
  if (name === 'beta') return { beta: { alpha: first, beta: second } };
  const prior = { mean: first, sd: second };
  if (range && !reaches(range, prior, name === 'lognormal')) {
    const inside = name === 'lognormal' ? 'values of the range to have ln(value)' : 'a mean';
    return wrong(
      shape,
      `${inside} within ${FAR} sd of ${name === 'lognormal' ? 'mean' : 'the range'}`,
      'move mean or raise sd',
    );
  }
  return name === 'lognormal' ? { lognormal: prior } : { normal: prior };
}

function readPair(
  field: Field,
  keys: readonly [string, string],
  positive: boolean,
): readonly [number | undefined, number | undefined] | undefined {
  const fields = readKeys(field, { known: keys }, `{ ${keys.join(', ')} }`, `write { ${keys[0]}: 2, ${keys[1]}: 1 }`);
  const absent = keys.filter((key) => !fields?.has(key));
  if (!fields) return undefined;
  if (absent.length > 0) return wrong(field, `${keys.join(' and ')}, both numbers`, `add ${absent.join(' and ')}`);
  const [first, second] = keys.map((key) => fields.get(key)!) as [Field, Field];
  return [
    positive
      ? readNumber(first, 'a number > 0', (value) => value > 0, '1 and 1 give a uniform prior')
      : readNumber(first, 'a number', () => true, 'write a number'),
    readNumber(
      second,
      'a number > 0',
      (value) => value > 0,
      positive ? '1 and 1 give a uniform prior' : 'the smaller, the surer',
    ),
  ];
}

function reaches(range: Range, { mean, sd }: { mean: number; sd: number }, log: boolean): boolean {
  if (log && range[1] <= 0) return false;
  const [low, high] = log ? [range[0] > 0 ? Math.log(range[0]) : -Infinity, Math.log(range[1])] : range;
  return low - mean <= FAR * sd && mean - high <= FAR * sd;
}
