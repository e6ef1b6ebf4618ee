/**
 * What somebody changes while a study runs: the edits as data, and the guards that refuse one before it changes anything (I7).
 *
 * An edit is logged when it is accepted and takes effect once, at a position of the event log. With order `completion` that is at
 * once. With order `trial` it is right before trial `at` is opened, so that two runs with the same edits are equal; what cannot
 * wait for that (a trial cancelled, anything `now`) acts at once and is as reproducible as its timing.
 */
import { compileSpace } from '../dimensions.ts';
import { StudyDefinitionError, TrialFailedError } from '../errors.ts';
import { checkForbidden, encode, encodeFull, forbiddenAt } from '../point.ts';
import { readResult } from '../result.ts';
import type { Params, Space } from '../space.ts';
import type { EnqueuedTrial, StopRules, StudyDefinition } from '../study.ts';
import { show } from '../wording/json.ts';
import { nextToOpen, type Ledger } from './ledger.ts';

/** A rule that is null is taken away. */
export type BudgetChange = { readonly [Rule in keyof StopRules]?: StopRules[Rule] | null };

export type Edit =
  /** No trial starts; those in flight finish, or with `now` end with their checkpoints and go on from there afterwards. */
  | { readonly kind: 'pause'; readonly now: boolean }
  | { readonly kind: 'resume' }
  | { readonly kind: 'stop'; readonly now: boolean }
  | { readonly kind: 'budget'; readonly stop: BudgetChange }
  | { readonly kind: 'parallel'; readonly parallel: number }
  | { readonly kind: 'enqueue'; readonly trials: readonly EnqueuedTrial[] }
  /** A result from outside, of a point that this study did not ask for; it does not count against the budget. */
  | { readonly kind: 'tell'; readonly params: Params; readonly result: unknown }
  /** Ends an open trial as failed; `fail` counts against maxFailures, `cancel` does not. */
  | { readonly kind: 'cancel' | 'fail'; readonly number: number }
  | { readonly kind: 'sampler'; readonly sampler: StudyDefinition['sampler'] }
  /** The whole new space, its version one more; `was`: what parameters that are new were worth in the trials so far. */
  | { readonly kind: 'space'; readonly space: Space; readonly was: Params }
  | { readonly kind: 'note'; readonly text: string; readonly number?: number }
  /** null takes a tag away. */
  | { readonly kind: 'tag'; readonly tags: Readonly<Record<string, string | null>> };

export interface EditRequest {
  /** The sender's own: the same id again is the same edit. */
  readonly requestId: string;
  readonly who?: string;
  readonly why?: string;
  /** order `trial`: number of the first trial that sees it; absent: the next one to be opened. */
  readonly at?: number;
  readonly edit: Edit;
}

/** An entry of the audit log. */
export interface LoggedEdit extends EditRequest {
  /** When it was accepted, milliseconds since 1970. */
  readonly time: number;
  /** Position of the event log where it took effect. */
  seq?: number;
  /** Why it was refused after all, by what only a worker can tell. */
  refused?: string;
  /** A worker still has to say whether the samplers can serve it. */
  checking?: true;
}

const MAX_EDITS = 1000;
const MAX_CHARACTERS = 200_000;
const MAX_QUEUE = 1000;

/** Whether this edit was accepted before. */
export function isKnown({ state }: Ledger, requestId: string): boolean {
  return state.edits.some((edit) => edit.requestId === requestId);
}

/** Why an edit is refused, in words; undefined if it is not. */
export function editFault(ledger: Ledger, request: EditRequest): string | undefined {
  const shape = shapeFault(request);
  if (shape !== undefined) return shape;
  if (isKnown(ledger, request.requestId)) return undefined;
  const { definition, state } = ledger;
  const { edit, at } = request;
  if (state.edits.length >= MAX_EDITS)
    return `${edit.kind}: the study has had ${MAX_EDITS} edits, which is the most it keeps; fork it to go on`;
  if (edit.kind !== 'note' && edit.kind !== 'tag' && state.stopped && !(edit.kind === 'stop' && edit.now))
    return `${edit.kind}: the study is ending (${state.stopped.reason}); continue it once it has closed`;
  if (at !== undefined) {
    if (definition.order !== 'trial')
      return `${edit.kind}: at ${show(at)} is for studies with order: trial, this one has order: completion; leave it out`;
    if (!isWhole(at, 0, 0xffffffff)) return `${edit.kind}: at is ${show(at)}, expected the number of a trial`;
    if (at < nextToOpen(ledger))
      return `${edit.kind}: at is ${at}, but that trial was opened already; expected ${nextToOpen(ledger)} or later`;
  }
  try {
    return faultOf(ledger, edit);
  } catch (error) {
    if (error instanceof StudyDefinitionError || error instanceof TrialFailedError)
      return `${edit.kind}: ${error.message}`;
    throw error;
  }
}

