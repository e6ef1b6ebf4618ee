/** What crosses a wire for schedules; as in study/contract.ts, names never change and types may grow optional fields. */
import type { EngineOptions, StudyCounts, StudyInput } from '../contract.ts';
import type { Verdict } from '../evaluation/contract.ts';
import type { GuardName } from '../evaluation/spec.ts';
import type { Params } from '../space/space.ts';
import type { StudyDefinition } from '../study.ts';

export const SCHEDULE_WORKFLOW = 'scheduleWorkflow';
export const NIGHT_WORKFLOW = 'nightWorkflow';

/** Of the Temporal Schedule. */
export const scheduleId = (schedule: string): string => `dtune/${schedule}`;
/** Of the workflow that keeps what a schedule is and what became of its nights. */
export const keeperId = (schedule: string): string => `dtune-schedule/${schedule}`;
/** Of a night, without its time, which the server appends. */
export const nightId = (schedule: string): string => `dtune-night/${schedule}`;

export const SCHEDULE_QUERIES = { state: 'scheduleState' } as const;
export const SCHEDULE_SIGNALS = { nightEnded: 'nightEnded', change: 'changeSchedule', end: 'endSchedule' } as const;

/** When nights begin: by `cron` or by `everyMs`. */
export interface ScheduleTimes {
  /** Minute, hour, day of month, month, day of week; or '@daily' and the like. */
  readonly cron?: string;
  /** Milliseconds between nights, counted from 1970, >= 60,000. */
  readonly everyMs?: number;
  /** IANA name; the clock that `cron` is read on. */
  readonly timeZone: string;
  /** A night begins up to so many milliseconds later, at random; 0: on time. */
  readonly jitterMs: number;
  /** A night that was missed (the server was away) still begins this late, milliseconds, >= 10,000. */
  readonly catchUpMs: number;
}

/** What a schedule is; its name is the definition's. */
export interface Schedule {
  /** Of every night's study, but for name, seed and queue. */
  readonly definition: StudyDefinition;
  readonly times: ScheduleTimes;
  /** Most results of earlier nights that a night's study begins with; 0 to 1,000. */
  readonly carry: number;
}

/** The best parameters so far, by trials on data that tuning did not see. */
export interface Champion {
  /** The night that it won. */
  readonly night: string;
  readonly study: string;
  readonly number: number;
  readonly params: Params;
  /** What it was tuned to, by objective name. */
  readonly values: Readonly<Record<string, number>>;
  /** What its last test gave, by objective name. */
  readonly test: Readonly<Record<string, number>>;
  /** The night of that test. */
  readonly tested: string;
}

/** A test of one candidate: its values by objective name, or why there are none. */
export type Test = { readonly values: Readonly<Record<string, number>> } | { readonly failed: string };

/** What became of a night. */
export interface NightRecord {
  /** When it was to begin, without jitter: ISO 8601 in UTC, whole seconds. It names the night. */
  readonly night: string;
  readonly study: string;
  /** `failed`: its study ended without a complete trial, or could not be run; the champion stays. */
  readonly status: 'complete' | 'failed';
  /** Why it failed; of a complete one what else is to be known. */
  readonly reason?: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** The study whose results it began with, and how many of them. */
  readonly from?: string;
  readonly imported: number;
  readonly counts?: StudyCounts;
  /** The best trial's first value, in tuning. */
  readonly best?: number;
  /** First values in the test, of the champion before and of the one that would take its place. */
  readonly championTest?: number;
  readonly challengerTest?: number;
  /** Whether the night's best trial became the champion. */
  readonly promoted: boolean;
  /** What the statistics say, of a schedule whose study has `evaluate`, and which look at the test data it was. */
  readonly verdict?: Pick<Verdict, 'decision' | 'reason' | 'metric' | 'effect' | 'interval' | 'look'>;
  /** Guards that fired. */
  readonly warnings?: readonly GuardName[];
}

export interface NightReport {
  readonly record: NightRecord;
  /** Night and study of the champion that it was compared with; null where there was none. */
  readonly against: Pick<Champion, 'night' | 'study'> | null;
  /** The champion from now on; absent: as before. */
  readonly champion?: Champion;
}

/** All that a schedule keeps. */
export interface ScheduleState {
  readonly version: number;
  schedule: Schedule;
  /** Of every night's study. */
  engine?: Partial<EngineOptions>;
  champion: Champion | null;
  /** The last study that ended with a complete trial: the next night begins with its results. */
  lastGood: string | null;
  /** The last thousand, in the order in which they ended. */
  nights: NightRecord[];
  /** Nights that ended since the schedule was created. */
  ended: number;
  /** Looks at the test data that had a verdict: each spends its part of alpha. */
  looks?: number;
}

/** What a schedule's keeper is started with, and what it may be told to keep from now on. */
export interface KeptSchedule {
  readonly schedule: Schedule;
  readonly engine?: Partial<EngineOptions>;
}

export interface KeeperInput extends KeptSchedule {
  /** From this many history events on, continue as new; 1,000. */
  readonly quietEvents?: number;
  /** Set by continue-as-new alone. */
  readonly carried?: ScheduleState;
}

export interface NightInput {
  readonly schedule: string;
  /** A silent plan is given to another worker after this, milliseconds; 10,000. */
  readonly heartbeatMs?: number;
}

export interface PlanNightRequest {
  readonly schedule: string;
  readonly night: string;
}

/** What a night runs; `known`: it has its result already. */
export type NightPlan =
  | { readonly kind: 'known'; readonly record: NightRecord }
  | {
      readonly kind: 'study';
      readonly input: StudyInput;
      /** The rows it begins with, a block in base64. */
      readonly rows?: string;
      readonly champion: Champion | null;
      /** Whether the champion runs as trial 0; else why it is not a point of the space any more. */
      readonly championLeft?: string;
      readonly from?: string;
      readonly imported: number;
      /** What else is to be known of how it begins. */
      readonly note?: string;
    };
