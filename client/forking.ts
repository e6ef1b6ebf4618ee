/** Studies that begin where others were: forks of one as it stood, and a closed one that goes on under its own name. */
import { randomUUID } from 'node:crypto';
import type { StudyStatus } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { changedTags } from '../study/ledger/annotations.ts';
import { budgetFault, changedStop, STOP_RULES, type BudgetChange } from '../study/ledger/budget.ts';
import type { Edit } from '../study/ledger/edits.ts';
import { rewind, type Rewound } from '../study/ledger/rewind.ts';
import type { StopRules, StudyDefinition } from '../study/study.ts';
import { formatDuration } from '../study/wording/duration.ts';
import {
  generationStart,
  refuseTidying,
  rewindable,
  withGenerations,
  type GenerationChange,
} from './population-branches.ts';
import type { RecordedStudy } from './record.ts';

export interface ForkOptions {
  /** How many trials the fork shares with the study, from 0; or `generation`. */
  readonly at?: number;
  /** Of a population: how many generations it shares. */
  readonly generation?: number;
  /** Of a population: how many generations there are to be in all, by how many there are. */
  readonly generations?: GenerationChange;
  /** Its name; the study's, '-fork-' and `at`. */
  readonly name?: string;
  /** What suggests from there on; with order `trial` and several in flight, after those that were open then. */
  readonly sampler?: StudyDefinition['sampler'];
  /** Stopping rules that differ, by those that held there. */
  readonly stop?: (now: StopRules) => BudgetChange;
  readonly who?: string;
  readonly why?: string;
}

export interface ContinueOptions {
  /** Stopping rules that differ, by those that hold; none are needed where a person stopped it. */
  readonly stop?: (now: StopRules) => BudgetChange;
  /** Of a population: how many generations there are to be in all, by how many there are. */
  readonly generations?: GenerationChange;
  readonly who?: string;
  readonly why?: string;
}

/** A study that is to be started, and with what. */
export interface Branch {
  readonly definition: StudyDefinition;
  readonly past: Rewound;
}

/** @throws StudyDefinitionError where there is no such point, or nothing would be left to do */
export function forkOf(source: RecordedStudy, options: ForkOptions): Branch {
  const { rows, log, isOpen, status } = source;
  const { name, sampler, stop, generations, who, why } = options;
  const study = `study '${source.definition.name}'`;
  rewindable(source.definition);
  if (isOpen) refuseTidying(source.definition);
  const at = options.at ?? generationStart(source.definition, rows, options.generation ?? 0);
  if (!Number.isInteger(at) || at < 0 || at > rows.length)
    throw new StudyDefinitionError(
      `${study} has ${rows.length} trials, so it cannot be forked at ${at}; expected a whole number from 0 to ${rows.length}`,
    );
  const open = rows.find(({ number, closed }) => number < at && closed === undefined);
  if (isOpen && open)
    throw new StudyDefinitionError(
      `trial ${open.number} of ${study} is ${open.state}, so it cannot be forked at ${at} yet; fork it at ${open.number}, or wait`,
    );
  const definition = generations
    ? withGenerations(source.definition, rows.slice(0, at), generations)
    : source.definition;
  const scheduling = rewindable(definition);
  const change = stop?.(rewind(definition, rows, log, at).state.stop) ?? {};
  const rules = stopOf(definition, change);
  const past = rewind(definition, rows, log, at, {
    stop: change,
    now: Date.now(),
    ...(scheduling && { scheduling }),
  });
  addLooks(past, status);
  const entry = { who, why: why ?? `fork of ${study} at trial ${at}` };
  enter(past, { kind: 'tag', tags: { 'forked-from': `${definition.name}@${at}` } }, entry);
  if (sampler) enter(past, { kind: 'sampler', sampler }, entry);
  refuseEnded(past, `a fork of ${study} at ${at}`);
  return { definition: { ...definition, name: name ?? `${definition.name}-fork-${at}`, stop: rules }, past };
}

/** @throws StudyDefinitionError where it is open, or would end at once */
export function continuationOf(source: RecordedStudy, { stop, generations, who, why }: ContinueOptions): Branch {
  const { rows, log, isOpen, status } = source;
  const study = `study '${source.definition.name}'`;
  rewindable(source.definition);
  if (isOpen)
    throw new StudyDefinitionError(
      `${study} is still running: change its budget, or stop it first and continue it then`,
    );
  const definition = generations ? withGenerations(source.definition, rows, generations) : source.definition;
  const scheduling = rewindable(definition);
  const { stop: now } = rewind(definition, rows, log, rows.length).state;
  const change = stop?.(now) ?? {};
  const rules = stopOf(definition, change);
  const past = rewind(definition, rows, log, rows.length, {
    stop: change,
    now: Date.now(),
    ...(scheduling && { scheduling }),
  });
  past.state.paused = false;
  addLooks(past, status);
  const changes = STOP_RULES.filter((rule) => rule in change).map(
    (rule) => `${rule} ${now[rule] ?? 'none'} -> ${change[rule] ?? 'none'}`,
  );
  const { generations: before } = source.definition.scheduler?.options ?? {};
  const { generations: after } = definition.scheduler?.options ?? {};
  if (after !== before) changes.push(`generations ${before ?? 'by default'} -> ${after}`);
  const text = [`continued after ${rows.length} trials`, ...changes].join(', ');
  enter(past, { kind: 'note', text }, { who, why });
  refuseEnded(past, study);
  return { definition: { ...definition, stop: rules }, past };
}

/** Whoever saw a verdict and goes on looks at the same test data once more. */
function addLooks({ state }: Rewound, { evaluation }: StudyStatus): void {
  if (evaluation?.judgement) state.looks = evaluation.look;
}

function stopOf(definition: StudyDefinition, change: BudgetChange): StopRules {
  const fault = Object.keys(change).length === 0 ? undefined : budgetFault(definition, change);
  if (fault !== undefined) throw new StudyDefinitionError(fault);
  return changedStop(definition.stop, change);
}

/** Logs a change as in force from here on. */
function enter(
  { state }: Rewound,
  edit: Edit,
  { who, why }: { readonly who?: string | undefined; readonly why?: string | undefined },
): void {
  if (edit.kind === 'tag') state.tags = changedTags(state.tags, edit.tags);
  if (edit.kind === 'sampler') {
    state.seq++;
    state.epochs.push({ ...state.epochs.at(-1)!, seq: state.seq, sampler: edit.sampler, was: {} });
  }
  state.edits.push({
    requestId: randomUUID(),
    ...(who !== undefined && { who }),
    ...(why !== undefined && { why }),
    edit,
    time: Date.now(),
    // a note or a tag has no position of its own
    seq: state.seq,
  });
}

function refuseEnded({ state }: Rewound, study: string): void {
  const { stopped, stop, startedAt } = state;
  const used = stop.timeMs !== undefined && Date.now() - startedAt >= stop.timeMs;
  const reason = stopped?.reason ?? (used ? `the time limit of ${formatDuration(stop.timeMs)} is used up` : undefined);
  if (reason !== undefined)
    throw new StudyDefinitionError(`${study} would end at once: ${reason}; give it more than that`);
}
