/** Ledger rows as samplers see them: every objective, or the scalar, to be minimised, every constraint feasible where <= 0. */
import { sourceOf, type LedgerRow } from '../study/ledger/row.ts';
import { minimised } from '../study/scalarize.ts';
import { hasReplicates } from '../study/trial/replicates.ts';
import type { StudyDefinition } from '../study/study.ts';
import type { Measurement } from '../study/trial/trial.ts';
import type { Row } from './sampler.ts';

export function samplerRow(definition: StudyDefinition, row: LedgerRow): Row {
  const { objectives, constraints } = definition;
  const { number, space, origin, x, seed, asOf, closed, cost, memo } = row;
  const state = stateOf(row);
  const last = state === 'pruned' ? lastReport(row) : undefined;
  // a report is of the first objective
  const values = row.values ?? (last && objectives.length === 1 ? [last[1]] : undefined);
  const seen = (values: readonly number[]): Float64Array => Float64Array.from(minimised(definition, values));
  const overBounds = (measured: readonly number[]): Float64Array =>
    Float64Array.from(measured, (v, i) => {
      const { below = Infinity, above = -Infinity } = constraints[i];
      return Math.max(v - below, above - v);
    });
  return {
    number,
    space,
    origin,
    state,
    x,
    seed,
    asOf,
    ...(origin === 'imported' && { source: sourceOf(row.notes?.from) }),
    ...(closed !== undefined && state !== 'pending' && { closed }),
    ...(cost !== undefined && { cost }),
    ...(last && { step: last[0] }),
    ...(memo && { memo }),
    ...(row.suggested && { suggested: row.suggested }),
    ...(row.rung && { rung: row.rung }),
    ...(row.lineage && { parent: row.lineage.parent }),
    ...(row.segments && {
      segments: row.segments.map(({ values: y, constraints: c, ...rest }) => ({
        ...rest,
        y: seen(y),
        ...(c && { c: overBounds(c) }),
      })),
    }),
    ...(hasReplicates(definition) && { replicated: true as const }),
    ...(values && { y: seen(values) }),
    ...(row.constraints && { c: overBounds(row.constraints) }),
  };
}

/** A paused trial has no result yet: for a sampler it is pending. */
function stateOf({ state }: LedgerRow): Row['state'] {
  return state === 'waiting' || state === 'running' || state === 'paused' ? 'pending' : state;
}

/** Where a pruned trial was trained to, and the first objective there. */
function lastReport({ segments, reports }: LedgerRow): Measurement | undefined {
  const segment = segments?.at(-1);
  return segment ? [segment.to, segment.values[0]] : reports.at(-1);
}
