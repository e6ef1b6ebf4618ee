/** Studies of cma-es in miniature: asked, run and closed one after another, or in batches that close in another order. */
import { cmaEs } from '../../../samplers/cma/cma-es.ts';
import { decodeMemo, type Memo } from '../../../samplers/cma/memo.ts';
import { resolveOptions } from '../../../samplers/registry.ts';
import type { Problem, Row, Sampler } from '../../../samplers/sampler.ts';
import { sessionOf, type Session } from '../../../samplers/session.ts';
import { fromBase64 } from '../../../study/wording/base64.ts';
import type { Params } from '../../../study/space/space.ts';
import { pending } from '../spaces.ts';

export const SAMPLER = cmaEs as Sampler;

export type Result = Partial<Row> | number;

export interface Plan {
  readonly trials: number;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  /** Trials in flight together; they close in order, unless `reversed`. */
  readonly batch?: number;
  readonly reversed?: boolean;
}

export function session(problem: Problem, { options = {}, seed = 1 }: Partial<Plan> = {}): Session {
  return sessionOf(SAMPLER, resolveOptions(SAMPLER, options), problem, seed);
}

/** What a session suggests for a trial, as the pending row that the study makes of it. */
export function suggested(from: Session, number: number, asOf: number, fixed?: Params): Row {
  const answer = from.ask([{ number, asOf, ...(fixed && { fixed }) }]);
  if (answer.exhausted) throw new Error('exhausted');
  const [{ x, memo, fallback }] = answer.suggestions;
  if (fallback !== undefined) throw new Error(fallback);
  return pending(
    number,
    x.map((value) => value ?? NaN),
    { asOf, origin: fixed ? 'enqueued' : 'sampler', ...(memo !== undefined && { memo: fromBase64(memo) }) },
  );
}

export function closedRow(row: Row, result: Result, closed: number): Row {
  return typeof result === 'number'
    ? { ...row, state: 'complete', y: Float64Array.of(result), closed }
    : { ...row, state: 'complete', closed, ...result };
}

/** @param value  a number, to be minimised, or how else the trial ends @returns rows by number, all closed */
export function play(problem: Problem, value: (x: Float64Array, number: number) => Result, plan: Plan): Row[] {
  const own = session(problem, plan);
  const rows: Row[] = [];
  while (rows.length < plan.trials) {
    const asOf = rows.length;
    const batch = Array.from({ length: plan.batch ?? 1 }, (_, i) => {
      const row = suggested(own, asOf + i, asOf);
      own.push([row]);
      return row;
    });
    const order = plan.reversed ? batch.toReversed() : batch;
    for (const [i, row] of order.entries()) rows[row.number] = closedRow(row, value(row.x, row.number), asOf + i + 1);
    own.push(rows.slice(asOf));
  }
  return rows;
}

export function memoOf({ memo }: Row): Memo {
  return decodeMemo(memo)!;
}

export function best(rows: readonly Row[]): number {
  return Math.min(...rows.map(({ y }) => y?.[0] ?? Infinity));
}
