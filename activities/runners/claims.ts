/**
 * One attempt of a trial at a time: where heartbeats were lost on the way, the server starts the next attempt while the old one may
 * still run here. The old one is ended before the new one starts.
 */
import { TransientError } from '../../study/errors.ts';

interface Claim {
  readonly attempt: number;
  /** Ends the attempt. */
  readonly stop: () => void;
  readonly ended: Promise<void>;
}

const claims = new Map<string, Claim>();

/**
 * Waits until no earlier attempt of this trial runs in this process; then the trial is this attempt's, until the returned function
 * is called.
 *
 * @param trial  the same for all attempts of one trial, and for nothing else
 * @param stop  called when a later attempt, or the same one once more, wants the trial
 * @throws TransientError if a later attempt has it
 */
export async function claimTrial(trial: string, attempt: number, stop: () => void): Promise<() => void> {
  for (let other = claims.get(trial); other; other = claims.get(trial)) {
    if (other.attempt > attempt)
      throw new TransientError(
        `attempt ${attempt} comes too late: attempt ${other.attempt} of this trial runs already`,
      );
    other.stop();
    await other.ended;
  }
  let end: () => void;
  const claim: Claim = { attempt, stop, ended: new Promise((resolve) => (end = resolve)) };
  claims.set(trial, claim);
  return () => {
    claims.delete(trial);
    end();
  };
}
