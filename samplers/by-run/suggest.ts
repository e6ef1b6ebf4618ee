/**
 * What a study's sampler suggests for a parameter that a trial asks for while it runs: a function of the trials that had closed when
 * this one was opened, the seed, the trial's number, the parameter's name and what it may be (I2). Nothing is kept between asks.
 *
 * What trials still in flight were given by then depends on timing: it is not seen, or the study has recorded how much of it was.
 */
import type { ParameterSlot, ParameterSuggestion, Suggested } from '../../study/trial/by-run.ts';
import { SamplerFallbackError, StudyDefinitionError } from '../../study/errors.ts';
import { fnv1a } from '../../study/ledger/blocks.ts';
import type { ScalarDomain } from '../../study/space/space.ts';
import { createRng, parameterSeed } from '../numerics/philox.ts';
import { random } from '../designs/random.ts';
import { byPosition, versionsOf, type Version } from '../row-versions.ts';
import type { Options, ParameterAsk, Problem, Row, Sampler } from '../sampler.ts';
import { parameterAlone } from '../parameter-alone.ts';

/** @param rows those of the study, by number, with what they asked for; where others in flight are seen, all of them */
export function suggestParameter(
  sampler: Sampler,
  options: Options,
  problem: Problem,
  seed: number,
  rows: readonly Row[],
  { number, asOf, name, domain, path = [], seen }: ParameterSlot,
): ParameterSuggestion {
  const by = seen?.seq ?? asOf;
  const versions = rows.flatMap((row) => versionsOf(row).findLast(({ closed }) => closed <= by) ?? []);
  const past = versions
    .sort(byPosition)
    .map((version) => ({ ...version, suggested: seenOf(rows[version.number], version, by) }));
  const other = past
    .flatMap(({ suggested }) => suggested)
    .find((each) => each.name === name && each.domain && each.domain.kind !== domain.kind);
  if (other) return { refused: kindFault(name, other.domain!, domain) };
  const others = seen && othersIn(rows, number, seen);
  const ask: ParameterAsk = { name, domain, past, pending: number - past.length, path, ...(others && { others }) };
  const rng = createRng(parameterSeed(seed, hashOf(name)), number);
  try {
    return { value: sampler.parameter!(ask, rng, problem, options), sampler: sampler.version };
  } catch (error) {
    if (error instanceof StudyDefinitionError) return { refused: error.message };
    if (!(error instanceof SamplerFallbackError)) throw error;
    return { value: parameterAlone(random, ask, rng, problem, {}), sampler: sampler.version };
  }
}

/** What a trial had asked for in the segments that had ended by then. */
function seenOf(
  { closed = Infinity, suggested = [] }: Row,
  { segments = [] }: Version,
  asOf: number,
): readonly Suggested[] {
  return closed <= asOf ? suggested : suggested.filter(({ segment = 0 }) => segment < segments.length);
}

/** Trials in flight, with what they had been given. */
function othersIn(rows: readonly Row[], number: number, { seq, at }: NonNullable<ParameterSlot['seen']>): Row[] {
  return rows
    .filter((row) => row.number !== number && (row.closed ?? Infinity) > seq)
    .map(({ suggested = [], ...row }) => ({ ...row, suggested: suggested.filter((each) => (each.at ?? -1) < at) }));
}

function kindFault(name: string, before: ScalarDomain, now: ScalarDomain): string {
  return (
    `${name} is asked for as ${now.kind}, but trials before asked for it as ${before.kind}: ` +
    'expected one kind, whose range or choices may differ; give one of the two another name'
  );
}

/** Two hashes of a name (of its UTF-16), 32 bits each. */
function hashOf(name: string): readonly [number, number] {
  const bytes = Uint8Array.from({ length: 2 * name.length }, (_, i) => name.charCodeAt(i >> 1) >> (8 * (i & 1)));
  return [fnv1a(bytes), fnv1a(bytes, 0x9e3779b9)];
}
