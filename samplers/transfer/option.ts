/** The option by which samplers learn from other studies' trials; without it imported trials are trials like any other. */
import type { Options, OptionSpec, Problem } from '../sampler.ts';

export const TRANSFER: OptionSpec = {
  type: 'bool',
  default: false,
  doc: "Imported trials are other studies': their order counts, study by study, as far as it agrees with the own trials' (one objective)",
};

export function usesTransfer({ objectives }: Problem, { transfer }: Options): boolean {
  return transfer === true && objectives === 1;
}
