/** A ledger and everything around it, played by hand: what the workflow does with it, without a server. */
import { compileSpace } from '../../../study/space/dimensions.ts';
import { editsToCheck, recordCheck, recordEdit, settle } from '../../../study/ledger/apply.ts';
import { createLedger } from '../../../study/ledger/begin.ts';
import { editFault, type Edit, type EditRequest, type LoggedEdit } from '../../../study/ledger/edits.ts';
import { epochAt, isHeld, rowOf, type Ledger, type Outcome, type Slot } from '../../../study/ledger/ledger.ts';
import { recordOutcome } from '../../../study/ledger/outcomes.ts';
import type { LedgerRow } from '../../../study/ledger/row.ts';
import {
  dropAsk,
  isStillWanted,
  recordStart,
  recordSuggestions,
  slotsToAsk,
  trialsToStart,
} from '../../../study/ledger/slots.ts';
import { fixedIn } from '../../../study/space/fixed.ts';
import { encode, holds } from '../../../study/space/point.ts';
import type { Parameter, Space } from '../../../study/space/space.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { definitionOf } from '../definitions.ts';

export const float = (name: string, low: number, high: number, more: Partial<Parameter> = {}): Parameter => ({
  name,
  domain: { kind: 'float', low, high, scale: 'linear' },
  ...more,
});

export const choice = (name: string, ...choices: (string | number | boolean | null)[]): Parameter => ({
  name,
  domain: { kind: 'choice', choices },
});

export function spaceOf(version: number, ...parameters: Parameter[]): Space {
  return { version, parameters, forbid: [] };
}

/** A study of one parameter, x from 0 to 1. */
export function studyOf(changes: Partial<StudyDefinition> = {}): Ledger {
  return createLedger(definitionOf({ space: spaceOf(1, float('x', 0, 1)), ...changes }), 0);
}

export const result = (value: number, more: object = {}): Outcome => ({
  kind: 'result',
  result: { values: [value], reports: [], ...more },
  attempts: 1,
});

export const failed: Outcome = { kind: 'failed', attempts: 1, notes: { reason: 'boom' }, reports: [] };

export const paused = (checkpoint?: string): Outcome => ({
  kind: 'paused',
  attempts: 1,
  notes: { ...(checkpoint !== undefined && { checkpoint }) },
});

let requests = 0;

/** Sends an edit. @returns why it was refused, or its entry in the log */
export function send(ledger: Ledger, edit: Edit, more: Partial<EditRequest> = {}): string | LoggedEdit {
  const request = { requestId: `request ${requests++}`, edit, ...more };
  const fault = editFault(ledger, request);
  if (fault !== undefined) return fault;
  recordEdit(ledger, request, 0);
  settle(ledger, 0);
  return ledger.state.edits.find(({ requestId }) => requestId === request.requestId)!;
}

/** Answers the next check. */
export function check(ledger: Ledger, refused?: string): void {
  recordCheck(ledger, editsToCheck(ledger)[0].requestId, refused);
  settle(ledger, 0);
}

/** The point of a slot: what is fixed, and the middle of everything else, or its share `unit`. */
export function pointFor(space: Space, { queued }: Pick<Slot, 'queued'>, unit = 0.5): (number | null)[] {
  const compiled = compileSpace(space);
  const x = encode(compiled, fixedIn(compiled, queued?.params));
  for (const [i, { low, high, kind, when }] of compiled.dimensions.entries()) {
    if (!holds(when, x)) x[i] = NaN;
    else if (Number.isNaN(x[i]))
      x[i] = kind === 'float' ? low + unit * (high - low) : Math.round(low + unit * (high - low));
  }
  return Array.from(x, (value) => (Number.isNaN(value) ? null : value));
}

/** Asks for what is free. @returns the slots asked for */
export function ask(ledger: Ledger): readonly Slot[] {
  ledger.asking = slotsToAsk(ledger);
  return ledger.asking;
}

/** Answers what is asked; `most` suggestions are all that the sampler has. */
export function answer(ledger: Ledger, most = Infinity): void {
  const { space } = epochAt(ledger.state.epochs, ledger.asking[0]?.asOf ?? 0);
  const suggestions = ledger.asking.slice(0, most).map((slot) => ({ x: pointFor(space, slot), seed: slot.number }));
  if (isStillWanted(ledger)) recordSuggestions(ledger, suggestions, 1);
  else dropAsk(ledger);
  settle(ledger, 0);
}

/** Starts what may start on the study's own workers. @returns numbers */
export function start(ledger: Ledger): number[] {
  const { own } = trialsToStart(ledger);
  for (const row of own) recordStart(row, 0);
  return own.map(({ number }) => number);
}

/** Asks and starts all that may be. @returns numbers of what has started */
export function go(ledger: Ledger): number[] {
  const started: number[] = [];
  for (let i = 0; i < 10; i++) {
    if (ask(ledger).length > 0) answer(ledger);
    started.push(...start(ledger));
  }
  return started;
}

export function end(ledger: Ledger, number: number, outcome: number | Outcome): void {
  recordOutcome(ledger, number, typeof outcome === 'number' ? result(outcome) : outcome, 0);
  settle(ledger, 0);
}

/** Lets all that runs end with this outcome, lowest number first. */
export function endAll(ledger: Ledger, outcome: number | Outcome): void {
  for (const number of running(ledger)) end(ledger, number, outcome);
}

export function running(ledger: Ledger): number[] {
  return ledger.state.open.filter((number) => rowOf(ledger, number).state === 'running' && !isHeld(ledger, number));
}

export const states = ({ rows }: Ledger): string[] => rows.map(({ state }) => state);
export const row = (ledger: Ledger, number: number): LedgerRow => rowOf(ledger, number);
