/**
 * Trials that run elsewhere: begin, remember what names the run, look until it has ended. Of a worker that dies
 *
 * - before it was begun, or before what names it was remembered: the next attempt begins it under the same key, and the service knows
 *   that it has it;
 * - after that: the next attempt finds the name on the last heartbeat, and goes on looking;
 * - while it ends a run that nobody wants: the workflow has another worker do it (workflows/trial/trial.ts).
 *
 * So each run is begun once, however often workers die. A worker that shuts down leaves its runs alone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { TrialFailedError } from '../../../study/errors.ts';
import { readCheckpoint, readMeasurement } from '../../../study/trial/result.ts';
import type { RemoteRun } from '../../../study/trial/remote.ts';
import { watchLimits } from '../limits.ts';
import type { RunLimits, TrialEvents } from '../runner.ts';
import { persist } from './persist.ts';

/** What the service has: nothing yet but the run's name, or its end. */
export type Begun = { readonly handle: string } | Ended;

export type Ended =
  | { readonly state: 'done'; readonly result: unknown }
  | { readonly state: 'failed'; readonly reason: string };

/** How a run is, with all that it has reported so far: steps ascend. */
export type Look = ({ readonly state: 'running'; readonly waitMs?: number | undefined } | Ended) & {
  readonly reports?: readonly unknown[];
  readonly checkpoint?: unknown;
};

/** Where a trial runs. All throw UnreachableError for what is to be asked again, and TrialFailedError for what is hopeless. */
export interface RemoteService {
  /**
   * Begins the run, or finds the one that was begun under the same key.
   *
   * @param again  it may have been begun before
   * @param stop  the run is to end, and the signal `last` comes some time later: whoever aborts before does not know what he has begun
   */
  begin(again: boolean, stop: AbortSignal, last: AbortSignal): Promise<Begun>;
  look(handle: string, signal: AbortSignal): Promise<Look>;
  /** Ends the run; absent: nothing can. One that has ended is no failure. `handle`: undefined where it may have been begun, and nobody has heard so. */
  readonly cancel?: (handle: string | undefined, signal: AbortSignal) => Promise<void>;
}

/** An attempt's tie to the run that earlier tries of it may have begun. */
export interface RemoteLink {
  readonly run: RemoteRun;
  /** Whether an earlier try may have begun it. */
  readonly again: boolean;
  /** The number of the attempt as the service hears it: the same for every try. */
  readonly attempt: number;
  /** Keeps this on heartbeats, from the next one on. */
  readonly keep: (run: RemoteRun) => void;
  /** @returns once the server has what is kept, or cannot be reached: it hears of it every second */
  readonly acknowledged: () => Promise<unknown>;
  /** Of an attempt that was told to end: whether the run is to end with it. */
  readonly isUnwanted: () => Promise<boolean>;
}

export interface Pace {
  readonly everyMs: number;
  readonly unreachableMs: number;
}

/** How long it is tried to have a run ended, milliseconds, where the grace is shorter: some schedulers answer slowly. */
const CANCEL_MS = 30_000;
/** Looks at a run that is being ended, milliseconds apart. */
const ENDING_MS = 500;

/**
 * Runs an attempt elsewhere. Ended by `limits.signal` or by its time, which counts from the first try, it has the run ended if that
 * is unwanted, and looks whether it leaves a result, within the grace.
 *
 * @throws as a Runner does
 */
export async function runRemote(
  service: RemoteService,
  { everyMs, unreachableMs }: Pace,
  events: TrialEvents,
  limits: RunLimits,
  link: RemoteLink,
): Promise<unknown> {
  const stop = new AbortController();
  const last = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const watch = watchLimits(
    limits,
    () => {
      stop.abort();
      grace = setTimeout(() => last.abort(), limits.graceMs);
    },
    Date.now() - link.run.since,
  );
  let { run, again } = link;
  const keep = (now: RemoteRun): void => link.keep((run = now));
  const take = createTaker(events);

  const ended = (look: Ended): unknown => {
    if (look.state === 'done') return look.result;
    throw new RunFailedError(look.reason);
  };
  const attempt = async (): Promise<unknown> => {
    link.keep(run);
    if (run.handle === undefined) {
      const begin = async (): Promise<Begun> => {
        try {
          return await service.begin(again, stop.signal, last.signal);
        } catch (error) {
          // what is refused has not begun; without an answer nobody knows
          again = !(error instanceof TrialFailedError);
          throw error;
        }
      };
      const begun = await persist(begin, { signal: stop.signal, unreachableMs });
      if ('state' in begun) return ended(begun);
      keep({ ...run, handle: begun.handle });
      await link.acknowledged();
    }
    for (;;) {
      const look = await persist(() => service.look(run.handle!, stop.signal), { signal: stop.signal, unreachableMs });
      keep({ ...run, looks: run.looks + 1 });
      take(look);
      if (look.state !== 'running') return ended(look);
      await sleep(look.waitMs ?? everyMs, undefined, { signal: stop.signal });
    }
  };
  /** Has the run ended. @returns what it leaves, if it does so within the grace */
  const leave = async (): Promise<unknown> => {
    const { cancel } = service;
    if (!cancel || (run.handle === undefined && !again)) return undefined;
    const within = AbortSignal.timeout(Math.max(limits.graceMs, CANCEL_MS));
    try {
      await persist(() => cancel(run.handle, within), { signal: within, unreachableMs });
    } catch (error) {
      return events.log(`the run may go on, since it could not be ended: ${(error as Error).message}`);
    }
    const signal = AbortSignal.timeout(limits.graceMs);
    try {
      while (run.handle !== undefined) {
        const look = await persist(() => service.look(run.handle!, signal), { signal, unreachableMs });
        take(look);
        if (look.state === 'done') return look.result;
        if (look.state === 'failed') break;
        await sleep(Math.min(everyMs, ENDING_MS), undefined, { signal });
      }
    } catch {
      // gone, or slow to end: what it was asked to do it will do
    }
    return undefined;
  };

  try {
    return await attempt();
  } catch (error) {
    watch.stop();
    if (error instanceof RunFailedError) throw error;
    // a worker that ends, or an attempt that another one takes over: the run goes on
    if (limits.signal.aborted && !(await link.isUnwanted())) throw error;
    const left = await leave();
    watch.check();
    if (limits.signal.aborted && left !== undefined) return left;
    throw error;
  } finally {
    clearTimeout(grace);
    watch.stop();
  }
}

/** The run itself has ended in failure: there is nothing left to end. */
class RunFailedError extends TrialFailedError {
  constructor(message: string) {
    super(message);
    this.name = TrialFailedError.name;
  }
}

/** Hands on what is new in what a run has reported. */
function createTaker(events: TrialEvents): (look: Look) => void {
  let newest = -Infinity;
  let checkpoint: unknown;
  return (look) => {
    for (const raw of look.reports ?? []) {
      const measurement = readMeasurement(raw);
      if (measurement[0] <= newest) continue;
      [newest] = measurement;
      events.report(measurement);
    }
    if (look.checkpoint === undefined || look.checkpoint === null || look.checkpoint === checkpoint) return;
    checkpoint = look.checkpoint;
    void events.checkpoint(readCheckpoint(checkpoint));
  };
}
