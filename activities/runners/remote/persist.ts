/** Asking again while a service cannot answer: that is the machinery's failure, not the trial's, as long as it does not last. */
import { setTimeout as sleep } from 'node:timers/promises';
import { TrialFailedError } from '../../../study/errors.ts';
import { formatDuration } from '../../../study/wording/duration.ts';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;

/** The service gave no answer, or none that counts: the same is asked again. */
export class UnreachableError extends Error {
  /** How long to wait before, milliseconds, where the service has said so. */
  readonly retryAfterMs: number | undefined;
  /** It did answer: that it is still at it. That may go on for as long as the trial may. */
  readonly busy: boolean;
  constructor(
    message: string,
    { retryAfterMs, busy = false }: { retryAfterMs?: number | undefined; busy?: boolean } = {},
  ) {
    super(message);
    this.retryAfterMs = retryAfterMs;
    this.busy = busy;
  }
}

export interface Patience {
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** How long one failure after another is borne, milliseconds. */
  readonly unreachableMs: number;
}

/**
 * What `step` gives once it gives something, asked again with growing pauses.
 *
 * @throws TrialFailedError with the last failure, once they have lasted `unreachableMs`
 * @throws whatever else `step` throws, and the abortion of the signal
 */
export async function persist<Result>(
  step: () => Promise<Result>,
  { signal, unreachableMs }: Patience,
): Promise<Result> {
  let since: number | undefined;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted();
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof UnreachableError) || signal.aborted) throw error;
      since = error.busy ? undefined : (since ?? performance.now());
      if (since !== undefined && performance.now() - since >= unreachableMs)
        throw new TrialFailedError(`${error.message}, and so for ${formatDuration(unreachableMs)} (unreachable)`);
      // many trials that wait for one service do not come back at the same moment
      await sleep(error.retryAfterMs ?? pause * (0.75 + Math.random() / 2), undefined, { signal });
    }
  }
}
