/**
 * Jobs of a scheduler that is spoken to by commands, without a shell. A job has a folder that workers and nodes share:
 *
 *   trial.json   the trial, as a command reads it on stdin     script   runs a command and writes how it ended into `exit`
 *   log, errors  what it prints                                result.json   what DTUNE_RESULT is the path of
 *   submitting   somebody was about to submit it               id   it was submitted
 *
 * Whoever finds `submitting` without `id` asks the scheduler for a job of its name; where that cannot be asked, nobody knows, and the
 * attempt has failed: so no attempt is submitted twice.
 */
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../../../artifacts/folder.ts';
import { TransientError, TrialFailedError } from '../../../../study/errors.ts';
import type { CommandJob } from '../../../../study/trial/remote.ts';
import { show } from '../../../../study/wording/json.ts';
import { LiveOutput, parseObject } from '../../live-lines.ts';
import { runProcess, type Ending } from '../../process/trial-process.ts';
import { UnreachableError } from '../persist.ts';
import type { Look, RemoteService } from '../run-remote.ts';
import type { JobRun } from './job-run.ts';

/** Longest run of one of the scheduler's commands, milliseconds. */
const COMMAND_MS = 60_000;
/** Read of a log at one look, bytes: the rest at the next. */
const MAX_CHUNK = 1024 * 1024;
/** Looks in a row that may say nothing of a job: it may be new, or its files may still be on their way. */
const MAX_SILENT = 3;
/** Kept of what a command prints, characters. */
const MAX_PRINTED = 64 * 1024;

/** Words of a scheduler that is away for a moment. */
const AWAY =
  /unable to contact|connection (refused|reset|timed out)|timed out|temporarily|try again|connect failure|not respond/i;

const SCRIPT = `#!/bin/sh
"$@"
code=$?
echo "$code" > "$DTUNE_EXIT.part" && mv "$DTUNE_EXIT.part" "$DTUNE_EXIT"
exit "$code"
`;

/** Its handle is the job's id. */
export function createCommandService(job: CommandJob, { facts, name }: JobRun): RemoteService {
  const folder = join(job.folder, name);
  const file = (of: string): string => join(folder, of);
  const known: Readonly<Record<string, string>> = {
    ...Object.fromEntries(['script', 'log', 'errors', 'exit'].map((each) => [each, file(each)])),
    name,
    folder,
    cwd: job.cwd,
    trial: file('trial.json'),
    result: file('result.json'),
  };
  const env = {
    DTUNE_TRIAL: known['trial'],
    DTUNE_PARAMS: JSON.stringify(facts.params),
    DTUNE_RESULT: known['result'],
    DTUNE_EXIT: known['exit'],
    DTUNE_EVALUATION: facts.evaluation
      ? JSON.stringify({ phase: facts.phase, evaluation: facts.evaluation })
      : undefined,
  };
  const call = (
    template: readonly string[],
    signal: AbortSignal,
    id = '',
    more: readonly string[] = [],
  ): Promise<Called> => run([...template.map((word) => filled(word, { ...known, id })), ...more], job.cwd, env, signal);
  const output = new LiveOutput();
  let read = 0;
  let partial = '';
  let silent = 0;

  const submitted = async (signal: AbortSignal): Promise<string | undefined> => {
    const written = await textOf(file('id'));
    if (written !== undefined && written.trim() !== '') return written.trim();
    if ((await textOf(file('submitting'))) === undefined) return undefined;
    if (!job.find)
      throw new TrialFailedError(
        `a worker died while it submitted ${name}, and nobody knows whether it did: expected find in the study, ` +
          'which asks the scheduler for jobs of a name',
      );
    const { stdout } = succeeded(await call(job.find, signal));
    const id = firstOf(job.id, stdout);
    if (id !== undefined) await writeWhole(file('id'), id);
    return id;
  };

  const readLog = async (): Promise<void> => {
    for (;;) {
      const chunk = await chunkOf(file('log'), read);
      read += Buffer.byteLength(chunk, 'latin1');
      const lines = (partial + chunk).split('\n');
      partial = lines.pop()!;
      for (const line of lines) output.take(Buffer.from(line, 'latin1').toString('utf8'));
      if (chunk.length < MAX_CHUNK) return;
    }
  };

  /** What it has left behind as its result. */
  const result = async (): Promise<unknown> => {
    if (partial.trim() !== '') output.take(Buffer.from(partial, 'latin1').toString('utf8'));
    partial = '';
    const text = (await textOf(file('result.json'))) ?? output.last;
    return text === undefined ? undefined : parseObject(text);
  };

  const look = async (id: string, signal: AbortSignal): Promise<Look> => {
    const exitCode = async (): Promise<string | undefined> => (await textOf(file('exit')))?.trim() || undefined;
    let code = await exitCode();
    const state = code === undefined ? await stateOf(id, signal) : undefined;
    // the scheduler may know of an end that was not there a moment before
    if (state !== 'running') code ??= await exitCode();
    await readLog();
    const told = { reports: output.takeReports(), checkpoint: output.checkpoint };
    const ended = code === undefined ? state === 'done' : code === '0';
    const found = ended ? await result() : undefined;
    if (found !== undefined) return { state: 'done', result: found, ...told };
    const isLate = code === undefined && state === 'done' && ++silent < MAX_SILENT;
    if (isLate || (code === undefined && state === 'running')) return { state: 'running', ...told };
    const why = ended
      ? `the job ${id} gave no result: expected {"value": number} as the last line of ${file('log')} or in ${file('result.json')}`
      : `the job ${id} ${code === undefined ? `is ${state}` : `ended with exit code ${code}`}`;
    return { state: 'failed', reason: `${why}${await because(file('errors'))}`, ...told };
  };

  /** 'running', 'done', or the scheduler's own word for what has failed. */
  const stateOf = async (id: string, signal: AbortSignal): Promise<string> => {
    const called = await call(job.status, signal, id);
    const state = called.code === 0 ? firstOf(job.state, called.stdout)?.toLowerCase() : undefined;
    if (state === undefined) {
      return ++silent < MAX_SILENT ? 'running' : `unknown (${saidOf(called)})`;
    }
    if (job.done.includes(state)) return 'done';
    silent = 0;
    return job.failed.includes(state) ? state : 'running';
  };

  return {
    async begin(_again, _stop, last) {
      await mkdir(folder, { recursive: true }).catch(({ message }: Error) => {
        throw new UnreachableError(`cannot make the folder ${folder}: ${message}`);
      });
      const before = await submitted(last);
      if (before !== undefined) return { handle: before };
      await writeWhole(file('trial.json'), JSON.stringify(facts));
      await writeWhole(file('script'), SCRIPT);
      await writeWhole(file('submitting'), name);
      const called = await call(job.submit, last, '', job.command);
      const { stdout, stderr } = succeeded(called);
      const id = firstOf(job.id, stdout) ?? (job.logsId ? firstOf(job.id, stderr) : undefined);
      if (id === undefined)
        throw new TrialFailedError(
          `'${called.what}' printed ${show(job.logsId ? stdout + stderr : stdout)}: expected the job's id, /${job.id}/`,
        );
      await writeWhole(file('id'), id);
      return { handle: id };
    },
    look,
    async cancel(handle, signal) {
      const id = handle ?? (await submitted(signal));
      if (id === undefined) return;
      await call(job.cancel, signal, id);
    },
  };
}

