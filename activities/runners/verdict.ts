/** Waiting for what the study says of a trial: only who awaits it asks. */
import { TrialPrunedError } from '../../study/errors.ts';
import type { TrialEvents } from './runner.ts';

/** Something that may be awaited, any number of times; only then, once, it does what it is of. */
export function awaitable(run: () => Promise<void>): PromiseLike<void> {
  let running: Promise<void> | undefined;
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- to be told of being awaited is the point
    then: (onFulfilled, onRejected) => (running ??= run()).then(onFulfilled, onRejected),
  };
}

/** Waits until the trial may go on after its report at `step`. @throws TrialPrunedError where it is to end, for whatever reason */
export async function waitForVerdict({ verdict }: TrialEvents, step: number, signal: AbortSignal): Promise<void> {
  if (!verdict) return;
  let end = (): void => {};
  const told = new Promise<'end'>((resolve) => (end = () => resolve('end')));
  signal.addEventListener('abort', end);
  try {
    const said = signal.aborted ? 'end' : await Promise.race([verdict(step), told]);
    if (said === 'prune') throw new TrialPrunedError(`the study has pruned this trial at step ${step}`);
    if (said === 'end') throw new TrialPrunedError(`this trial was told to end at step ${step}`);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
