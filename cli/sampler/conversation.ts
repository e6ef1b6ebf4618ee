/**
 * What another program says to a sampler and what it answers, one JSON object a line each:
 *
 *   {"ask": 2, "fixed"?: {"lr": 0.1}, "budget"?: 9}        -> {"trials": [{"number": 0, "params": {…}}, …], "exhausted"?: true}
 *                                                                             budget: what they are trained to; or where a scheduler
 *                                                                             needs it {"to": 9, "bracket": 1, "rung": 0}
 *   {"tell": {"number": 0, "value": 0.3, …}}               -> {"ok": true}      a result as trials give it: value or values,
 *                                                                             constraints, cost, reports, attributes, …
 *   {"tell": {"number": 0, "pruned": true, "reports": …}}  -> {"ok": true}      stopped early: the value may be missing
 *   {"tell": {"number": 0, "failed": true | "why"}}        -> {"ok": true}
 *   {"tell": {"params": {…}, "value": 0.3, …}}             -> {"ok": true, "number": 1}   a point that nobody asked for
 *
 * What cannot be is answered with {"error": "…"} and has changed nothing.
 */
import { checkDefinition } from '../../samplers/check.ts';
import { createStudySession, type StudySession } from '../../samplers/study-session.ts';
import { compileSpace } from '../../study/space/dimensions.ts';
import { StudyDefinitionError, TuningError } from '../../study/errors.ts';
import { recordEdit, settle } from '../../study/ledger/apply.ts';
import { createLedger } from '../../study/ledger/begin.ts';
import { editFault, type EditRequest } from '../../study/ledger/edits.ts';
import { namesOf } from '../../study/ledger/given.ts';
import { askSlot, rowOf, type Ledger, type Outcome, type Slot } from '../../study/ledger/ledger.ts';
import { recordOutcome } from '../../study/ledger/outcomes.ts';
import { misfitIn } from '../../study/ledger/queue.ts';
import { recordSuggestions } from '../../study/ledger/slots.ts';
import { decode } from '../../study/space/point.ts';
import { readResult } from '../../study/trial/result.ts';
import type { Rung } from '../../study/scheduling.ts';
import type { Params } from '../../study/space/space.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { cutLine, parseLine } from '../json-line.ts';
import { isRecord, show } from '../../study/wording/json.ts';
import { listed, meant } from '../../study/syntax/field.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Trials in one ask. */
const MAX_ASK = 10_000;
const EXAMPLE = 'expected {"ask": N} or {"tell": {"number": N, "value": V}}';

/** Answers one line after the other. @throws StudyDefinitionError where the sampler cannot serve the definition */
export function conversation(definition: StudyDefinition): (line: string) => object {
  checkDefinition(definition);
  const ledger = createLedger(definition, 0);
  const session = createStudySession(definition, ledger.state.epochs);
  return (line) => {
    try {
      const message = messageOf(line);
      if ('ask' in message) return ask(ledger, session, message);
      return tell(ledger, session, message['tell']);
    } catch (error) {
      if (error instanceof TuningError) return { error: error.message };
      throw error;
    }
  };
}

function messageOf(line: string): Fields {
  const message = parseLine(line, EXAMPLE);
  if (!isRecord(message) || 'ask' in message === 'tell' in message)
    throw new StudyDefinitionError(`got ${cutLine(line)}: ${EXAMPLE}`);
  return message;
}

function ask(ledger: Ledger, session: StudySession, message: Fields): object {
  checkKeys('ask', message, ['ask', 'fixed', 'budget']);
  const { ask: count, fixed, budget } = message;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > MAX_ASK)
    throw new StudyDefinitionError(
      `ask is ${show(count)}: expected how many trials, a whole number from 1 to ${MAX_ASK}`,
    );
  const queued = fixed === undefined ? undefined : { params: valuesOf(ledger, fixed), baseline: false };
  const rung = budget === undefined ? undefined : rungFrom(budget);
  const { next, seq } = ledger.state;
  const slots: Slot[] = Array.from({ length: count }, (_, i) => ({
    number: next + i,
    asOf: seq,
    ...(queued && { queued }),
    ...(rung && { rung: { ...rung, final: true } }),
  }));
  const { suggestions, sampler, exhausted } = session.ask(slots.map(askSlot));
  ledger.asking = slots;
  recordSuggestions(ledger, suggestions, sampler);
  const rows = ledger.changed.splice(0);
  session.push(rows);
  const space = compileSpace(ledger.definition.space);
  const trials = rows.map(({ number, x, notes }) => ({
    number,
    params: decode(space, x),
    ...(notes?.reason !== undefined && { fallback: notes.reason }),
  }));
  return { trials, ...(exhausted && { exhausted }) };
}

function rungFrom(budget: unknown): Rung {
  const { to, bracket = 0, rung = 0, ...rest } = isRecord(budget) ? budget : { to: budget };
  const isIndex = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
  const isBudget = typeof to === 'number' && Number.isFinite(to) && to > 0;
  if (isBudget && isIndex(bracket) && isIndex(rung) && Object.keys(rest).length === 0)
    return { to, bracket, rung } as Rung;
  throw new StudyDefinitionError(
    `budget is ${show(budget)}: expected a number > 0, or {"to": 9, "bracket": 1, "rung": 0}`,
  );
}

