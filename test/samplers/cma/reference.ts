/** What other libraries make of the same numbers: fixtures/reference.py. */
import { readFileSync } from 'node:fs';
import type { Constants } from '../../../samplers/cma/constants.ts';

interface Reference {
  readonly constants: readonly (Omit<Constants, 'weights' | 'mu'> & { readonly weights: readonly number[] })[];
  readonly updates: readonly {
    readonly adaptRates: boolean;
    readonly mean: readonly number[];
    readonly sigma: number;
    readonly generations: readonly {
      readonly steps: readonly (readonly number[])[];
      readonly mean: readonly number[];
      readonly sigma: number;
      readonly covariance: readonly (readonly number[])[];
    }[];
  }[];
  readonly margins: readonly {
    readonly sizes: readonly number[];
    readonly lambda: number;
    readonly mean: readonly number[];
    readonly deviations: readonly number[];
    readonly widening: readonly number[];
    readonly corrected: { readonly mean: readonly number[]; readonly widening: readonly number[] };
  }[];
  readonly categories: readonly {
    readonly sizes: readonly number[];
    readonly weights: readonly number[];
    readonly generations: readonly {
      readonly picks: readonly (readonly number[])[];
      readonly probabilities: readonly (readonly number[])[];
    }[];
  }[];
}

export const reference = JSON.parse(
  readFileSync(new URL('fixtures/reference.json', import.meta.url), 'utf8'),
) as Reference;
