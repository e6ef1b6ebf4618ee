/**
 * What somebody changes while a study runs: the edits as data, and the guards that refuse one before it changes anything (I7).
 *
 * An edit is logged when it is accepted and takes effect once. With order `completion` that is at once. With order `trial` it is right
 * before trial `at` is opened, so that two runs with the same edits are equal; what cannot wait for that, or changes nothing that
 * a suggestion could see (a note, a trial cancelled, anything `now`), acts at once. What a worker has to check waits for its word.
 *
 * What others changed meanwhile may have made an edit impossible by the time it is due, and a study may end before: then it is
 * refused after all, in words, and has changed nothing.
 */
import { StudyDefinitionError, TrialFailedError } from '../errors.ts';
import { decisionFault } from '../evaluation/phase.ts';
import type { Params, Space } from '../space/space.ts';
import type { EnqueuedTrial, StudyDefinition } from '../study.ts';
import { show } from '../wording/json.ts';
import { noteFault, tagFault } from './annotations.ts';
import { budgetFault, type BudgetChange } from './budget.ts';
import { isWhole, shapeFault } from './edit-shape.ts';
import { readImported, readTold, type ForeignResult } from './given.ts';
import { nextToOpen, waitingEdits, type Ledger } from './ledger.ts';
import { againFault, enqueueFault, retryFault } from './queue.ts';
import { samplerFault, spaceFault } from './space-edit.ts';
import { verdictFault } from './verdicts.ts';

export type Edit =
  /** No trial starts; those in flight finish, or with `now` end with their checkpoints and go on from there afterwards. */
  | { readonly kind: 'pause'; readonly now: boolean }
  | { readonly kind: 'resume' }
  | { readonly kind: 'stop'; readonly now: boolean }
  | { readonly kind: 'budget'; readonly stop: BudgetChange }
  | { readonly kind: 'parallel'; readonly parallel: number }
  | { readonly kind: 'enqueue'; readonly trials: readonly EnqueuedTrial[] }
  /** A failed trial's parameters once more, as a new trial, the next one to be tried. */
  | { readonly kind: 'retry'; readonly number: number }
  /** A result from outside, of a point that this study did not ask for; it does not count against the budget. */
  | { readonly kind: 'tell'; readonly params: Params; readonly result: unknown }
  /** Trials of elsewhere for the samplers to learn from: neither in the budget nor the best. */
  | { readonly kind: 'import'; readonly trials: readonly ForeignResult[] }
  /** Ends an open trial as failed; `fail` counts against maxFailures, `cancel` does not. */
  | { readonly kind: 'cancel' | 'fail'; readonly number: number }
  | { readonly kind: 'sampler'; readonly sampler: StudyDefinition['sampler'] }
  /** The whole new space, its version one more; `was`: what parameters that are new were worth in the trials so far. */
  | { readonly kind: 'space'; readonly space: Space; readonly was: Params }
  /** A person's word on a promotion that waits for it. */
  | { readonly kind: 'approve' | 'reject' }
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
export interface LoggedEdit extends Omit<EditRequest, 'edit' | 'at'> {
  edit: Edit;
  /** order `trial`: absent where it acts at once. */
  at?: number;
  /** When it was accepted, milliseconds since 1970. */
  readonly time: number;
  /**
   * Position of the event log where it took effect; what no suggestion can see (note, tag, cancel, fail, what acts on a pause at
   * once) has that of the event before. Absent while it waits, and for ever where it was refused.
   */
  seq?: number;
  /** Why it was refused after all. */
  refused?: string;
  /** A worker still has to say whether the samplers can serve it; `again`: and what it was asked is outdated. */
  checking?: true | 'again';
  /** retry: the failed trial as it was when the edit was accepted. */
  readonly retried?: EnqueuedTrial;
  /** import: how many rows it made; they have its `seq` as their asOf, and the entry itself keeps none of them. */
  imported?: number;
}

/** What a study takes while it ends, too. */
const LATE: ReadonlySet<Edit['kind']> = new Set(['note', 'tag', 'approve', 'reject']);
const MAX_EDITS = 1000;
/** All of them as JSON: the log crosses continue-as-new in one message. */
const MAX_LOG_CHARACTERS = 400_000;

/** Whether this edit was accepted before. */
export function isKnown({ state }: Ledger, requestId: string): boolean {
  return state.edits.some((edit) => edit.requestId === requestId);
}

/** Why an edit is refused, in words; undefined if it is not. */
export function editFault(ledger: Ledger, request: EditRequest): string | undefined {
  const shape = shapeFault(request);
  if (shape !== undefined) return shape;
  if (isKnown(ledger, request.requestId)) return undefined;
  const { edit, at } = request;
  return (
    limitFault(ledger, request) ??
    endFault(ledger, edit) ??
    atFault(ledger, edit.kind, at) ??
    inWords(edit.kind, () => waitingFault(ledger, edit, at) ?? faultOf(ledger, edit))
  );
}

