/** Door './activities': everything a worker runs for studies, by the names they are called under. */
import { Context } from '@temporalio/activity';
import { writeArchive } from '../artifacts/archive.ts';
import { openStore } from '../artifacts/store.ts';
import { withOwnSamplers } from '../samplers/registry.ts';
import type { Sampler } from '../samplers/sampler.ts';
import { ACTIVITIES, type TuningActivities } from '../study/contract.ts';
import { toFailure } from './failures.ts';
import { findGone } from './find-gone.ts';
import { createJudge } from './judge.ts';
import { lookAfter } from './look-after.ts';
import { createPlanNight } from './plan-night.ts';
import { createPrepare } from './prepare.ts';
import { createPromote, type PromoteOptions } from './promote.ts';
import { createReadSchedule } from './read-schedule.ts';
import { createRunTrial, type RunTrialOptions } from './run-trial.ts';
import { createRunTrials } from './run-trials.ts';
import { createSuggest } from './suggest.ts';
import { tidyCheckpoints } from './tidy-checkpoints.ts';

type Activities = Record<string, (...args: never[]) => Promise<unknown>>;

export interface StudyActivitiesOptions {
  /** Folder or s3://BUCKET/PREFIX of the artifact store, shared by all workers of these studies. */
  readonly artifacts: string;
  /** Samplers of your own, known by name beside the built-in ones; every worker of these studies needs them. */
  readonly samplers?: readonly Sampler[];
  /** Threads for asks that take long; 0: none. Default: one less than there are cores, at least 1. */
  readonly samplerThreads?: number;
  /** Whether these workers may run a command for a promotion; none by default. */
  readonly allowPromotion?: PromoteOptions['allowPromotion'];
}

/** What the workers of the study queue run: asks and the ledger's blocks. */
export function createStudyActivities({
  artifacts,
  samplers: own = [],
  samplerThreads,
  allowPromotion = () => false,
}: StudyActivitiesOptions): Activities {
  const store = openStore(artifacts);
  const samplers = withOwnSamplers(own);
  const activities: Omit<TuningActivities, 'runTrial' | 'runTrials'> = {
    prepare: createPrepare(samplers),
    lookAfter,
    findGone,
    planNight: createPlanNight(store),
    promote: createPromote({ artifacts, allowPromotion }),
    suggest: createSuggest({
      artifacts,
      samplers,
      ...(samplerThreads !== undefined && { threads: samplerThreads }),
    }),
    judge: createJudge(store),
    tidyCheckpoints,
    readSchedule: createReadSchedule(store),
    async storeBlock({ first, rows }, bytes) {
      return { sha256: await store.put(bytes), first, rows, bytes: bytes.length };
    },
    async archive({ definition, firstRunId, status, blocks, edits, epochs, firstRow }, bytes) {
      const rows = status.asked - firstRow;
      const last = { sha256: await store.put(bytes), first: firstRow, rows, bytes: bytes.length };
      await writeArchive(store, {
        firstRunId,
        definition,
        status,
        edits,
        epochs,
        blocks: rows > 0 ? [...blocks, last] : blocks,
      });
    },
  };
  return Object.fromEntries(
    Object.entries(activities).map(([name, run]) => [
      ACTIVITIES[name as keyof typeof activities],
      guarded(run as never),
    ]),
  );
}

/** What the workers of one study's trial queue run. */
export function createTrialActivities(options: RunTrialOptions): Activities {
  return { [ACTIVITIES.runTrial]: createRunTrial(options), [ACTIVITIES.runTrials]: createRunTrials(options) };
}

/** Heartbeats while it runs, and lets errors cross as failures. */
function guarded<Args extends unknown[], Result>(
  run: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    const context = Context.current();
    const beat = setInterval(() => context.heartbeat(), (context.info.heartbeatTimeoutMs ?? 10_000) / 3);
    try {
      return await run(...args);
    } catch (error) {
      throw toFailure(error);
    } finally {
      clearInterval(beat);
    }
  };
}
