/**
 * Parameters that trials ask for while they run (by-run.ts). An ask is recorded before anybody looks for its value, the value before
 * anybody sees it; the first one recorded stands. A suggestion sees what had closed when its trial was opened (the row's asOf), so it
 * does not depend on when the trial asked (I3).
 */
import {
  MAX_SUGGESTED,
  readAsked,
  suggestedParams,
  type ParameterAnswer,
  type ParameterAsk,
  type ParameterSlot,
  type ParameterSuggestion,
  type Suggested,
} from '../trial/by-run.ts';
import { indexOf } from '../space/dimensions.ts';
import { decode, describeDomain, holds } from '../space/point.ts';
import type { Params, Scalar, ScalarDomain } from '../space/space.ts';
import { branchFault } from '../syntax/space.ts';
import { sameJson, show } from '../wording/json.ts';
import { isHalving } from './scheduling.ts';
import { epochAt, isHeld, rowOf, spaceOf, type Epoch, type Ledger } from './ledger.ts';
import type { LedgerRow } from './row.ts';

/** An ask that has no value yet. */
export interface OpenAsk {
  readonly number: number;
  readonly name: string;
  readonly domain: ScalarDomain;
  readonly step?: number;
  /** Why it never gets one. */
  refused?: string;
}

/** Slots in one ask of the sampler. */
const MAX_SLOTS = 100;

/** Takes in what trials ask for. @returns what each is told, in their order */
export function recordAsks(ledger: Ledger, asks: readonly ParameterAsk[]): ParameterAnswer[] {
  return asks.map((ask) => recordAsk(ledger, ask));
}

/**
 * Whether a trial's way is suggested by what others in flight have been given. Order `trial` knows no others in flight, and what begins
 * a segment was opened before.
 */
export function seesOthers(ledger: Ledger): boolean {
  const { definition, state } = ledger;
  const isWalking = definition.defineByRun && epochAt(state.epochs, state.seq).sampler.name === PATH_SAMPLER;
  return isWalking === true && definition.order === 'completion' && !isHalving(ledger);
}

/**
 * The parameters to ask the sampler for, the oldest ask first; forgets those of trials that have ended.
 *
 * @param others  each sees what those in flight were given: then they are asked for one by one
 */
export function parametersToAsk(ledger: Ledger, others = false): ParameterSlot[] {
  const { state } = ledger;
  if (!state.asked) return [];
  state.asked = state.asked.filter(({ number }) => mayAsk(ledger, number));
  const open = state.asked.filter(({ refused }) => refused === undefined);
  const walking = new Set<number>();
  if (others) state.given ??= 0;
  const slots = open.flatMap(({ number, name, domain }) => {
    const { asOf, suggested = [] } = rowOf(ledger, number);
    const slot = { number, asOf, name, domain };
    if (epochAt(state.epochs, asOf).sampler.name !== PATH_SAMPLER) return [slot];
    // its next parameter depends on the value of this one
    if (walking.has(number) || (others && walking.size > 0)) return [];
    walking.add(number);
    return [{ ...slot, path: suggested, ...(others && { seen: { seq: state.seq, at: state.given! } }) }];
  });
  return slots.slice(0, MAX_SLOTS);
}

/** Takes in what the sampler suggests for these slots. */
export function recordParameters(
  ledger: Ledger,
  slots: readonly ParameterSlot[],
  answers: readonly ParameterSuggestion[],
): void {
  const { state } = ledger;
  slots.forEach(({ number, name, seen }, i) => {
    const ask = state.asked?.find((each) => each.number === number && each.name === name);
    const answer = answers[i];
    if (!ask || !answer || !mayAsk(ledger, number)) return;
    if ('refused' in answer) {
      ask.refused = answer.refused;
      return;
    }
    state.asked = state.asked!.filter((each) => each !== ask);
    const row = rowOf(ledger, number);
    give(ledger, ask, answer.value, {
      ...(answer.sampler !== row.sampler && { sampler: answer.sampler }),
      ...seen,
    });
  });
}

/** What a trial pruned at a step had been given by then: what it did after that never was. */
export function suggestedBefore({ suggested }: LedgerRow, prunedAt: number): readonly Suggested[] | undefined {
  // what others have seen stays
  return suggested?.filter(({ step = -Infinity, at }) => at !== undefined || step < prunedAt);
}

/** Goes on counting what trials of a rewound study were given. @param left  trials that are not there any more: what they had is not known */
export function countGiven({ state, rows }: Ledger, left: readonly LedgerRow[]): void {
  const positions = (of: readonly LedgerRow[]): number[] =>
    of.flatMap(({ suggested = [] }) => suggested.flatMap(({ at }) => at ?? []));
  const given = positions(rows);
  if (given.length === 0) return;
  state.given = Math.max(...given) + 1;
  const first = Math.min(Infinity, ...positions(left));
  rows.forEach((row, i) => {
    if (!row.suggested?.some(({ at = -1 }) => at > first)) return;
    const suggested = row.suggested.map(({ seq, ...each }) =>
      seq === undefined || (each.at ?? -1) > first ? each : { ...each, seq },
    );
    rows[i] = { ...row, suggested };
  });
}

/** All parameters of a trial by dotted name: those of its point in the space, and those that it asked for. */
export function paramsOf(epochs: readonly Epoch[], { space, x, suggested }: LedgerRow): Params {
  const params = decode(spaceOf(epochs, space), x);
  return suggested ? { ...params, ...suggestedParams(suggested) } : params;
}

