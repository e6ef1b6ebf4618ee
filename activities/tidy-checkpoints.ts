/** Takes away checkpoints that a study needs no more. Twice is as well as once. */
import { removeTrialCheckpoints } from '../artifacts/checkpoint.ts';
import type { TidyRequest } from '../study/contract.ts';

/** Strings of the trials' own are theirs to take away. */
export async function tidyCheckpoints({ gone, ended }: TidyRequest): Promise<void> {
  for (const uri of gone) await removeTrialCheckpoints(uri, 'all');
  for (const uri of ended) await removeTrialCheckpoints(uri, 'all others');
}