/** Why an accepted edit cannot take effect as things stand now, in words; undefined if it can. */
export function lateFault(ledger: Ledger, { edit, retried }: LoggedEdit): string | undefined {
  return inWords(edit.kind, () => (edit.kind === 'retry' ? againFault(ledger, retried!) : faultOf(ledger, edit)));
}

/** Whether the study is paused, by the log, once what waits for trials up to `at` has taken effect. */
export function willBePaused(ledger: Ledger, at: number = nextToOpen(ledger)): boolean {
  const last = waitingEdits(ledger)
    .filter((entry) => (entry.at ?? Infinity) <= at && isPauseOrResume(entry))
    .sort((a, b) => a.at! - b.at!)
    .at(-1);
  return last ? last.edit.kind === 'pause' : ledger.state.paused;
}

function isPauseOrResume({ edit }: LoggedEdit): boolean {
  return edit.kind === 'pause' || edit.kind === 'resume';
}

function limitFault({ state }: Ledger, request: EditRequest): string | undefined {
  const { kind } = request.edit;
  if (state.edits.length >= MAX_EDITS)
    return `${kind}: the study has had ${MAX_EDITS} edits, which is the most it keeps; fork it to go on`;
  const characters = JSON.stringify(state.edits).length + JSON.stringify(request).length;
  if (characters <= MAX_LOG_CHARACTERS) return undefined;
  return `${kind}: with it the study's edits would take ${characters} characters as JSON, expected at most ${MAX_LOG_CHARACTERS}; send less, or fork it to go on`;
}

function endFault({ state: { stopped } }: Ledger, edit: Edit): string | undefined {
  if (!stopped || LATE.has(edit.kind) || (edit.kind === 'stop' && edit.now)) return undefined;
  return `${edit.kind}: the study is ending (${stopped.reason}); continue it once it has closed`;
}

function atFault(ledger: Ledger, kind: string, at: number | undefined): string | undefined {
  if (at === undefined) return undefined;
  if (ledger.definition.order !== 'trial')
    return `${kind}: at ${show(at)} is for studies with order: trial, this one has order: completion; leave it out`;
  if (!isWhole(at, 0, 0xffffffff)) return `${kind}: at is ${show(at)}, expected the number of a trial`;
  const next = nextToOpen(ledger);
  return at < next ? `${kind}: at is ${at}, but that trial was opened already; expected ${next} or later` : undefined;
}

/** What depends on the edits that wait. */
function waitingFault(ledger: Ledger, edit: Edit, at: number | undefined): string | undefined {
  const { state } = ledger;
  switch (edit.kind) {
    case 'pause':
      if (typeof edit.now !== 'boolean') return undefined;
      return state.frozen || (!edit.now && willBePaused(ledger, at)) ? 'pause: the study is paused already' : undefined;
    case 'resume':
      return state.frozen || willBePaused(ledger, at) ? undefined : 'resume: the study is not paused';
    case 'space':
      return waitingEdits(ledger).some((entry) => entry.edit.kind === 'space')
        ? 'space: another change of the space waits to take effect; send this one afterwards'
        : undefined;
    default:
      return undefined;
  }
}

/** @throws StudyDefinitionError, TrialFailedError as what reads points, spaces and results does */
function faultOf(ledger: Ledger, edit: Edit): string | undefined {
  const { definition, state } = ledger;
  switch (edit.kind) {
    case 'resume':
      return undefined;
    case 'pause':
    case 'stop':
      return typeof edit.now === 'boolean'
        ? undefined
        : `${edit.kind}: now is ${show(edit.now)}, expected true or false`;
    case 'budget':
      return budgetFault(definition, edit.stop);
    case 'parallel':
      return isWhole(edit.parallel, 1, 1000)
        ? undefined
        : `parallel: got ${show(edit.parallel)}, expected a whole number from 1 to 1000`;
    case 'enqueue':
      return enqueueFault(ledger, edit.trials);
    case 'retry':
      return retryFault(ledger, edit.number);
    case 'tell':
      return void readTold(definition, edit.params, edit.result);
    case 'import':
      return void readImported(definition, edit.trials);
    case 'cancel':
    case 'fail':
      return verdictFault(ledger, edit.kind, edit.number);
    case 'sampler':
      return samplerFault(definition, edit.sampler);
    case 'space':
      return spaceFault(ledger, edit.space, edit.was);
    case 'approve':
    case 'reject':
      return decisionFault(state.evaluation, edit.kind);
    case 'note':
      return noteFault(state.next, edit.text, edit.number);
    case 'tag':
      return tagFault(state.tags, edit.tags);
  }
}

/** What cannot be read is refused too: an edit that threw when it takes effect would hold the study up for ever. */
function inWords(kind: string, fault: () => string | undefined): string | undefined {
  try {
    return fault();
  } catch (error) {
    if (error instanceof StudyDefinitionError || error instanceof TrialFailedError) return `${kind}: ${error.message}`;
    return `${kind}: it cannot be read (${String(error)})`;
  }
}
