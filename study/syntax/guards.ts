/** How guards are set: { off: [bound], imbalance: 0.8, gap: { above: 0.1, as: constraint }, bound: 0.01 }. */
import { need, readKeys, readNumber, readOneOf, readWords, wrong, type Field } from './field.ts';
import { DEFAULT_GUARDS, GUARDS, type GapSpec, type GuardName, type GuardSpec } from '../evaluation/spec.ts';

/** What an evaluation warns of. */
export interface GuardsSyntax {
  /** Guards that are not to be heard; default: none. */
  readonly off?: readonly GuardName[];
  /** Share of the largest class from which on accuracy says little, 0.5 to 1; default 0.8. */
  readonly imbalance?: number;
  /** Training scores that are better than validation scores; default: a warning from the guard's own threshold on. */
  readonly gap?: {
    /** By more than this, in the first objective's unit, >= 0. */
    readonly above: number;
    /** `constraint`: such trials are infeasible, by the constraint 'gap'; `penalty`: their value is made worse. Default `warning`. */
    readonly as?: GapSpec['as'];
    /** How much worse, a unit of what is too much, > 0; default 1. With `penalty` alone. */
    readonly weight?: number;
  };
  /** Share of a parameter's range, at each end, that counts as its bound, 0 to 0.5; default 0.01. */
  readonly bound?: number;
}

const EXAMPLE = 'write guards: { imbalance: 0.9, off: [bound] }, say';

export function readGuards(field: Field | undefined): GuardSpec | undefined {
  const keys = { known: ['off', 'imbalance', 'gap', 'bound'] };
  const fields = field && readKeys(field, keys, '{ off, imbalance, gap, bound }', EXAMPLE);
  const [off, imbalance, gap, bound] = keys.known.map((key) => fields?.get(key));
  const silent = off ? readWords(off, GUARDS, 'a list of guards', 'write off: [bound], say') : [];
  const read = gap && readGap(gap);
  if (gap && silent?.includes('gap')) wrong(gap, 'no gap beside off: [gap]', 'remove one of the two');
  return {
    off: silent ?? [],
    imbalance: (imbalance && readShare(imbalance, 0.5, 1, DEFAULT_GUARDS.imbalance)) ?? DEFAULT_GUARDS.imbalance,
    ...(read && { gap: read }),
    bound: (bound && readShare(bound, 0, 0.5, DEFAULT_GUARDS.bound)) ?? DEFAULT_GUARDS.bound,
  };
}

function readShare(field: Field, low: number, high: number, otherwise: number): number | undefined {
  const inRange = (value: number): boolean => value >= low && value <= high;
  return readNumber(field, `a number from ${low} to ${high}`, inRange, `leave it out for ${otherwise}`);
}

function readGap(field: Field): GapSpec | undefined {
  const example = 'write gap: { above: 0.1, as: constraint }, say';
  const fields = readKeys(field, { known: ['above', 'as', 'weight'] }, '{ above, as, weight }', example);
  if (!fields) return undefined;
  const [kind, weight] = ['as', 'weight'].map((key) => fields.get(key));
  const expected = 'a number of at least 0';
  const above = need(field, fields, 'above', expected, 'add above: 0.1, say', (each) =>
    readNumber(each, expected, (value) => value >= 0, "write it in the first objective's unit"),
  );
  const as = kind ? readOneOf(kind, ['warning', 'constraint', 'penalty'], 'leave it out for warning') : 'warning';
  if (weight && as !== undefined && as !== 'penalty')
    return wrong(weight, `no weight beside as: ${as}`, 'leave it out, or write as: penalty');
  const worse = weight ? readNumber(weight, 'a number > 0', (value) => value > 0, 'leave it out for 1') : 1;
  if (above === undefined || as === undefined || worse === undefined) return undefined;
  return { above, as, ...(as === 'penalty' && { weight: worse }) };
}
