/** A trial: its states, what it returns, and the row that is kept of it. */
import type { Rung } from '../scheduling.ts';
import type { Attributes } from '../study.ts';
import type { Params } from '../space/space.ts';

export type TrialState = 'waiting' | 'running' | 'paused' | 'complete' | 'pruned' | 'failed' | 'infeasible';

export type Origin = 'sampler' | 'fallback' | 'enqueued' | 'told' | 'imported';

/** A value reported at a step of training: [step, value]. */
export type Measurement = readonly [step: number, value: number];

/** A trial's checked result. */
export interface TrialResult {
  /** One finite number an objective, in the definition's order, in the user's own direction. */
  readonly values: readonly number[];
  /** One finite number a constraint, as measured. */
  readonly constraints?: readonly number[];
  /** Finite, >= 0, in the user's own unit. */
  readonly cost?: number;
  /** The first objective on the rows it was trained on: finite. */
  readonly train?: number;
  /** The first objective by fold (2 to 200 of them), in the order of the split. */
  readonly folds?: readonly number[];
  readonly attributes?: Attributes;
  /** At most 100, by step. */
  readonly reports: readonly Measurement[];
  /** SHA-256 of the whole curve in the artifact store, where it has more measurements. */
  readonly curve?: string;
  /** An opaque string of at most 4 KB. */
  readonly checkpoint?: string;
  /** The checkpoint that it went on from, where newer ones were lost. */
  readonly restored?: string;
  /** Predictions on held-out data: a URI, 'sha256:…' where the artifact store has them. */
  readonly predictions?: string;
}

/** A trial's values where it was trained to. */
export interface SegmentRecord extends Rung {
  readonly values: Readonly<Record<string, number>>;
}

/** One trial as the outside sees it: `dtune trials --json`, exports, queries. */
export interface TrialRecord {
  readonly number: number;
  readonly state: TrialState;
  /** Its model class, in a study of several. */
  readonly model?: string;
  /** By dotted name; those of a model class begin with its name. */
  readonly params: Params;
  /** By objective name; null until there is a result. */
  readonly values: Readonly<Record<string, number>> | null;
  readonly constraints?: Readonly<Record<string, number>>;
  readonly reports: readonly Measurement[];
  /** Position of the event log that its suggestion saw. */
  readonly asOf: number;
  readonly origin: Origin;
  /** Where it is trained to by now or next, and as part of what: of a study with a scheduler that has trials run in segments. */
  readonly rung?: Rung;
  /** Number of the trial whose checkpoint it began with: of a population's member. */
  readonly parent?: number;
  /** What its ended segments brought. */
  readonly segments?: readonly SegmentRecord[];
  /** ISO 8601, or null before. */
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly attempts: number;
  readonly seed: number;
  readonly baseline?: true;
  readonly cost?: number;
  /** The first objective on the rows it was trained on, and by fold. */
  readonly train?: number;
  readonly folds?: readonly number[];
  /** The first objective by replicate, of a study that has them: its value is their mean. */
  readonly replicates?: readonly number[];
  /** Where an imported trial comes from; the failed trial that this one tries again. */
  readonly from?: string;
  /** Why it failed, or why its suggestion is a fallback. */
  readonly reason?: string;
  readonly attributes?: Attributes;
  /** SHA-256 of the whole curve in the artifact store, where it is longer than `reports`. */
  readonly curve?: string;
  readonly checkpoint?: string;
  /** The checkpoint that it went on from, where newer ones were lost. */
  readonly restored?: string;
  readonly predictions?: string;
}
