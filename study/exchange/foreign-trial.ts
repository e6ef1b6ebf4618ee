/** A trial that another study, another tool or a person ran: what the readers of this folder give and map-trials.ts fits into a space. */
import type { Params } from '../space/space.ts';
import type { Attributes } from '../study.ts';

export interface ForeignTrial {
  /** By the names of where it ran. */
  readonly params: Params;
  readonly state: 'complete' | 'pruned' | 'failed' | 'infeasible';
  /** One finite number an objective, in the definition's order, in the user's own direction. */
  readonly values?: readonly number[];
  /** One finite number a constraint, in the definition's order, as measured. */
  readonly constraints?: readonly number[];
  /** Finite, >= 0. */
  readonly cost?: number;
  /** The first objective on the rows it was trained on, and by fold. */
  readonly train?: number;
  readonly folds?: readonly number[];
  readonly attributes?: Attributes;
  /** Where it comes from: 'trial 12', or 'line 3' of a file without numbers. */
  readonly from?: string;
}

/** Our parameter names by foreign ones: readers need them to know what a cell of a renamed column can hold. */
export type Rename = Readonly<Record<string, string>>;

export function renamed(rename: Rename, foreign: string): string {
  return Object.hasOwn(rename, foreign) ? rename[foreign]! : foreign;
}