function shapeFault(request: EditRequest): string | undefined {
  const { requestId, who, why, edit } = request ?? {};
  if (!isText(requestId, 1, 200)) return `edit: requestId is ${show(requestId)}, expected a text of your own`;
  if (who !== undefined && !isText(who, 0, 500)) return `edit: who is ${show(who)}, expected a text of at most 500`;
  if (why !== undefined && !isText(why, 0, 500)) return `edit: why is ${show(why)}, expected a text of at most 500`;
  if (typeof edit?.kind !== 'string' || !KINDS.includes(edit.kind))
    return `edit: got ${show(edit)}, expected one of kind ${KINDS.join(', ')}`;
  const characters = JSON.stringify(edit).length;
  if (characters > MAX_CHARACTERS)
    return `${edit.kind}: it takes ${characters} characters as JSON, expected at most ${MAX_CHARACTERS}; split it`;
  return undefined;
}

const KINDS: readonly string[] = [
  'pause',
  'resume',
  'stop',
  'budget',
  'parallel',
  'enqueue',
  'tell',
  'cancel',
  'fail',
  'sampler',
  'space',
  'note',
  'tag',
] satisfies Edit['kind'][];

/** @throws StudyDefinitionError, TrialFailedError as what reads points, spaces and results does */
function faultOf(ledger: Ledger, edit: Edit): string | undefined {
  const { definition, state } = ledger;
  switch (edit.kind) {
    case 'pause':
      return willBePaused(ledger) ? 'pause: the study is paused already' : flagFault(edit.kind, edit.now);
    case 'resume':
      return willBePaused(ledger) ? undefined : 'resume: the study is not paused';
    case 'stop':
      return flagFault(edit.kind, edit.now);
    case 'budget':
      return budgetFault(definition, edit.stop);
    case 'parallel':
      return isWhole(edit.parallel, 1, 1000)
        ? undefined
        : `parallel: got ${show(edit.parallel)}, expected a whole number from 1 to 1000`;
    case 'enqueue':
      return enqueueFault(ledger, edit.trials);
    case 'tell':
      encodeFull(compileSpace(definition.space), edit.params);
      readResult(edit.result, namesOf(definition));
      return undefined;
    case 'cancel':
    case 'fail':
      if (state.open.includes(edit.number)) return undefined;
      return `${edit.kind}: trial ${show(edit.number)} is not open; open trials are ${state.open.join(', ') || 'none'}`;
    case 'sampler':
      return typeof edit.sampler?.name === 'string' && typeof edit.sampler.options === 'object'
        ? undefined
        : `sampler: got ${show(edit.sampler)}, expected { name, options }`;
    case 'space':
      return spaceFault(ledger, edit.space, edit.was);
    case 'note':
      return isText(edit.text, 1, 2000) ? undefined : `note: got ${show(edit.text)}, expected a text of 1 to 2000`;
    case 'tag':
      return tagFault(state.tags, edit.tags);
  }
}

/** Whether the study is paused once the edits that wait have taken effect. */
function willBePaused({ state }: Ledger): boolean {
  const last = state.edits.findLast(
    ({ edit, seq, refused }) =>
      (edit.kind === 'pause' || edit.kind === 'resume') && seq === undefined && refused === undefined,
  );
  return last ? last.edit.kind === 'pause' : state.paused;
}

function flagFault(kind: string, now: unknown): string | undefined {
  return typeof now === 'boolean' ? undefined : `${kind}: now is ${show(now)}, expected true or false`;
}

