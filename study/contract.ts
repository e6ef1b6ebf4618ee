/**
 * Everything that crosses a wire. These names never change: studies in flight, foreign workers and other languages
 * depend on them. Types may grow optional fields.
 */
import type { ParameterSlot, ParameterSuggestion, Suggested } from './trial/by-run.ts';
import type { Evaluation, JudgeRequest, Judgement, PromoteAnswer, PromoteRequest } from './evaluation/contract.ts';
import type { TrialEvaluation } from './evaluation/spec.ts';
import type { LoggedEdit } from './ledger/edits.ts';
import type { Epoch, LedgerState } from './ledger/ledger.ts';
import type { ScheduledInterval } from './trial/lineage.ts';
import type { Claimant, PoolWait } from './slots/claimant.ts';
import type { FindGoneRequest } from './slots/protocol.ts';
import type { NightPlan, PlanNightRequest } from './schedule/contract.ts';
import type { Prepared, PrepareRequest } from './prepare-forms.ts';
import type { ReplicateNoise } from './trial/replicates.ts';
import type { RemoteRequest, RemoteRun } from './trial/remote.ts';
import type { Crossings, Lineage, Rung } from './scheduling.ts';
import type { OwnTrialSpec, StudyDefinition } from './study.ts';
import type { Params } from './space/space.ts';
import type { TrialResult } from './trial/trial.ts';
import type { RunTrialsRequest, BatchedEnding, LookAfterRequest, ChildState } from './trial/trial-forms.ts';

export const STUDY_WORKFLOW = 'studyWorkflow';
export const TRIAL_WORKFLOW = 'trialWorkflow';
export const LANE_WORKFLOW = 'laneWorkflow';
export const SLOT_POOL_WORKFLOW = 'slotPoolWorkflow';

/** Study workflows, their asks and their ledger's blocks. */
export const STUDY_QUEUE = 'dtune';

/** The queue a study's trials wait on. */
export const trialQueue = (study: string): string => `dtune/${study}`;

export const workflowId = (study: string): string => `dtune/${study}`;

/** The name of the study that has this workflow id. */
export const studyName = (id: string): string => (id.startsWith(workflowId('')) ? id.slice(workflowId('').length) : id);

/** Activities are registered and called under this prefix, so that they never meet a user's own. */
export const ACTIVITY_PREFIX = 'dtune.';

export const ACTIVITIES = {
  prepare: 'dtune.prepare',
  suggest: 'dtune.suggest',
  runTrial: 'dtune.runTrial',
  storeBlock: 'dtune.storeBlock',
  archive: 'dtune.archive',
  runTrials: 'dtune.runTrials',
  lookAfter: 'dtune.lookAfter',
  findGone: 'dtune.findGone',
  planNight: 'dtune.planNight',
  judge: 'dtune.judge',
  promote: 'dtune.promote',
  tidyCheckpoints: 'dtune.tidyCheckpoints',
  readSchedule: 'dtune.readSchedule',
} as const;

export const QUERIES = {
  status: 'studyStatus',
  best: 'studyBest',
  trials: 'studyTrials',
  edits: 'studyEdits',
  lease: 'trialLease',
  slotPool: 'slotPool',
} as const;
export const UPDATES = {
  edit: 'editStudy',
  ask: 'askTrial',
  tell: 'tellTrial',
  /** Takes TrialReports, and answers with a ReportVerdict each: for trials that wait for it. */
  judge: 'judgeReports',
  /** Takes ParameterAsks, and answers with a ParameterAnswer each (by-run.ts): for trials that ask for parameters while they run. */
  suggest: 'suggestParameter',
} as const;
export const SIGNALS = {
  /** Takes TrialReports. */
  reports: 'trialReports',
  trialEnded: 'trialEnded',
  cancelTrial: 'cancelTrial',
  setSlots: 'setSlots',
  claimSlots: 'claimSlots',
  slotsGranted: 'slotsGranted',
} as const;

/** Failure types the workflow decides by (errors.ts; `ApplicationFailure.type`). */
export const FAILURES = {
  definition: 'StudyDefinitionError',
  trial: 'TrialFailedError',
  cold: 'ColdCacheError',
  transient: 'TransientError',
  promotion: 'PromotionFailedError',
} as const;

