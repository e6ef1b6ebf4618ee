/** Heartbeats of an activity: sent and forgotten, or answered by the server. */
import type { Context } from '@temporalio/activity';

export interface Beat {
  /** Heartbeats as soon as the worker may; nobody learns whether it arrived. */
  (): void;
  /** Heartbeats at once. @returns whether the server has what was told with it: false where that is not known, whatever the reason */
  acknowledged(): Promise<boolean>;
}

/** @param beat  heartbeats @param details  what is told with it, as it is then */
export function acknowledging(context: Context, beat: () => void, details: () => unknown): Beat {
  const acknowledged = async (): Promise<boolean> => {
    try {
      await context.client.activity.heartbeat(context.info.taskToken, details());
      return true;
    } catch {
      return false;
    }
  };
  return Object.assign(beat, { acknowledged });
}