function budgetFault({ stop, sampler }: StudyDefinition, change: BudgetChange): string | undefined {
  const rules = ['trials', 'timeMs', 'target', 'patience', 'cost', 'maxFailures'];
  const unknown = Object.keys(change ?? {}).find((rule) => !rules.includes(rule));
  if (unknown !== undefined) return `budget: there is no rule '${unknown}', expected ${rules.join(', ')}`;
  for (const [rule, value] of Object.entries(change ?? {})) {
    if (value === null && rule !== 'maxFailures') continue;
    const isGood =
      rule === 'target' || rule === 'cost' ? Number.isFinite(value) : isWhole(value, 1, Number.MAX_SAFE_INTEGER);
    if (!isGood || (rule === 'cost' && value! <= 0)) return `budget: ${rule} is ${show(value)}, expected a number > 0`;
  }
  const left = changedStop(stop, change);
  if (sampler.name === 'grid' || Object.keys(left).some((rule) => rule !== 'maxFailures')) return undefined;
  return 'budget: no rule is left that ends the study; keep one of trials, timeMs, target, patience, cost';
}

/** Stopping rules after a change. */
export function changedStop(stop: StopRules, change: BudgetChange): StopRules {
  const changed = Object.entries({ ...stop, ...change }).filter(([, value]) => value !== null);
  return Object.fromEntries(changed) as unknown as StopRules;
}

function enqueueFault({ definition, state }: Ledger, trials: readonly EnqueuedTrial[]): string | undefined {
  if (!Array.isArray(trials) || trials.length === 0) return `enqueue: got ${show(trials)}, expected a list of trials`;
  if (state.queue.length + trials.length > MAX_QUEUE)
    return `enqueue: ${state.queue.length} trials wait already, expected at most ${MAX_QUEUE} in all`;
  const space = compileSpace(definition.space);
  for (const { params, baseline } of trials) {
    if (typeof baseline !== 'boolean') return `enqueue: baseline is ${show(baseline)}, expected true or false`;
    const region = forbiddenAt(space, encode(space, params));
    if (region >= 0) return `enqueue: ${show(params)} is forbidden by ${show(definition.space.forbid[region])}`;
  }
  return undefined;
}

function spaceFault({ definition, state }: Ledger, space: Space, was: Params): string | undefined {
  const waiting = state.edits.some(
    ({ edit, seq, refused }) => edit.kind === 'space' && seq === undefined && refused === undefined,
  );
  if (waiting) return 'space: another change of the space waits to take effect; send this one afterwards';
  const expected = definition.space.version + 1;
  if (space?.version !== expected)
    return `space: its version is ${show(space?.version)}, expected ${expected}: somebody else has changed the space; look at it and send the change again`;
  const compiled = compileSpace(space);
  checkForbidden(compiled);
  const known = compileSpace(definition.space).slotOf;
  const old = Object.keys(was ?? {}).find((name) => known.has(name));
  if (old !== undefined) return `space: was.${old} is given, but the trials so far have values of their own for it`;
  encode(compiled, was ?? {});
  return undefined;
}

function tagFault(tags: Readonly<Record<string, string>>, change: unknown): string | undefined {
  const entries = Object.entries((change ?? {}) as Record<string, unknown>);
  const strange = entries.find(([key, value]) => !isText(key, 1, 100) || (value !== null && !isText(value, 0, 500)));
  if (strange) return `tag: ${show(strange[0])} is ${show(strange[1])}, expected a text of at most 500, or null`;
  const count = Object.keys({ ...tags, ...Object.fromEntries(entries) }).length;
  return count <= 100 ? undefined : `tag: there would be ${count} tags, expected at most 100`;
}

/** Names of what a trial measures. */
export function namesOf({ objectives, constraints }: StudyDefinition): { objectives: string[]; constraints: string[] } {
  return { objectives: objectives.map(({ name }) => name), constraints: constraints.map(({ name }) => name) };
}

function isWhole(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}

function isText(value: unknown, shortest: number, longest: number): value is string {
  return typeof value === 'string' && value.length >= shortest && value.length <= longest;
}