interface Called extends Ending {
  readonly what: string;
  readonly stdout: string;
}

async function run(
  command: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Called> {
  const what = command.join(' ');
  let stdout = '';
  const limit = AbortSignal.timeout(COMMAND_MS);
  const ending = await runProcess(
    {
      program: command[0]!,
      args: command.slice(1),
      cwd,
      env,
      leaves: true,
      ipc: false,
      begin: (child) => child.stdin!.end(),
      line: (line) => void (stdout.length < MAX_PRINTED && (stdout += `${line}\n`)),
      tell: (child) => void child.kill('SIGTERM'),
    },
    { signal: AbortSignal.any([signal, limit]), graceMs: 1000 },
  ).catch((error: unknown) => {
    throw error instanceof TransientError ? new UnreachableError(error.message) : error;
  });
  signal.throwIfAborted();
  if (limit.aborted) throw new UnreachableError(`'${what}' has not ended within ${COMMAND_MS} ms`);
  const called = { ...ending, what, stdout };
  if (called.code !== 0 && AWAY.test(called.stderr)) throw new UnreachableError(saidOf(called));
  return called;
}

function succeeded(called: Called): Called {
  if (called.code === 0) return called;
  throw new TrialFailedError(saidOf(called));
}

function saidOf({ what, how, stderr }: Called): string {
  return `'${what}' ended with ${how}${stderr === '' ? '' : `: ${stderr}`}`;
}

/** A word of a template: what stands in braces is replaced where it is known, the rest stays. */
function filled(word: string, known: Readonly<Record<string, string>>): string {
  return word.replace(/\{(\w+)\}/g, (whole, key: string) => (Object.hasOwn(known, key) ? known[key]! : whole));
}

function firstOf(pattern: string, text: string): string | undefined {
  const [whole, group] = new RegExp(pattern, 'm').exec(text) ?? [];
  const found = (group ?? whole)?.trim();
  return found === '' ? undefined : found;
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new UnreachableError(`cannot read ${path}: ${error.message}`);
  });
}

/** As latin1: a character may be cut in two. */
async function chunkOf(path: string, from: number): Promise<string> {
  const log = await open(path).catch(() => undefined);
  if (!log) return '';
  try {
    const { buffer, bytesRead } = await log.read(Buffer.alloc(MAX_CHUNK), 0, MAX_CHUNK, from);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await log.close();
  }
}

async function because(path: string): Promise<string> {
  const text = (await textOf(path))?.trim().slice(-2000);
  return text === undefined || text === '' ? '' : `; it ends with:\n${text}`;
}
