/** How much parameters matter: what the methods of this folder answer with. */

/** By dimension: an array counts by its length and its elements ('units.length', 'units.2'), a permutation by its choices ('order.0'). */
export interface ParameterImportance {
  readonly parameter: string;
  /** In the method's own measure, >= 0. */
  readonly importance: number;
  /** Of the sum over all parameters, 0 to 1; 0 throughout where nothing matters. */
  readonly share: number;
}

export interface Importances {
  readonly method: 'fanova' | 'ped-anova';
  readonly objective: string;
  /** Trials that it was computed from, and those with values that are not of the space. */
  readonly trials: number;
  readonly outside: number;
  /** The most important one first. */
  readonly parameters: readonly ParameterImportance[];
}

/** With shares, by importance and then by name. */
export function ranked<T extends { readonly parameter: string; readonly importance: number }>(
  parts: readonly T[],
): (T & { readonly share: number })[] {
  const sum = parts.reduce((all, { importance }) => all + importance, 0);
  return parts
    .map((part) => ({ ...part, share: sum > 0 ? part.importance / sum : 0 }))
    .sort((a, b) => b.importance - a.importance || (a.parameter < b.parameter ? -1 : 1));
}
