/** When a run has to end: it was told to, or its time is over. */
import { formatDuration } from '../../study/wording/duration.ts';
import { TrialFailedError } from '../../study/errors.ts';
import type { RunLimits } from './runner.ts';

export interface LimitWatch {
  /** @throws TrialFailedError if the time was over. */
  check(): void;
  /** Watches no longer. */
  stop(): void;
}

/** Longest delay a Node timer takes. */
const MAX_DELAY = 2 ** 31 - 1;

/**
 * Calls `end` once, when the signal aborts or `timeoutMs` have passed, whichever is first.
 *
 * @param spentMs  how much of the time is over already, milliseconds
 */
export function watchLimits({ signal, timeoutMs }: RunLimits, end: () => void, spentMs = 0): LimitWatch {
  let timedOut = false;
  const stopTimer =
    timeoutMs === undefined
      ? () => {}
      : startTimer(Math.max(0, timeoutMs - spentMs), () => {
          timedOut = true;
          stop();
          end();
        });
  const onAbort = (): void => {
    stop();
    end();
  };
  const stop = (): void => {
    stopTimer();
    signal.removeEventListener('abort', onAbort);
  };
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  return {
    check() {
      if (timedOut) throw new TrialFailedError(`ran longer than ${formatDuration(timeoutMs!)} (timeout)`);
    },
    stop,
  };
}

function startTimer(ms: number, expire: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    timer = setTimeout(() => (left > MAX_DELAY ? wait(left - MAX_DELAY) : expire()), Math.min(left, MAX_DELAY));
  };
  wait(ms);
  return () => clearTimeout(timer);
}
