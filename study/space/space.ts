/**
 * A search space as plain data: what a definition compiles to, what crosses every wire, what a ledger is read with.
 * Numerics see it as a row of dimensions (dimensions.ts); people and trials see parameter values (point.ts).
 */

/** One value a choice can take. `null` is a value of its own (a depth without limit, say). */
export type Scalar = string | number | boolean | null;

/** What a parameter is worth in a trial: a scalar, or a list for arrays and permutations; for `fixed`, any JSON. */
export type ParameterValue = Scalar | readonly ParameterValue[] | { readonly [key: string]: ParameterValue };

/** Parameter values by dotted name; inactive parameters are absent. */
export type Params = { readonly [name: string]: ParameterValue };

/** A belief about where good values lie; it is cut at the parameter's bounds. */
export type Prior =
  | { readonly normal: { readonly mean: number; readonly sd: number } }
  /** `mean` and `sd` are those of ln(value). */
  | { readonly lognormal: { readonly mean: number; readonly sd: number } }
  /** Over the parameter's own range, stretched from [0, 1] (on the log scale for a log parameter). */
  | { readonly beta: { readonly alpha: number; readonly beta: number } };

/** Active only while `parameter` is active and has one of these values. */
export interface Condition {
  readonly parameter: string;
  readonly in: readonly Scalar[];
}

interface NumberOf<Kind> {
  readonly kind: Kind;
  /** Inclusive bounds, low <= high. */
  readonly low: number;
  readonly high: number;
  readonly scale: 'linear' | 'log';
  /** Grid distance from `low`, > 0; absent: continuous (float) or 1 (int). Not with scale log. */
  readonly step?: number;
  readonly prior?: Prior;
}

export type NumberDomain = NumberOf<'float'> | NumberOf<'int'>;

interface ChoiceOf<Kind> {
  /** `ordinal` choices are ordered, neighbours are alike. */
  readonly kind: Kind;
  readonly choices: readonly Scalar[];
  /** Prior weights, one a choice, > 0; absent: equal. */
  readonly weights?: readonly number[];
}

/** Two places in a list of choices, the first the smaller, and how far apart these choices are: at least 0, less than 1. */
export type Distance = readonly [first: number, second: number, distance: number];

export type ChoiceDomain =
  | (ChoiceOf<'choice'> & {
      /** Pairs that are nearer than the 1 of all others, by their places. */
      readonly distances?: readonly Distance[];
    })
  | ChoiceOf<'ordinal'>;

export interface BoolDomain {
  readonly kind: 'bool';
}

/** A domain with one value a trial. */
export type ScalarDomain = NumberDomain | ChoiceDomain | BoolDomain;

export type Domain =
  | ScalarDomain
  /** `length` values of `element`, length inclusive at both ends. */
  | { readonly kind: 'array'; readonly element: ScalarDomain; readonly length: readonly [number, number] }
  | { readonly kind: 'permutation'; readonly items: readonly Scalar[] }
  | { readonly kind: 'fixed'; readonly value: ParameterValue };

export interface Parameter {
  /** Dotted for nested branches: 'model.depth'. */
  readonly name: string;
  readonly domain: Domain;
  /** All of them must hold; absent: always active. */
  readonly when?: readonly Condition[];
}

/** What one parameter's value must be for a forbidden region to cover it; all given tests must hold. */
export interface Region {
  readonly above?: number;
  readonly below?: number;
  readonly in?: readonly Scalar[];
}

/** A region of the space that is never suggested: all clauses hold together. */
export type Forbidden = Readonly<Record<string, Region>>;

export interface Space {
  /** Grows with each edit of a running study's space; 1 at the start. */
  readonly version: number;
  readonly parameters: readonly Parameter[];
  readonly forbid: readonly Forbidden[];
}
