/** A trial in flight, however it runs: by itself, in a batch, in a lane, as a workflow of its own. */
import type { Outcome } from '../../study/ledger/ledger.ts';

export interface Running {
  readonly number: number;
  /** Rejects only where the study itself cannot go on. */
  readonly outcome: Promise<Outcome>;
  /** Asks it to end soon, with what it has; more than once is as good as once. */
  readonly cancel: () => void;
}
