/** A trial as the ledger keeps it: numbers by dimension, everything a suggestion was made from and everything that came back. */
import { modelOf } from '../models.ts';
import type { BestTrial } from '../contract.ts';
import type { Suggested } from '../trial/by-run.ts';
import type { Attributes, StudyDefinition } from '../study.ts';
import type { Params } from '../space/space.ts';
import { paramsOf } from './by-run.ts';
import { rungOf, type Epoch } from './ledger.ts';
import type { Lineage, Rung } from '../scheduling.ts';
import type { Measurement, Origin, TrialRecord, TrialResult, TrialState } from '../trial/trial.ts';

export interface LedgerRow {
  readonly number: number;
  state: TrialState;
  readonly origin: Origin;
  /** One number a dimension of space version `space`, NaN where inactive. */
  readonly x: Float64Array;
  readonly space: number;
  /** Version of the sampler that suggested it. */
  readonly sampler: number;
  readonly seed: number;
  /** Position of the event log its suggestion saw. */
  readonly asOf: number;
  readonly memo?: Uint8Array;
  /** Position of the event log where it closed. */
  closed?: number;
  values?: readonly number[];
  constraints?: readonly number[];
  cost?: number;
  reports: readonly Measurement[];
  /** Milliseconds since 1970. */
  startedAt?: number;
  finishedAt?: number;
  attempts: number;
  /** What its suggestion was made for, where a scheduler has trials run in segments. */
  readonly rung?: Rung;
  /** Of a member of a population: where it comes from, the checkpoint that it began with, and the one that its parent did. */
  readonly lineage?: Lineage & { readonly checkpoint: string; readonly before?: string };
  /** The segment that runs, or comes next; absent before the first of a trial that has no other than `rung` says. */
  target?: Rung & { readonly final: boolean };
  /** What ended segments brought: there are more only of trials that were promoted. */
  segments?: readonly Segment[];
  /** What it asked for while it ran, in that order; of a trial of elsewhere, what it had that is not in the space. */
  suggested?: readonly Suggested[];
  notes?: RowNotes;
}

export interface Segment extends Rung {
  readonly values: readonly number[];
  /** As measured so far; where a trial's budget is its replicates. */
  readonly constraints?: readonly number[];
  /** Position of the event log where it ended. */
  readonly seq: number;
}

/** What a sampler never sees. */
export interface RowNotes {
  readonly reason?: string;
  readonly attributes?: Attributes;
  readonly curve?: string;
  readonly checkpoint?: string;
  /** The checkpoint that it went on from, where newer ones were lost. */
  readonly restored?: string;
  /** What its training brought, of an open trial that was paused before it was measured. */
  readonly trained?: TrialResult;
  readonly predictions?: string;
  /** The first objective on the rows it was trained on, and by fold. */
  readonly train?: number;
  readonly folds?: readonly number[];
  /** The first objective by replicate: its value is their mean. */
  readonly replicates?: readonly number[];
  readonly baseline?: true;
  /** Parameters that were not the sampler's to choose. */
  readonly fixed?: Params;
  /** They came with an ask from outside, not from the queue. */
  readonly asked?: true;
  /** Its seed came with them. */
  readonly seeded?: true;
  /** Where an imported trial comes from; the failed trial that this one tries again. */
  readonly from?: string;
}

/** The study or file that an imported trial comes from, '' where that is not known: what `from` says beside the trial's number or line. */
export function sourceOf(from = ''): string {
  const [, before, after] = /^(?:(.*?) ?(?:trial|line) \d+|(?:trial|line) \d+ of (.*))$/s.exec(from) ?? [];
  return before ?? after ?? from;
}

/** The segments that have a position of the log to themselves: all but the one that the row closed with. */
export function restedSegments({ segments = [], closed = Infinity }: LedgerRow): readonly Segment[] {
  return segments.filter(({ seq }) => seq < closed);
}

/** A row as the outside sees it. */
export function recordOf(definition: StudyDefinition, epochs: readonly Epoch[], row: LedgerRow): TrialRecord {
  const { objectives, constraints } = definition;
  const params = paramsOf(epochs, row);
  const model = modelOf(definition, params);
  const { fixed: _fixed, asked: _asked, seeded: _seeded, trained: _trained, ...notes } = row.notes ?? {};
  return {
    number: row.number,
    state: row.state,
    ...(model !== undefined && { model }),
    params,
    values: row.values ? named(objectives, row.values) : null,
    ...(row.constraints && { constraints: named(constraints, row.constraints) }),
    reports: row.reports,
    ...(row.rung && { rung: rungOf(row.target ?? row.rung) }),
    ...(row.lineage && { parent: row.lineage.parent }),
    ...(row.segments && {
      segments: row.segments.map(({ values, ...segment }) => ({
        ...rungOf(segment),
        values: named(objectives, values),
      })),
    }),
    asOf: row.asOf,
    origin: row.origin,
    startedAt: iso(row.startedAt),
    finishedAt: iso(row.finishedAt),
    attempts: row.attempts,
    seed: row.seed,
    ...(row.cost !== undefined && { cost: row.cost }),
    ...notes,
  };
}

/** A complete row as the study's best, or one of its front. */
export function bestTrialOf(definition: StudyDefinition, epochs: readonly Epoch[], row: LedgerRow): BestTrial {
  const params = paramsOf(epochs, row);
  const model = modelOf(definition, params);
  const values = named(definition.objectives, row.values!);
  return { number: row.number, ...(model !== undefined && { model }), params, values };
}

/** Numbers by name. */
export function named(names: readonly { readonly name: string }[], numbers: readonly number[]): Record<string, number> {
  return Object.fromEntries(names.map(({ name }, i) => [name, numbers[i]!]));
}

function iso(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
