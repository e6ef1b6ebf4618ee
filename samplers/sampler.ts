/**
 * What a sampler is: a pure function of (space, options, event-log prefix, trial number, seed).
 *
 * Laws, checked for every sampler by conformance/cases.ts:
 * - For any prefix k: `advance(advance(undefined, view.at(k)), view)` and `advance(undefined, view)` suggest the same bits,
 *   so a cache may be lost at any moment and only makes an ask faster.
 * - `suggest` changes nothing that a later answer could depend on: asking twice gives the same bits twice.
 * - A batch of asks is a fold: each suggestion is a pending row for the next.
 * - No clock, no Math.random, no `**`: randomness comes from Rng alone, exp and log from numerics/.
 */
import type { Suggested } from '../study/trial/by-run.ts';
import type { CompiledSpace } from '../study/space/dimensions.ts';
import type { Options, OptionSpec } from '../study/options.ts';
import type { Rung } from '../study/scheduling.ts';
import type { Scalar, ScalarDomain } from '../study/space/space.ts';

/** Position in a study's event log of closings and edits. */
export type Seq = number;

/** One trial as a sampler sees it. */
export interface Row {
  readonly number: number;
  /** Version of the space that x was suggested in. */
  readonly space: number;
  readonly origin: 'sampler' | 'fallback' | 'enqueued' | 'told' | 'imported';
  /** Of an imported one: the name of the study or file that it comes from, '' where that is not known. */
  readonly source?: string;
  readonly state: 'pending' | 'complete' | 'pruned' | 'failed' | 'infeasible';
  /** One number a dimension of the space (study/space/dimensions.ts), NaN where inactive. */
  readonly x: Float64Array;
  /** Objectives, all to be minimised, finite; absent while pending and when failed. */
  readonly y?: Float64Array;
  /** Constraints, feasible where <= 0; absent without constraints or results. */
  readonly c?: Float64Array;
  readonly cost?: number;
  /** The last step that a pruned trial reported; its y is then the value reported there, unless it has results. */
  readonly step?: number;
  readonly seed: number;
  readonly asOf: Seq;
  /** What it was suggested for, where a scheduler has trials run in segments. */
  readonly rung?: Rung;
  /** Number of the trial whose checkpoint it began with, in a population. */
  readonly parent?: number;
  /**
   * What its ended segments brought, as of the view. A row that has some and has not closed is seen as `pruned` at the last of them.
   */
  readonly segments?: readonly Segment[];
  /** Its segments are replicates: after each it is seen as `complete`, with the mean so far. */
  readonly replicated?: true;
  /** When it closed; absent while pending. */
  readonly closed?: Seq;
  readonly memo?: Uint8Array;
  /** What it asked for while it ran, once it has closed; of studies that are define-by-run. */
  readonly suggested?: readonly Suggested[];
}

/** How many runs a row's results are the mean of, >= 1. */
export function runsOf({ replicated, segments }: Pick<Row, 'replicated' | 'segments'>): number {
  return replicated && segments ? Math.max(1, segments.length) : 1;
}

/** A trial's values at one budget: objectives to be minimised. */
export interface Segment extends Rung {
  readonly y: Float64Array;
  /** Constraints, of a replicate. */
  readonly c?: Float64Array;
  readonly seq: Seq;
}

/** A study at one position of its log. Lent for the length of a call: never keep a reference to it. */
export interface View {
  readonly seq: Seq;
  /** By number, from 0, without gaps, pending ones included. */
  readonly rows: readonly Row[];
  /** Numbers of the closed rows in the order they closed: it only ever grows at its end. */
  readonly closed: readonly number[];
}

/** What of a definition concerns a sampler; constant over a study's life, but for `space`. */
export interface Problem {
  readonly space: CompiledSpace;
  /** How many objectives, >= 1. */
  readonly objectives: number;
  /** How many constraints, >= 0. */
  readonly constraints: number;
  /** How many trials may be in flight together, >= 1. */
  readonly parallel: number;
  /** A point's result never varies, so no point of a finite space is suggested twice. */
  readonly deterministic: boolean;
  /** One number a dimension, NaN where free: what all asks keep; their own `fixed` has these numbers, too. Absent: none. */
  readonly fixed?: Float64Array;
}

