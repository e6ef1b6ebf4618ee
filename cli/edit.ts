/** What all commands that edit a study have in common: who, why and when, and the log's entry as they print it. */
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { wholeNumber } from './numbers.ts';
import type { EditOptions } from '../client/study-editor.ts';
import type { StudyHandle } from '../client/study-handle.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { withClient, withPlace, type PlaceOptions } from './place.ts';
import { entryText } from './log.ts';
import { printJson } from './output.ts';

export interface EditFlags extends PlaceOptions {
  readonly who: string;
  readonly why?: string;
  readonly at?: number;
  readonly json?: boolean;
}

/** How long a study may take to answer before a word is said about it, milliseconds. */
const PATIENCE_MS = 5000;

export function withEdit(command: Command): Command {
  return withPlace(command)
    .option('--why <text>', 'the reason, for the log')
    .option('--who <name>', 'who does it, for the log', userInfo().username)
    .option('--json', "print the log's entry as one line of JSON");
}

/** For what takes effect at a trial number. */
export function withAt(command: Command): Command {
  return withEdit(command).option(
    '--at <trial>',
    'with order: trial, the first trial that sees it (default: the next to be opened)',
    wholeNumber,
  );
}

/** Edits a study, and prints what came of it. */
export async function editStudy(
  flags: EditFlags,
  study: string,
  change: (handle: StudyHandle, options: EditOptions) => Promise<unknown>,
): Promise<void> {
  await withClient(flags, async (client) => {
    const handle = client.study(study);
    const options = editOptions(flags);
    await waiting(change(handle, options));
    const { edits } = await handle.edits();
    const entry = edits.find(({ requestId }) => requestId === options.requestId)!;
    if (flags.json) printJson(entry);
    else process.stdout.write(`${entryText(entry)}\n`);
  });
}

/** With an id of its own: what is repeated happens once. */
export function editOptions({ who, why, at }: EditFlags): EditOptions & { readonly requestId: string } {
  return { requestId: randomUUID(), who, ...(why !== undefined && { why }), ...(at !== undefined && { at }) };
}

/** @throws StudyDefinitionError where what acts at once is given a trial number to wait for */
export function refuseLater({ at, now }: EditFlags & { readonly now?: true }): void {
  if (now && at !== undefined)
    throw new StudyDefinitionError('--now acts at once, and --at later: leave one of them out');
}

/** Says so on stderr where the study takes long to answer. */
export async function waiting<Result>(answer: Promise<Result>): Promise<Result> {
  const note = 'waiting until a worker takes it in; dtune worker starts one, Ctrl-C gives up\n';
  const timer = setTimeout(() => process.stderr.write(note), PATIENCE_MS);
  return answer.finally(() => clearTimeout(timer));
}
