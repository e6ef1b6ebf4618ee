/**
 * What a night's study begins with: results of the last good study, and the champion as trial 0.
 *
 * Results age, since the next night's data are others: the newest are carried on, and of those that the last study measured itself
 * the best. A sampler that tries each point once begins with none, or it would have nothing left to try.
 */
import { compileSpace } from '../space/dimensions.ts';
import type { ForeignTrial } from '../exchange/foreign-trial.ts';
import { mapTrials } from '../exchange/map-trials.ts';
import { fitTrials, importedTrial, trialsOfStudy, type SourceStudy } from '../exchange/warm-start.ts';
import type { ImportedTrial } from '../ledger/begin.ts';
import type { LedgerRow } from '../ledger/row.ts';
import { scoreOf } from '../scalarize.ts';
import type { Params } from '../space/space.ts';
import type { StudyDefinition } from '../study.ts';
import { sameJson } from '../wording/json.ts';

export interface CarriedResults {
  /** Oldest first. */
  readonly imported: readonly ImportedTrial[];
  /** In words, where results could not be carried on. */
  readonly note?: string;
}

/**
 * @param carry most results to begin with
 * @throws StudyDefinitionError where none of them fits the space
 */
export function carriedResults(definition: StudyDefinition, study: SourceStudy, carry: number): CarriedResults {
  const triesOnce =
    definition.sampler.name === 'grid' || definition.sampler.name === 'brute-force' || definition.deterministic;
  const rows = carry === 0 || triesOnce ? [] : chosen(study.rows, study.definition, carry);
  if (rows.length === 0) return { imported: [] };
  const { name } = study.definition;
  if (!sameResults(definition, study.definition))
    return { imported: [], note: `begins anew: ${name} measured something else` };
  const trials = trialsOfStudy({ ...study, rows }, definition);
  const { fitted, words } = fitTrials(trials, definition, { drop: namesNotIn(definition, trials), skip: true }, name);
  return { imported: fitted.map(importedTrial), ...(fitted.length < trials.length && { note: words }) };
}

/** The champion's parameters in the space as it is now, or why it has no place there. */
export function championIn(definition: StudyDefinition, params: Params): { params: Params } | { left: string } {
  const trials: ForeignTrial[] = [{ params, state: 'failed' }];
  const { mapped, left } = mapTrials(trials, definition, { drop: namesNotIn(definition, trials) });
  return mapped[0] ? { params: mapped[0].params } : { left: left[0]!.why };
}

/** Oldest first: half of `carry` for the best that the study measured, the newest for the rest. */
function chosen(rows: readonly LedgerRow[], definition: StudyDefinition, carry: number): LedgerRow[] {
  // what failed in one night may work in the next
  const ended = rows.filter(({ state }) => state === 'complete' || state === 'pruned' || state === 'infeasible');
  const isOld = ({ origin }: LedgerRow): boolean => origin === 'imported';
  // the champion's trial has the lowest number, but is as new as any
  const inOrder = [...ended.filter(isOld), ...ended.filter((row) => !isOld(row))];
  const best = inOrder
    .filter((row) => row.state === 'complete' && !isOld(row))
    .sort((a, b) => scoreOf(definition, a.values!) - scoreOf(definition, b.values!))
    .slice(0, Math.ceil(carry / 2));
  const kept = new Set(best);
  for (const row of inOrder.toReversed()) if (kept.size < carry) kept.add(row);
  return inOrder.filter((row) => kept.has(row));
}

function sameResults(a: StudyDefinition, b: StudyDefinition): boolean {
  const names = ({ constraints }: StudyDefinition): string[] => constraints.map(({ name }) => name);
  return sameJson(a.objectives, b.objectives) && sameJson(names(a), names(b));
}

/** Parameters that are gone are forgotten. */
function namesNotIn({ space, defineByRun }: StudyDefinition, trials: readonly ForeignTrial[]): string[] {
  // trials may ask for any
  if (defineByRun) return [];
  const { slotOf } = compileSpace(space);
  return [...new Set(trials.flatMap(({ params }) => Object.keys(params)))].filter((name) => !slotOf.has(name));
}