/** The sampler whose suggestion depends on what the trial was given before. */
export const PATH_SAMPLER = 'brute-force';

function recordAsk(ledger: Ledger, { number, name, parameter, step }: ParameterAsk): ParameterAnswer {
  const { definition, state } = ledger;
  if (!mayAsk(ledger, number)) return { ended: true };
  if (!definition.defineByRun)
    return {
      refused: `${name}: trials of this study ask for no parameters, expected defineByRun: true in its definition`,
    };
  const read = readAsked(name, parameter);
  if ('fault' in read) return { refused: read.fault };
  const { domain } = read;
  const row = rowOf(ledger, number);
  const known = valueIn(ledger, row, name, domain);
  if (known) return known;
  const asked = (state.asked ??= []);
  const before = asked.find((each) => each.number === number && each.name === name);
  if (before) {
    if (!sameJson(before.domain, domain)) return { refused: otherDomain(name, before.domain, domain) };
    return before.refused === undefined ? { wait: true } : { refused: before.refused };
  }
  const fault = roomFault(ledger, row, name, domain);
  if (fault !== undefined) return { refused: fault };
  const ask: OpenAsk = { number, name, domain, ...(step !== undefined && { step }) };
  const wanted = row.notes?.fixed;
  if (!wanted || !Object.hasOwn(wanted, name)) {
    asked.push(ask);
    return { wait: true };
  }
  const value = wanted[name] as Scalar;
  if (indexOf(domain, value) === undefined)
    return { refused: `${name} was enqueued as ${show(value)}, but the trial asks for ${describeDomain(domain)}` };
  give(ledger, ask, value);
  return { value };
}

function mayAsk(ledger: Ledger, number: number): boolean {
  const { state } = ledger;
  return (
    state.open.includes(number) &&
    rowOf(ledger, number).state === 'running' &&
    !isHeld(ledger, number) &&
    !state.verdicts.some((verdict) => verdict.number === number)
  );
}

/** What the trial's point in the space, or what it was given before, says of a name; undefined if they say nothing. */
function valueIn({ state }: Ledger, row: LedgerRow, name: string, domain: ScalarDomain): ParameterAnswer | undefined {
  const space = spaceOf(state.epochs, row.space);
  const slot = space.slotOf.get(name);
  if (slot) {
    const fixed = slot.parameter.domain;
    if (!sameJson(fixed, domain))
      return {
        refused: `${name} is a parameter of the space: ${describeDomain(fixed)}; the trial asks for ${describeDomain(domain)}`,
      };
    if (!holds(slot.when, row.x))
      return { refused: `${name} is a parameter of the space whose condition does not hold in this trial` };
    return { value: decode(space, row.x)[name] as Scalar };
  }
  const before = row.suggested?.find((each) => each.name === name);
  if (!before) return undefined;
  if (before.domain && !sameJson(before.domain, domain)) return { refused: otherDomain(name, before.domain, domain) };
  return { value: before.value };
}

function otherDomain(name: string, before: ScalarDomain, now: ScalarDomain): string {
  return (
    `${name} was asked for as ${described(before)} earlier in this trial, and now as ${described(now)}: ` +
    'expected the same; give one of the two another name'
  );
}

/** Ranges alone may look alike. */
function described(domain: ScalarDomain): string {
  const scale = 'scale' in domain && domain.scale === 'log' ? ' on a log scale' : '';
  return `${domain.kind}, ${describeDomain(domain)}${scale}`;
}

/** Why a trial cannot have one more parameter of this name. */
function roomFault({ state }: Ledger, row: LedgerRow, name: string, domain: ScalarDomain): string | undefined {
  const waiting = (state.asked ?? []).filter(({ number }) => number === row.number);
  const names = [
    ...spaceOf(state.epochs, row.space).slotOf.keys(),
    ...[...(row.suggested ?? []), ...waiting].map((each) => each.name),
  ];
  const fault = branchFault(name, (other) => names.includes(other));
  const inner = names.find((other) => other.startsWith(`${name}.`));
  if (fault !== undefined) return `the name ${show(name)} ${fault}`;
  if (inner !== undefined)
    return `the name ${show(name)} cannot be used beside ${show(inner)}, where it is a branch; rename one of the two`;
  const characters = JSON.stringify([...(row.suggested ?? []), ...waiting, { name, domain }]).length;
  if (characters <= MAX_SUGGESTED) return undefined;
  return `${name}: the parameters of trial ${row.number} take ${characters} characters as JSON, expected at most ${MAX_SUGGESTED}; ask for fewer, or shorten their choices`;
}

function give(
  ledger: Ledger,
  { number, name, domain, step }: OpenAsk,
  value: Scalar,
  { sampler, at = ledger.state.given, seq }: Pick<Suggested, 'sampler' | 'at' | 'seq'> = {},
): void {
  const row = rowOf(ledger, number);
  const segment = row.segments?.length ?? 0;
  row.suggested = [
    ...(row.suggested ?? []),
    {
      name,
      value,
      domain,
      ...(segment > 0 && { segment }),
      ...(step !== undefined && { step }),
      ...(sampler !== undefined && { sampler }),
      ...(at !== undefined && { at }),
      ...(seq !== undefined && { seq }),
    },
  ];
  if (at === undefined) return;
  ledger.state.given = Math.max(ledger.state.given ?? 0, at + 1);
  // it is seen before the trial has closed
  ledger.changed.push(row);
}