export interface Ask {
  readonly number: number;
  /** One number a dimension: what is not NaN must be kept (an enqueued trial, a partly fixed one). */
  readonly fixed: Float64Array;
  /** What the trial is for, where a scheduler has trials run in segments. */
  readonly rung?: Rung;
  /** Number of the trial that it is to explore from, in a population: it goes on from that one's checkpoint. */
  readonly parent?: number;
}

/** Counter-based generator keyed by (study seed, trial number): the same counters give the same number, in any order. */
export interface Rng {
  /** In the open interval (0, 1), 53 bits. `purpose` 0..2^32-1 separates streams, `i` 0..2^32-1 counts within one. */
  uniform(purpose: number, i: number): number;
  /** Standard normal, by inverse CDF of the uniform of the same counters. */
  normal(purpose: number, i: number): number;
  /** Like uniform, but keyed by the study seed alone: the same for all its trials. */
  shared(purpose: number, i: number): number;
}

/** A parameter that a trial asks for while it runs. */
export interface ParameterAsk {
  readonly name: string;
  readonly domain: ScalarDomain;
  /** Trials that had brought something when this one was opened, as they were then, with what they had asked for; in that order. */
  readonly past: readonly Row[];
  /** How many trials before this one were still in flight then: nothing is known of them. */
  readonly pending: number;
  /** What this trial was given before; empty unless the sampler walks paths. */
  readonly path: readonly Suggested[];
  /** The other trials in flight with what they have been given by now; absent where nothing is known of them. */
  readonly others?: readonly Row[];
}

export interface Suggestion {
  readonly x: Float64Array;
  /** At most 512 bytes, recorded with the trial: what (params, value) cannot carry. */
  readonly memo?: Uint8Array;
}

export type { Options, OptionSpec };

/** `C` is the sampler's cache: whatever it wants to keep between asks of one study, rebuilt from the view when lost. */
export interface Sampler<C = unknown> {
  readonly name: string;
  /** Recorded with each suggestion; it grows with every change that changes a suggestion. */
  readonly version: number;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** A name under which options are handed on unread, to whoever knows them: with `options` all that are called `options.…`. */
  readonly passes?: string;
  /**
   * Whether an ask that follows `rows` trials may take more than about 10 ms: workers compute it in another thread then, which costs
   * a fraction of a millisecond more. Absent: never.
   */
  heavy?(rows: number, problem: Problem): boolean;
  /**
   * Of a sampler that is not built in: import.meta.url of the module that exports it, by which other threads find it. Without it a
   * heavy one holds up its worker.
   */
  readonly module?: string;
  /** True, or in words why this problem is not for this sampler and which one is. */
  supports(problem: Problem, options: Options): true | string;
  /** The cache brought up to `view`, in time that depends on the new rows (amortised); may mutate and return `cache`. */
  advance(cache: C | undefined, view: View, problem: Problem, options: Options): C;
  /** @throws SamplerFallbackError on a deterministic numerical failure: a random suggestion is used instead. */
  suggest(cache: C, view: View, ask: Ask, rng: Rng, problem: Problem, options: Options): Suggestion | 'exhausted';
  /**
   * A value for a parameter that a trial asks for while it runs, as pure as `suggest`; `rng` is this trial's and this parameter's own.
   * Absent: the sampler does not serve such studies (`defineByRun`). `parameterAlone` (parameter-alone.ts) makes one of `suggest`.
   */
  parameter?(ask: ParameterAsk, rng: Rng, problem: Problem, options: Options): Scalar;
  /** How many more trials there is something to try for, by all that is known now; absent: nobody can say. */
  room?(closed: readonly Row[], others: readonly Row[]): number;
}
