/** Trials of another study or of a file: what a study starts from, and what an open one takes in. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StudyDefinitionError } from '../study/errors.ts';
import {
  fitTrials,
  foreignResult,
  importedTrial,
  theirDefinition,
  trialsOfStudy,
  type Fitting,
} from '../study/exchange/warm-start.ts';
import { readTrials } from '../study/exchange/formats.ts';
import type { MappedTrial } from '../study/exchange/map-trials.ts';
import { beginWith } from '../study/ledger/begin.ts';
import { decodeRows } from '../study/ledger/blocks.ts';
import type { ForeignResult } from '../study/ledger/given.ts';
import type { StudyDefinition, TrialFormat, WarmStart } from '../study/study.ts';
import { beginFrom, type Begin } from './begin.ts';
import { patiently } from './history.ts';
import { recordedStudy } from './record.ts';
import type { StudyHandle } from './study-handle.ts';

/** What a study with a warm start begins with, and in words what that is. @throws StudyDefinitionError */
export async function warmBegin(
  artifacts: string,
  definition: StudyDefinition,
  warmStart: WarmStart,
  study: (name: string) => StudyHandle,
): Promise<{ readonly begin: Begin; readonly words: string }> {
  const theirs = theirDefinition(definition, warmStart.values);
  const trials =
    'study' in warmStart
      ? trialsOfStudy(await sourceOf(study(warmStart.study)), theirs)
      : readTrials(await textOf(warmStart.file), warmStart.format, theirs, warmStart.map);
  const source = 'study' in warmStart ? `study '${warmStart.study}'` : warmStart.file;
  const { fitted, words } = fitTrials(trials, definition, warmStart, source);
  const taken = 'study' in warmStart ? fitted : ofFile(warmStart.file, fitted);
  const { carried, rows } = beginWith(definition, { imported: taken.map(importedTrial) }, Date.now());
  const begin = await beginFrom(artifacts, definition, { state: carried.ledger, rows: decodeRows(rows) });
  return { begin, words };
}

async function sourceOf(study: StudyHandle) {
  const { definition, log, rows } = await recordedStudy(study);
  return { definition, epochs: log.epochs, rows };
}

/** Each says which file it comes from: samplers judge sources one by one. */
function ofFile(file: string, trials: readonly MappedTrial[]): MappedTrial[] {
  return trials.map((trial) => ({ ...trial, from: [basename(file), trial.from].join(' ').trimEnd() }));
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: Error) => {
    throw new StudyDefinitionError(`cannot read ${file}: ${cause.message}; expected a file of trials`, { cause });
  });
}

export interface ImportOptions extends Fitting {
  readonly who?: string;
  readonly why?: string;
}

export interface Imported {
  /** Trials of the file that were sent, now or before. */
  readonly trials: number;
  /** Trials of these that were in the study already. */
  readonly known: number;
  /** What fits and what does not, in words. */
  readonly words: string;
}

/** What TuningClient.importTrials does. */
export async function importTrials(
  study: StudyHandle,
  file: string,
  format: TrialFormat,
  { who, why, ...fitting }: ImportOptions,
): Promise<Imported> {
  if ((await study.found()).kind === 'closed')
    throw new StudyDefinitionError(
      `study '${study.name}' has closed: continue it and import then, or start a new one with warmStart`,
    );
  const { definition } = await study.edits();
  const theirs = theirDefinition(definition, fitting.values);
  const trials = readTrials(await textOf(file), format, theirs, fitting.map);
  const { fitted, words } = fitTrials(trials, definition, fitting, file);
  let known = 0;
  for (const part of parts(ofFile(file, fitted), definition)) {
    const requestId = idOf(part);
    const before = (await study.edits()).edits.some((entry) => entry.requestId === requestId);
    if (before) known += part.length;
    else await study.edit({ kind: 'import', trials: part }, { requestId, ...(who && { who }), why: why ?? file });
    await takenIn(study, requestId);
  }
  return { trials: fitted.length, known, words };
}

/** Characters of JSON in one edit; an edit takes 200,000, and the edits that wait 400,000 together. */
const PART_CHARACTERS = 100_000;
const POLL_MS = 100;

function parts(trials: readonly MappedTrial[], definition: StudyDefinition): ForeignResult[][] {
  const all: ForeignResult[][] = [];
  let left = 0;
  for (const trial of trials) {
    const result = foreignResult(trial, definition);
    const { length } = JSON.stringify(result);
    if (length > left) {
      all.push([]);
      left = PART_CHARACTERS;
    }
    all.at(-1)!.push(result);
    left -= length;
  }
  return all;
}

/** What is sent twice is one edit, whatever its file is called. */
function idOf(part: readonly ForeignResult[]): string {
  const trials = part.map(({ from: _from, ...trial }) => trial);
  return `import ${createHash('sha256').update(JSON.stringify(trials)).digest('hex')}`;
}

/** Waits for an edit's turn: with order `trial` that comes when the next trial is opened. @throws StudyDefinitionError if it is refused then */
async function takenIn(study: StudyHandle, requestId: string): Promise<void> {
  for (;;) {
    const entry = (await patiently(() => study.edits()))?.edits.find((each) => each.requestId === requestId);
    if (entry?.refused !== undefined) throw new StudyDefinitionError(`import: ${entry.refused}`);
    if (entry?.seq !== undefined) return;
    await delay(POLL_MS);
  }
}