/** A trial's checkpoint string, bytes of UTF-8: it rides on every heartbeat. */
export const MAX_CHECKPOINT_BYTES = 4096;
/** A trial's whole result as JSON, bytes of UTF-8. */
export const MAX_RESULT_BYTES = 16384;
/** Measurements kept in a row; longer curves are thinned evenly. */
export const MAX_REPORTS = 100;

/** One attempt (or several, where workers are lost) at one trial. */
export interface TrialRequest extends RemoteRequest {
  /** Workflow id of the study and its first run: together they name it for ever. */
  readonly study: string;
  readonly firstRunId: string;
  readonly number: number;
  readonly seed: number;
  readonly params: Params;
  /** Attempts made before this request: the first attempt of this request is attemptsBefore + 1. */
  readonly attemptsBefore: number;
  readonly checkpoint?: string;
  /** Where it goes on from if its own checkpoints are lost, in this order. */
  readonly fallbacks?: readonly string[];
  readonly trial: OwnTrialSpec;
  /** Names, in the definition's order. */
  readonly objectives: readonly string[];
  readonly constraints: readonly string[];
  /** Absolute total to reach, where a scheduler sets one. */
  readonly budget?: number;
  /** Scores by fold that are recorded, where a scheduler has folds as budgets: the next segment begins with the fold after them. */
  readonly folds?: readonly number[];
  /** Which run of the trial it is, from 0, where a study has its trials run several times: the seed is that run's own. */
  readonly replicate?: number;
  /** Reports that the study is to hear of while the trial runs, and judges; absent: none. */
  readonly crossings?: Crossings;
  /** Of a study that is define-by-run: what the trial asked for before, for which it need not ask again; absent: it may ask for nothing. */
  readonly suggested?: readonly Suggested[];
  readonly phase: 'tune' | 'test';
  /**
   * Of a trial whose evaluation is a step of its own: to train, which brings a checkpoint and no values, or to measure that checkpoint,
   * which leaves none.
   */
  readonly stage?: 'train' | 'evaluate';
  /** How to divide the rows, of a study that says it. */
  readonly evaluation?: TrialEvaluation;
}

export interface TrialAnswer extends TrialResult {
  /** The attempt that made it, from 1. */
  readonly attempt: number;
  /** Its reports that crossed: of a study that judges them, which may not have heard of all. */
  readonly crossed?: TrialResult['reports'];
}

/** What a failed attempt leaves behind: the first detail of a TrialFailedError failure. */
export interface FailedAttempt {
  readonly reason: string;
  readonly attempt: number;
  readonly checkpoint?: string;
  readonly reports: TrialResult['reports'];
  readonly crossed?: TrialResult['reports'];
}

/** What a trial heartbeats: progress is any change of it. */
export interface TrialHeartbeat {
  readonly attempt: number;
  readonly checkpoint?: string;
  /** Reports so far. */
  readonly steps: number;
  /** The newest that cross, at most 50: the study may not have heard of them. */
  readonly crossed?: TrialResult['reports'];
  /** Of a trial that runs elsewhere. */
  readonly remote?: RemoteRun;
}