function valuesOf({ definition }: Ledger, fixed: unknown): Params {
  if (!isRecord(fixed) || Object.keys(fixed).length === 0)
    throw new StudyDefinitionError(
      `fixed is ${show(fixed)}: expected values of one parameter or more by name; leave it out`,
    );
  const params = fixed as Params;
  const misfit = misfitIn(definition, { params, baseline: false });
  if (misfit !== undefined) throw new StudyDefinitionError(`fixed: ${misfit}`);
  return params;
}

function tell(ledger: Ledger, session: StudySession, told: unknown): object {
  if (!isRecord(told)) throw new StudyDefinitionError(`tell is ${show(told)}: ${EXAMPLE}`);
  const answer = 'params' in told ? add(ledger, told) : close(ledger, told);
  session.push(ledger.changed.splice(0));
  return { ok: true, ...answer };
}

/** A point that nobody asked for. */
function add(ledger: Ledger, { params, number, ...result }: Fields): { number: number } {
  if (number !== undefined)
    throw new StudyDefinitionError(
      `tell has number ${show(number)} and params: a trial that was asked for has its parameters; leave one of the two out`,
    );
  const request: EditRequest = {
    requestId: String(ledger.state.edits.length),
    edit: { kind: 'tell', params: params as Params, result },
  };
  // each is told once: the log is for people
  ledger.state.edits = [];
  const fault = editFault(ledger, request);
  if (fault !== undefined) throw new StudyDefinitionError(fault);
  recordEdit(ledger, request, 0);
  settle(ledger, 0);
  return { number: ledger.state.next - 1 };
}

function close(ledger: Ledger, { number: named, pruned = false, ...raw }: Fields): object {
  if (typeof pruned !== 'boolean')
    throw new StudyDefinitionError(`tell.pruned is ${show(pruned)}: expected true or false`);
  const number = openTrial(ledger, named);
  recordOutcome(ledger, number, pruned ? prunedOutcome(ledger.definition, raw) : outcomeOf(ledger.definition, raw), 0);
  const row = rowOf(ledger, number);
  if (pruned && !(row.state === 'infeasible' && row.constraints)) row.state = 'pruned';
  return {};
}

function openTrial({ state, rows }: Ledger, number: unknown): number {
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number >= state.next)
    throw new StudyDefinitionError(
      `tell.number is ${show(number)}: expected a trial that was asked for, ` +
        (state.next === 0 ? 'and none was yet' : `0 to ${state.next - 1}`),
    );
  if (rows[number]!.closed !== undefined)
    throw new StudyDefinitionError(`trial ${number} was told before; a result is final`);
  return number;
}

function outcomeOf(definition: StudyDefinition, { failed = false, ...raw }: Fields): Outcome {
  if (typeof failed !== 'boolean' && typeof failed !== 'string')
    throw new StudyDefinitionError(`tell.failed is ${show(failed)}: expected true, or the reason as text`);
  if (failed === false) return { kind: 'result', attempts: 1, result: readResult(raw, namesOf(definition)) };
  if (Object.keys(raw).length > 0)
    throw new StudyDefinitionError(
      `tell has failed and ${Object.keys(raw).join(', ')}: expected one or the other; a failed trial has no result`,
    );
  return withoutResult(typeof failed === 'string' ? failed : 'told as failed');
}

/** A trial stopped early: its value is what it reported last, where it says none, and what it did not measure is missing. */
function prunedOutcome(definition: StudyDefinition, raw: Fields): Outcome {
  const { objectives, constraints } = namesOf(definition);
  const names = { objectives, constraints: 'constraints' in raw ? constraints : [] };
  const isValued = ['value', 'values', 'folds'].some((key) => key in raw);
  if (isValued) return { kind: 'result', attempts: 1, result: readResult(raw, names) };
  if (Object.keys(raw).length === 0) return withoutResult('told as pruned');
  // refuses what else is wrong with it
  const { reports } = readResult({ ...raw, values: Object.fromEntries(objectives.map((name) => [name, 0])) }, names);
  const last = reports.at(-1);
  if (!last || objectives.length > 1)
    throw new StudyDefinitionError(
      `tell has pruned and ${Object.keys(raw).join(', ')}, but no value: expected ` +
        (objectives.length > 1 ? 'values by objective' : 'value, or reports of [step, value]') +
        '; a trial without any is told with pruned alone',
    );
  return { kind: 'result', attempts: 1, result: readResult({ ...raw, value: last[1] }, names) };
}

function withoutResult(reason: string): Outcome {
  return { kind: 'failed', attempts: 1, notes: { reason }, reports: [] };
}

function checkKeys(what: string, message: Fields, known: readonly string[]): void {
  for (const [key, value] of Object.entries(message))
    if (!known.includes(key))
      throw new StudyDefinitionError(
        `${what} has ${key} (value ${show(value)}): expected ${listed(known)}; ${meant(key, known, 'remove it')}`,
      );
}
