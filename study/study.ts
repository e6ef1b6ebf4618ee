/** A study definition as plain data: what zod and YAML compile to (definition.ts), what a study workflow is started with. */
import type { EvaluationSpec, PromotionSpec } from './evaluation/spec.ts';
import type { BanditSpec, ModelClass } from './models.ts';
import type { Scalarization } from './scalarize.ts';
import type { HttpSpec, JobSpec } from './trial/remote.ts';
import type { SchedulerSpec } from './scheduling.ts';
import type { ParameterValue, Params, Space } from './space/space.ts';

export interface Objective {
  readonly name: string;
  readonly goal: 'minimize' | 'maximize';
}

/** A measured value that must stay on one side of a bound for a trial to be feasible. */
export interface Constraint {
  readonly name: string;
  /** Feasible where value <= below. */
  readonly below?: number;
  /** Feasible where value >= above. */
  readonly above?: number;
}

export interface TrialLimits {
  /** Longest run of one attempt, milliseconds, > 0; absent: no limit. Reaching it is the trial's own failure. */
  readonly timeoutMs?: number;
  /** How often a trial is repeated after its own failure or timeout, same number and parameters; 0 to 100. */
  readonly retries: number;
  /** How long a silent worker is waited for before the trial goes to another one, milliseconds; 1,000 to 3,600,000; 0: for ever. */
  readonly heartbeatMs: number;
  /** Short trials that one worker runs one after another, as one piece of work; 2 to 1,000, absent: 1. */
  readonly batch?: number;
  /** Trials that one child workflow runs side by side, batches and all; 2 to 100, absent: the study runs them itself. */
  readonly lane?: number;
  /** Task queue that trials wait on; absent: one of the study's own, 'dtune/NAME'. */
  readonly queue?: string;
  /** Each trial has a workflow of its own, whatever its timeout: for trials without one that take hours or days. */
  readonly long?: true;
  /**
   * What measures the checkpoint that training left, as a step of its own, so that neither repeats the other; absent: the trial itself
   * does. It has no batch, lane or evaluate.
   */
  readonly evaluate?: StepSpec;
}

/** Longest timeout of a trial that holds up its study's continue-as-new while it runs, milliseconds. */
const SHORT_MS = 3_600_000;

/** Whether each trial has a workflow of its own, over which the study may continue as new; else it is an activity of the study. */
export function runsAsChild({
  long,
  timeoutMs = 0,
  evaluate,
}: Pick<TrialLimits, 'long' | 'timeoutMs' | 'evaluate'>): boolean {
  return long === true || timeoutMs + (evaluate?.timeoutMs ?? 0) > SHORT_MS;
}

export type TrialSpec = TrialLimits &
  (
    | {
        readonly kind: 'function';
        /** Exported name of the module, or the name registered with the worker where `module` is absent. */
        readonly function: string;
        /** Absolute path of a .js, .mjs or .ts file; its functions run in processes of their own. */
        readonly module?: string;
        /** SHA-256 of the module file when the study was defined; not part of the study's identity. */
        readonly moduleHash?: string;
      }
    | {
        readonly kind: 'command';
        /** Program and arguments; no shell reads them. */
        readonly command: readonly string[];
        /** Absolute working directory: the study file's. */
        readonly cwd: string;
      }
    | {
        readonly kind: 'activity';
        /** Name of an activity in any language, which is given a WireTrial (wire.ts); `queue` is there, `batch` is not. */
        readonly activity: string;
      }
    | {
        readonly kind: 'workflow';
        /** Type of a workflow in any language, which is given a WireTrial (wire.ts); `queue` and `long` are there. */
        readonly workflow: string;
      }
    | { readonly kind: 'http'; readonly http: HttpSpec }
    | { readonly kind: 'job'; readonly job: JobSpec }
    /** Trials are asked for and told from outside; the study runs none itself. */
    | { readonly kind: 'external' }
  );

/** What the study has run itself. */
export type OwnTrialSpec = Exclude<TrialSpec, { kind: 'external' }>;

/** What the activity `runTrial` can run. */
export type RunnableSpec = Extract<TrialSpec, { kind: 'function' | 'command' | 'http' | 'job' }>;

/** What one activity runs: ours, or one of somebody else's. */
export type StepSpec = Exclude<OwnTrialSpec, { kind: 'workflow' }>;

/** Whether it is somebody else's, on a queue of theirs. */
export function isForeign({ kind }: Pick<TrialSpec, 'kind'>): boolean {
  return kind === 'activity' || kind === 'workflow';
}

/** Samplers that end by themselves: a study needs no stopping rule then. */
export const EXHAUSTIBLE: readonly string[] = ['grid', 'brute-force'];