export interface BlockRef {
  /** SHA-256 of the block, hex: its name in the artifact store. */
  readonly sha256: string;
  /** Trial numbers first to first + rows - 1. */
  readonly first: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface AskSlot {
  readonly number: number;
  readonly asOf: number;
  /** Parameter values to keep; absent: all free. */
  readonly fixed?: Params;
  /** What the trial is for, where a scheduler has trials run in segments. */
  readonly rung?: Rung;
  /** Where it comes from, in a population. */
  readonly lineage?: Lineage;
}

/** An ask for the next trials' parameters; the rows ride beside it as a binary argument (blocks.ts). */
export interface SuggestRequest {
  readonly study: string;
  readonly firstRunId: string;
  /** The cache's label this ask builds on; absent in a full ask, which carries everything. */
  readonly have?: string;
  /** The cache's label once the rows are in. */
  readonly label: string;
  readonly asks: readonly AskSlot[];
  /** Parameters that trials ask for while they run; `mayWait`: trials may be left for later. */
  readonly parameters?: readonly ParameterSlot[];
  readonly mayWait?: true;
  /** Epochs that the cache lacks; in a full ask all of them. */
  readonly epochs?: readonly Epoch[];
  readonly full?: { readonly definition: StudyDefinition; readonly blocks: readonly BlockRef[] };
}

export interface SuggestAnswer {
  readonly sampler: number;
  /** In the order asked; shorter when the sampler is exhausted, or has more `later`, once it is known where those in flight go. */
  readonly suggestions: readonly SuggestedTrial[];
  readonly exhausted: boolean;
  readonly later?: true;
  /** In the order asked; absent where none was. */
  readonly parameters?: readonly ParameterSuggestion[];
}

export interface SuggestedTrial {
  /** null where inactive. */
  readonly x: readonly (number | null)[];
  readonly seed: number;
  /** Base64. */
  readonly memo?: string;
  /** Set where a random suggestion took the sampler's place: why. */
  readonly fallback?: string;
  /** Upper bound on the regret as of its position of the log, in the objective's unit; where the study stops by one, and there is one. */
  readonly regret?: number;
}

export interface StudyCounts {
  readonly complete: number;
  readonly pruned: number;
  readonly failed: number;
  readonly infeasible: number;
}

/** The audit log and what follows from it. */
export interface StudyEdits {
  readonly definition: StudyDefinition;
  readonly epochs: readonly Epoch[];
  readonly edits: readonly LoggedEdit[];
  /** Number of the next trial to be opened: the earliest that a new edit can be `at`. */
  readonly next: number;
}

/** `running` until every trial has ended, `evaluating` while best and baseline are tested; then why it ended. */
export type StudyState = 'running' | 'paused' | 'stopping' | 'evaluating' | 'complete' | 'stopped' | 'failed';

export interface StudyStatus {
  readonly study: string;
  readonly status: StudyState;
  /** The rule that stopped it, in words. */
  readonly reason?: string;
  /** The sampler and in words why it is this one, where nobody named it: 'gp, auto 1: …'. */
  readonly sampler?: string;
  readonly counts: StudyCounts;
  readonly running: number;
  /** Trials that have their parameters, but do not run: paused, or given back by those who had them. */
  readonly waiting: number;
  /** Trials from outside: told and imported ones. */
  readonly told: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly asked: number;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly best: BestTrial | null;
  /** Trials the budget asks for, where it does. */
  readonly trials?: number;
  /** Non-dominated trials, of a study with several objectives. */
  readonly front: readonly BestTrial[];
  /** How much values differ between replicates, of a study that has them, once two runs tell. */
  readonly noise?: ReplicateNoise;
  /** What became of the final test, of a study that has one and came to it. */
  readonly evaluation?: Evaluation;
  /** Pools of slots that keep trials waiting; absent: none. */
  readonly waitingFor?: readonly PoolWait[];
}

export interface BestTrial {
  readonly number: number;
  /** Its model class, in a study of several. */
  readonly model?: string;
  readonly params: Params;
  readonly values: Readonly<Record<string, number>>;
  /** Of a study that scalarises its objectives, of the best alone: what it is the best in, minimised. */
  readonly scalar?: number;
  /** How many runs the first value is the mean of, and its standard error where the noise is known: of a study with replicates. */
  readonly replicates?: number;
  readonly standardError?: number;
}

/** A page of trials: rows still in the workflow, after the blocks that hold the earlier ones. */
export interface TrialPage {
  readonly blocks: readonly BlockRef[];
  readonly epochs: readonly Epoch[];
  /** A block of rows (ledger/blocks.ts) in base64. */
  readonly rows: string;
  /** Trials there are in all. */
  readonly total: number;
}

/** How patient the machinery is; a study file never needs it, slow networks and tests do. */
export interface EngineOptions {
  /** A silent ask or ledger activity is given to another worker after this, milliseconds; 10,000. */
  readonly heartbeatMs: number;
  /** From this many history events on, continue as new at the first quiet moment; the server's own advice (4,096) counts too. */
  readonly quietEvents: number;
  /** From this many history events on, start no more trials until a quiet moment came; 10,000. */
  readonly hardEvents: number;
  /** The same in messages: updates (the server takes 2,000 a run) and signals (10,000); 1,600 and 8,000. */
  readonly hardUpdates: number;
  readonly hardSignals: number;
  /** Long trials that have not been heard of are looked after this often, milliseconds; 600,000. */
  readonly lookAfterMs: number;
  /** The same in bytes of history; 16 MiB. */
  readonly hardBytes: number;
  /** Closed rows above this many bytes leave for blocks; 384 KiB, so that what is carried stays below the server's warning at 512. */
  readonly inlineBytes: number;
}

export const DEFAULT_ENGINE: EngineOptions = {
  heartbeatMs: 10_000,
  quietEvents: 8_192,
  hardEvents: 10_000,
  hardUpdates: 1600,
  hardSignals: 8000,
  lookAfterMs: 600_000,
  hardBytes: 16 * 1024 * 1024,
  inlineBytes: 384 * 1024,
};

export interface StudyInput {
  readonly definition: StudyDefinition;
  readonly engine?: Partial<EngineOptions>;
  /** Set by continue-as-new alone; the inline rows are the workflow's second argument. */
  readonly carried?: CarriedStudy;
}

export interface CarriedStudy {
  readonly ledger: LedgerState;
  /** Label of the sampler's row cache. */
  readonly label: string;
  /** Numbers of rows that the cache lacks. */
  readonly changed: readonly number[];
  /** Epochs that the cache has. */
  readonly epochs: number;
  /** What the first activity found; absent where an earlier version's worker ran it. */
  readonly prepared?: Prepared;
  readonly slots?: Claimant;
}

/** Checkpoints that trials have left, by URI. */
export interface TidyRequest {
  /** Of trials of which nothing is needed. */
  readonly gone: readonly string[];
  /** Of trials of which only this one is. */
  readonly ended: readonly string[];
}

/** Which trial's schedule is wanted; the rows that are in no block ride beside it as a binary argument. */
export type ReadScheduleRequest = Pick<JudgeRequest, 'definition' | 'blocks' | 'epochs'> & { readonly number: number };

export interface StoreBlockRequest {
  readonly study: string;
  readonly first: number;
  readonly rows: number;
}

/** A closed study as the artifact store keeps it. */
export interface ArchiveRequest {
  readonly definition: StudyDefinition;
  readonly firstRunId: string;
  readonly status: StudyStatus;
  readonly blocks: readonly BlockRef[];
  readonly edits: readonly LoggedEdit[];
  readonly epochs: readonly Epoch[];
  /** Trial number of the first row in the binary argument. */
  readonly firstRow: number;
}

/** The activities, by method; `ACTIVITIES` has the names they are registered under. */
export interface TuningActivities {
  /** Checks the definition once more where the samplers are; of a study that begins it says what it found around it. */
  prepare(request: PrepareRequest): Promise<Prepared | void>;
  suggest(request: SuggestRequest, rows: Uint8Array): Promise<SuggestAnswer>;
  runTrial(request: TrialRequest): Promise<TrialAnswer>;
  storeBlock(request: StoreBlockRequest, rows: Uint8Array): Promise<BlockRef>;
  archive(request: ArchiveRequest, rows: Uint8Array): Promise<void>;
  runTrials(request: RunTrialsRequest): Promise<readonly BatchedEnding[]>;
  lookAfter(request: LookAfterRequest): Promise<readonly ChildState[]>;
  /** The first runs of those of these studies that do not run any more. */
  findGone(request: FindGoneRequest): Promise<readonly string[]>;
  planNight(request: PlanNightRequest): Promise<NightPlan>;
  judge(request: JudgeRequest, rows: Uint8Array): Promise<Judgement>;
  promote(request: PromoteRequest): Promise<PromoteAnswer>;
  tidyCheckpoints(request: TidyRequest): Promise<void>;
  /** What a population's trial was trained with; null where it is no member. */
  readSchedule(request: ReadScheduleRequest, rows: Uint8Array): Promise<readonly ScheduledInterval[] | null>;
}

export interface TrialPageRequest {
  /** First trial number; at most `limit` come, maybe fewer. */
  readonly from: number;
  readonly limit: number;
}
