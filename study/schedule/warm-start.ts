/**
 * What a night's study begins with: results of the last good study, and the champion as trial 0.
 *
 * Results age, since the next night's data are others: the newest are carried on, and of those that the last study measured itself
 * the best. A sampler that tries each point once begins with none, or it would have nothing left to try.
 */
import { compileSpace } from '../dimensions.ts';
import { decode } from '../point.ts';
import { sameJson } from '../wording/json.ts';
import { mapTrials } from '../exchange/map-trials.ts';
import type { ForeignTrial } from '../exchange/foreign-trial.ts';
import type { ImportedTrial } from '../ledger/begin.ts';
import { spaceOf, type Epoch } from '../ledger/ledger.ts';
import { isFeasible } from '../ledger/outcomes.ts';
import type { LedgerRow } from '../ledger/row.ts';
import type { Params } from '../space.ts';
import { pointIn } from '../space-change.ts';
import type { StudyDefinition } from '../study.ts';

/** A study that has closed, with all its rows by number. */
export interface EarlierStudy {
  readonly definition: StudyDefinition;
  readonly epochs: readonly Epoch[];
  readonly rows: readonly LedgerRow[];
}

export interface WarmStart {
  /** Oldest first. */
  readonly imported: readonly ImportedTrial[];
  /** In words, where results could not be carried on. */
  readonly note?: string;
}

/** @param carry most results to begin with */
export function warmStart(definition: StudyDefinition, study: EarlierStudy, carry: number): WarmStart {
  const triesOnce = definition.sampler.name === 'grid' || definition.deterministic;
  if (carry === 0 || triesOnce) return { imported: [] };
  if (!sameResults(definition, study.definition))
    return { imported: [], note: `begins anew: ${study.definition.name} measured something else` };
  const rows = chosen(study.rows, study.definition, carry);
  const trials = rows.map((row) => foreign(definition, study, row));
  const { mapped, left } = mapTrials(trials, definition, { drop: namesNotIn(definition, trials) });
  const first = left[0] && `${left.length} of ${rows.length} results left out, ${left[0].trial.from}: ${left[0].why}`;
  return {
    imported: mapped.map(({ attributes: _none, params: _same, ...trial }) => trial),
    ...(first && { note: first }),
  };
}

/** The champion's parameters in the space as it is now, or why it has no place there. */
export function championIn(definition: StudyDefinition, params: Params): { params: Params } | { left: string } {
  const trials: ForeignTrial[] = [{ params, state: 'failed' }];
  const { mapped, left } = mapTrials(trials, definition, { drop: namesNotIn(definition, trials) });
  return mapped[0] ? { params: mapped[0].params } : { left: left[0]!.why };
}

/** Oldest first: half of `carry` for the best that the study measured, the newest for the rest. */
function chosen(rows: readonly LedgerRow[], { objectives }: StudyDefinition, carry: number): LedgerRow[] {
  // what failed in one night may work in the next
  const ended = rows.filter(({ state }) => state === 'complete' || state === 'pruned' || state === 'infeasible');
  const isOld = ({ origin }: LedgerRow): boolean => origin === 'imported';
  // the champion's trial has the lowest number, but is as new as any
  const closed = [...ended.filter(isOld), ...ended.filter((row) => !isOld(row))];
  const sign = objectives[0]!.goal === 'maximize' ? -1 : 1;
  const best = closed
    .filter((row) => row.state === 'complete' && !isOld(row))
    .sort((a, b) => sign * (a.values![0]! - b.values![0]!))
    .slice(0, Math.ceil(carry / 2));
  const kept = new Set(best);
  for (const row of closed.toReversed()) if (kept.size < carry) kept.add(row);
  return closed.filter((row) => kept.has(row));
}

function foreign(now: StudyDefinition, { definition, epochs }: EarlierStudy, row: LedgerRow): ForeignTrial {
  const { number, state, values, constraints, cost, notes } = row;
  const last = epochs.at(-1)!;
  const x = pointIn(epochs, last, row.space, row.x);
  return {
    params: x ? decode(spaceOf(epochs, last.space.version), x) : decode(spaceOf(epochs, row.space), row.x),
    // the bounds may have moved
    state: state === 'pruned' ? state : isFeasible(now, constraints) ? 'complete' : 'infeasible',
    ...(values && { values }),
    ...(constraints && { constraints }),
    ...(cost !== undefined && { cost }),
    from: row.origin === 'imported' && notes?.from ? notes.from : `${definition.name} trial ${number}`,
  };
}

function sameResults(a: StudyDefinition, b: StudyDefinition): boolean {
  const names = ({ constraints }: StudyDefinition): string[] => constraints.map(({ name }) => name);
  return sameJson(a.objectives, b.objectives) && sameJson(names(a), names(b));
}

/** Parameters that are gone are forgotten. */
function namesNotIn({ space }: StudyDefinition, trials: readonly ForeignTrial[]): string[] {
  const { slotOf } = compileSpace(space);
  return [...new Set(trials.flatMap(({ params }) => Object.keys(params)))].filter((name) => !slotOf.has(name));
}