/** The first rule that holds stops the study; at least one of them, or a sampler that ends by itself, is needed. */
export interface StopRules {
  /** Trials complete, pruned or infeasible; failed ones do not count. */
  readonly trials?: number;
  /** Milliseconds since the start of the study. */
  readonly timeMs?: number;
  /** First objective at least as good as this; with `scalarize` the scalar at most this. */
  readonly target?: number;
  /** Counted trials in a row without a better value (of the first objective, or of the scalar). */
  readonly patience?: number;
  /** Sum of the trials' reported costs. */
  readonly cost?: number;
  /**
   * An upper bound on the regret at most this, > 0, in the unit of the objective: no point is believed to be better than the best
   * trial by more. Judged from 20 complete trials on, each time that a trial is asked for (samplers/gp/regret-bound.ts). One
   * objective, no scheduler; it stays as the study was started with.
   */
  readonly regret?: number;
  /** Failed trials after which the study itself has failed. */
  readonly maxFailures: number;
}

/** Parameters somebody wants tried first: what is missing is sampled. */
export interface EnqueuedTrial {
  readonly params: Params;
  /** The model's own defaults: what tuning is compared with. */
  readonly baseline: boolean;
  /** Of a failed trial that is tried again: what to go on from, and 'trial 4'. No definition has them. */
  readonly checkpoint?: string;
  readonly from?: string;
  /** Of an interval that is trained again as it was: its training seed. No study file has it. */
  readonly seed?: number;
}

/** A file that trials are read from or written to. */
export type TrialFormat = 'jsonl' | 'csv' | 'bayes-opt';

/** Trials of elsewhere that a study starts from: its sampler sees them, its budget and its best do not. */
export type WarmStart = (
  | { readonly study: string }
  | {
      /** Absolute path. */
      readonly file: string;
      readonly format: TrialFormat;
    }
) & {
  /** Our parameter names by theirs. */
  readonly map?: Readonly<Record<string, string>>;
  /** Our names of objectives and constraints by theirs. */
  readonly values?: Readonly<Record<string, string>>;
  /** What their trials effectively had for parameters that they lack. */
  readonly assume?: Params;
  /** Their parameters to forget where the space has no place for them. */
  readonly drop?: readonly string[];
  /** The best so many of their complete trials alone. */
  readonly keep?: number;
  /** What does not fit the space is left out instead of refused. */
  readonly skip?: true;
};
/** Whose trials these are, where a queue is shared out fairly (the server's `matching.enableFairness`). */
export interface Fairness {
  /** At most 64 bytes of UTF-8. */
  readonly key: string;
  /** 0.001 to 1,000; absent: 1. */
  readonly weight?: number;
}

export interface StudyDefinition {
  readonly name: string;
  readonly space: Space;
  /** Trials ask for parameters while they run (by-run.ts): those of `space` may be none. */
  readonly defineByRun?: true;
  /** The classes of `space`, at least two, in the order of the choice `model`; absent: the space is of one model. */
  readonly models?: readonly ModelClass[];
  /** Absent: trials are divided by weight alone. Needs `models`. */
  readonly bandit?: BanditSpec;
  /** At least one. */
  readonly objectives: readonly Objective[];
  readonly constraints: readonly Constraint[];
  /** Several objectives as one number; absent: each by itself. */
  readonly scalarize?: Scalarization;
  readonly trial: TrialSpec;
  readonly sampler: {
    readonly name: string;
    readonly options: Readonly<Record<string, number | boolean | string>>;
    /** Of one that nobody named, in words why it is this one: 'auto 1: …' (auto-sampler.ts). */
    readonly chosen?: string;
  };
  /** Absent: every trial runs to its end. */
  readonly scheduler?: SchedulerSpec;
  readonly stop: StopRules;
  /** Trials in flight together; 1 to 1,000. */
  readonly parallel: number;
  /** `completion`: results count as they come; `trial`: in number order, independent of timing. */
  readonly order: 'completion' | 'trial';
  /** 0 to 2^53 - 1; everything random follows from it. */
  readonly seed: number;
  readonly deterministic: boolean;
  readonly enqueue: readonly EnqueuedTrial[];
  /** Values that every suggestion keeps, by parameter; absent: none. Only a baseline may differ from them. */
  readonly fixed?: Params;
  readonly warmStart?: WarmStart;
  /** Which trials go first where those of several studies wait on one queue, 1 (first) to 5; absent: 3. */
  readonly priority?: number;
  readonly fairness?: Fairness;
  /** Slots that each trial takes while it runs, by the name of a pool that studies share; names ascending. */
  readonly slots?: Readonly<Record<string, number>>;
  /** Absent: nothing but tuning. */
  readonly evaluate?: EvaluationSpec;
  /** Needs `evaluate`. */
  readonly promote?: PromotionSpec;
}

/** Any JSON a trial may attach to its result. */
export type Attributes = { readonly [key: string]: ParameterValue };

declare const PARAMS: unique symbol;

/** A definition that knows what its trials receive: inferred from a zod space. */
export type TypedDefinition<P> = StudyDefinition & { readonly [PARAMS]?: P };
