/**
 * Audits a study: every suggestion is made again from the event log and the seed (I3), and what the log and the table say of each
 * other has to agree.
 *
 * What no suggestion depended on and no total shows cannot be told from the truth: that the last trial was a little worse, say.
 */
import { toBase64 } from '../study/wording/base64.ts';
import type { StudyStatus, SuggestedTrial } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { rowDifference, totalDifference, type Difference } from '../study/ledger/consistency.ts';
import { epochAt, lineageSeen, spaceOf, type Epoch } from '../study/ledger/ledger.ts';
import type { StudyLog } from '../study/ledger/rewind.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import { decode } from '../study/space/point.ts';
import type { StudyDefinition } from '../study/study.ts';
import { BRIDGED, BUILT_IN } from './registry.ts';
import { resolveSampler } from './resolve.ts';
import type { Sampler } from './sampler.ts';
import { createStudySession, type StudySession } from './study-session.ts';

export interface AuditedStudy {
  /** As it was started. */
  readonly definition: StudyDefinition;
  readonly log: StudyLog;
  /** All, in number order. */
  readonly rows: readonly LedgerRow[];
  /** Of a study that has closed: its totals are compared too. */
  readonly status?: StudyStatus;
}

export interface Audit {
  /** Suggestions that were made again. */
  readonly recomputed: number;
  /** Trials whose suggestion this program cannot make, by the reason in words. */
  readonly skipped: Readonly<Record<string, number>>;
  /** The first one by trial number; absent if there is none. */
  readonly difference?: Difference;
}

/** @param samplers  those there are; the built-in ones by default */
export function audit({ definition, log, rows, status }: AuditedStudy, samplers: readonly Sampler[] = BUILT_IN): Audit {
  const skipped: Record<string, number> = {};
  let recomputed = 0;
  const found = (difference: Difference | undefined): Audit => ({
    recomputed,
    skipped,
    ...(difference && { difference }),
  });
  const misplaced = rowDifference(definition, rows, log);
  // when the study stopped is compared by its totals: no suggestion depends on a bound
  const { regret: _regret, ...stop } = definition.stop;
  const session = createStudySession({ ...definition, stop }, log.epochs, samplers);
  // a view holds the rows below its trial, as they were at its position
  session.push(rows.slice(0, misplaced?.trial));
  for (const row of rows.slice(0, misplaced?.trial)) {
    if (row.sampler === 0) continue;
    const obstacle = obstacleTo(definition, row, log.epochs, samplers);
    if (obstacle !== undefined) {
      skipped[obstacle] = (skipped[obstacle] ?? 0) + 1;
      continue;
    }
    const { number, asOf, notes, rung, lineage } = row;
    const asked = {
      number,
      asOf,
      ...(notes?.fixed && { fixed: notes.fixed }),
      ...(rung && { rung }),
      ...(lineage && { lineage: lineageSeen(lineage) }),
    };
    const [suggestion] = session.ask([asked]).suggestions;
    const difference = suggestionDifference(log.epochs, row, suggestion) ?? parameterDifference(session, row, skipped);
    if (difference) return found(difference);
    recomputed++;
  }
  return found(misplaced ?? (status && totalDifference(definition, rows, log, status)));
}

/** Why this program cannot make a row's suggestion, in words; undefined if it can. */
function obstacleTo(
  definition: StudyDefinition,
  { asOf, sampler }: LedgerRow,
  epochs: readonly Epoch[],
  samplers: readonly Sampler[],
): string | undefined {
  const wanted = { ...definition, sampler: epochAt(epochs, asOf).sampler };
  const name = definition.models ? 'models' : wanted.sampler.name;
  if (BRIDGED.some((each) => each.name === name)) return `sampler ${name}, whose library only a worker asks`;
  try {
    const { version } = resolveSampler(wanted, samplers).sampler;
    return version === sampler ? undefined : `sampler ${name} version ${sampler}, this program has ${version}`;
  } catch (error) {
    if (error instanceof StudyDefinitionError) return `sampler ${name}, which this program does not have`;
    throw error;
  }
}

/** The first parameter that the trial asked for while it ran and was not given as it would be now. */
function parameterDifference(
  session: StudySession,
  { number, asOf, notes, suggested = [] }: LedgerRow,
  skipped: Record<string, number>,
): Difference | undefined {
  for (const [i, { name, value, domain, sampler, at, seq }] of suggested.entries()) {
    if (sampler !== undefined) {
      const obstacle = `parameters by version ${sampler} of a sampler`;
      skipped[obstacle] = (skipped[obstacle] ?? 0) + 1;
      continue;
    }
    const wanted = notes?.fixed && Object.hasOwn(notes.fixed, name);
    if (!wanted && at !== undefined && seq === undefined) {
      const obstacle = 'parameters suggested beside trials that a fork left behind';
      skipped[obstacle] = (skipped[obstacle] ?? 0) + 1;
      continue;
    }
    const answer = wanted
      ? { value: notes.fixed[name] }
      : session.parameter({
          number,
          asOf,
          name,
          domain: domain!,
          path: suggested.slice(0, i),
          ...(at !== undefined && seq !== undefined && { seen: { at, seq } }),
        });
    const expected = 'value' in answer ? answer.value : answer.refused;
    if (!Object.is(value, expected)) return { trial: number, what: name, recorded: value, expected };
  }
  return undefined;
}

function suggestionDifference(
  epochs: readonly Epoch[],
  row: LedgerRow,
  suggestion: SuggestedTrial | undefined,
): Difference | undefined {
  const wrong = (what: string, recorded: unknown, expected: unknown): Difference => ({
    trial: row.number,
    what,
    recorded,
    expected,
  });
  if (!suggestion)
    return wrong('suggestion', decode(spaceOf(epochs, row.space), row.x), 'none: the sampler has no more points');
  const { seed, memo, fallback } = suggestion;
  const x = Float64Array.from(suggestion.x, (value) => value ?? NaN);
  const space = spaceOf(epochs, row.space);
  const dim = space.dimensions.findIndex((_, i) => !Object.is(row.x[i], x[i]));
  if (dim >= 0) {
    const { name } = space.slots.find(({ dims }) => dims.includes(dim))!.parameter;
    const [recorded, expected] = [row.x, x].map((point) => decode(space, point)[name]);
    return wrong(name, recorded, expected);
  }
  if (row.seed !== seed && !row.notes?.seeded) return wrong('seed', row.seed, seed);
  const recorded = row.memo && toBase64(row.memo);
  if (recorded !== memo) return wrong('memo', recorded, memo);
  const isFallback = row.origin === 'fallback';
  if (isFallback === (fallback !== undefined)) return undefined;
  return wrong(
    'origin',
    row.origin,
    fallback === undefined ? 'a suggestion of the sampler' : `a fallback: ${fallback}`,
  );
}
