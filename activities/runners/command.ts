/**
 * Trials that are commands: a program and its arguments, started without a shell. It reads the trial as one JSON object on stdin, or
 * its parameters from DTUNE_PARAMS, and gives its result as the last line of stdout or in the file DTUNE_RESULT; `dtune split`, run by
 * it, finds how to divide the rows in DTUNE_EVALUATION. Lines of `{"report": [step, value]}` and `{"checkpoint": "…"}` are live;
 * whatever else it prints is its own affair. `{"checkpoint": true}` has what it wrote to its checkpoint directory kept: once that is done
 * the directory is empty, and until then it writes nothing there. In a study with a pruner DTUNE_VERDICTS is the path of a named pipe: after
 * `{"report": [step, value], "wait": true}` a line comes of it, `{"verdict": "go on"}`, or `{"verdict": "prune"}` where the trial is to
 * end. A command that never asks, or never reads, is ended by SIGTERM like any other. In a study with `defineByRun: true` DTUNE_SUGGESTIONS
 * is the path of another: after `{"suggest": {"name": "lr", "float": [1e-5, 0.1], "scale": "log"}}` (a parameter as in a study file, and
 * its name) a line comes of it, `{"name": "lr", "value": 0.003}`, or `{"name": "lr", "ended": true}` where the trial is to end.
 */
import { mkdirSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TrialFailedError, TrialPrunedError } from '../../study/errors.ts';
import { isRecord, show } from '../../study/wording/json.ts';
import { readCheckpoint, readMeasurement, splitPredictions } from '../../study/trial/result.ts';
import type { TrialSpec } from '../../study/study.ts';
import { liveOf, parseObject } from './live-lines.ts';
import { signalGroup } from './process/process-group.ts';
import { workerFolder } from './process/reaper.ts';
import { MAX_PREDICTIONS_BYTES, MAX_RAW_BYTES, type Runner, type TrialEvents, type TrialFacts } from './runner.ts';
import { openNamedPipe, type NamedPipe } from './named-pipe.ts';
import { openVerdictPipe, type VerdictPipe } from './verdict-pipe.ts';
import { runProcess, type Ending } from './process/trial-process.ts';

type CommandSpec = Extract<TrialSpec, { readonly kind: 'command' }>;

let folders = 0;

/** Runs a command in its working directory; told to end, it gets SIGTERM, then SIGKILL, with everything it started. */
export const runCommand: Runner<CommandSpec> = async ({ command, cwd }, facts, events, limits) => {
  const folder = join(workerFolder(), String(folders++));
  mkdirSync(folder, { recursive: true });
  const resultFile = join(folder, 'result.json');
  const pipe = join(folder, 'verdicts');
  const verdicts = events.verdict && (await openVerdictPipe(pipe, events.verdict));
  const directory = events.directory?.();
  const answers = join(folder, 'suggestions');
  const suggestions = events.suggest && (await openNamedPipe(answers));
  const printed = createReader(events, verdicts, {
    checkpoint: (value) => takeCheckpoint(value, events, cwd, directory),
    suggest: (value) => suggest(value, events, suggestions),
  });
  try {
    const ending = await runProcess(
      {
        program: command[0] ?? '',
        args: command.slice(1),
        cwd,
        env: {
          DTUNE_PARAMS: JSON.stringify(facts.params),
          DTUNE_RESULT: resultFile,
          DTUNE_EVALUATION: evaluationText(facts),
          DTUNE_VERDICTS: verdicts && pipe,
          DTUNE_SUGGESTIONS: suggestions && answers,
          DTUNE_CHECKPOINT_DIRECTORY: directory,
        },
        ipc: false,
        begin: (child) => child.stdin!.end(JSON.stringify({ ...facts, checkpointDirectory: directory })),
        line: printed.take,
        tell: (_, group) => {
          verdicts?.end();
          signalGroup(group, 'SIGTERM');
        },
      },
      limits,
    );
    if (ending.code !== 0)
      throw new TrialFailedError(`'${command.join(' ')}' ended with ${ending.how}${because(ending)}`);
    const text = (await readResultFile(resultFile)) ?? printed.last();
    const result = text === undefined ? undefined : parseObject(text);
    checkSize(text ?? '', result);
    // a training may have nothing to say but its checkpoint
    if (result !== undefined || facts.stage === 'train') return result;
    throw new TrialFailedError(
      `'${command.join(' ')}' gave no result: expected {"value": number} as the last line of stdout or in the file DTUNE_RESULT; ` +
        `${text === undefined ? 'it wrote neither' : `there is ${show(text)}`}${because(ending)}`,
    );
  } finally {
    verdicts?.close();
    suggestions?.close();
    await rm(folder, { recursive: true, force: true });
  }
};

/** What `dtune split` reads, where the study says how to divide the rows. */
function evaluationText({ phase, evaluation }: TrialFacts): string | undefined {
  return evaluation ? JSON.stringify({ phase, evaluation }) : undefined;
}

/** Takes live lines out of a command's output and keeps its last other one. */
function createReader(
  events: TrialEvents,
  verdicts: VerdictPipe | undefined,
  take: Record<'checkpoint' | 'suggest', (value: unknown) => void | Promise<unknown>>,
): { take: (line: string) => void | Promise<unknown>; last: () => string | undefined } {
  let last: string | undefined;
  return {
    take(line) {
      if (line.trim() === '') return;
      const live = liveOf(line);
      if (live && 'report' in live) {
        const measurement = readMeasurement(live.report);
        events.report(measurement);
        if (readWait(live.wait)) verdicts?.wait(measurement[0]);
        return;
      }
      if (live && 'suggest' in live) return take.suggest(live.suggest);
      if (live) return take.checkpoint(live.checkpoint);
      // the result itself is not output
      if (last !== undefined) events.output(last);
      last = line;
    },
    last: () => last,
  };
}

/** Gives a parameter that the command asks for. @throws TrialFailedError where it cannot */
async function suggest(asked: unknown, events: TrialEvents, pipe: NamedPipe | undefined): Promise<void> {
  if (!isRecord(asked) || typeof asked['name'] !== 'string')
    throw new TrialFailedError(
      `suggest is ${show(asked)}: expected a name and a parameter, { "name": "lr", "float": [0, 1] } say`,
    );
  const { name, ...parameter } = asked as { readonly name: string };
  if (!events.suggest)
    throw new TrialFailedError(
      `${name}: trials of this study ask for no parameters, expected defineByRun: true in its definition`,
    );
  if (!pipe)
    throw new TrialFailedError(
      `${name}: this machine cannot make a named pipe (mkfifo), by which a command is told its value`,
    );
  try {
    pipe.write({ name, value: await events.suggest(name, parameter as never) });
  } catch (error) {
    if (!(error instanceof TrialPrunedError)) throw error;
    pipe.write({ name, ended: true });
  }
}

function readWait(value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value === true;
  throw new TrialFailedError(
    `wait beside a report is ${show(value)}: expected true, to wait for its verdict, or false`,
  );
}

function takeCheckpoint(
  value: unknown,
  events: TrialEvents,
  cwd: string,
  directory: string | undefined,
): void | Promise<unknown> {
  if (isRecord(value) && typeof value['directory'] === 'string' && Object.keys(value).length === 1)
    return events.checkpoint({ directory: resolve(cwd, value['directory']) });
  if (value !== true) return void events.checkpoint(readCheckpoint(value));
  if (directory === undefined)
    throw new TrialFailedError(
      'the checkpoint is true, but this worker has no artifact store to keep a directory in: expected one started with a place for ' +
        'artifacts; or give the path of a file as a string',
    );
  const kept = events.checkpoint({ directory });
  return kept && kept.then(() => empty(directory));
}

async function empty(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  await Promise.all(names.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}

async function readResultFile(path: string): Promise<string | undefined> {
  const size = await stat(path).then(
    (file) => (file.isFile() ? file.size : 0),
    () => 0,
  );
  if (size > MAX_RAW_BYTES + MAX_PREDICTIONS_BYTES) throw tooLarge(size, MAX_RAW_BYTES + MAX_PREDICTIONS_BYTES);
  const text = size > 0 ? await readFile(path, 'utf8') : '';
  return text.trim() === '' ? undefined : text;
}

/** @throws TrialFailedError where more than MAX_RAW_BYTES are no predictions */
function checkSize(text: string, result: unknown): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_RAW_BYTES) return;
  const { rest, inline } = splitPredictions(result);
  if (!inline) throw tooLarge(bytes, MAX_RAW_BYTES);
  const more = Buffer.byteLength(JSON.stringify(rest));
  if (more > MAX_RAW_BYTES) throw tooLarge(more, MAX_RAW_BYTES, ' beside its predictions');
}

function tooLarge(bytes: number, most: number, beside = ''): TrialFailedError {
  return new TrialFailedError(`the file DTUNE_RESULT has ${bytes} bytes${beside}: expected at most ${most}`);
}

function because({ how, stderr }: Ending): string {
  const memory = how === 'signal SIGKILL' ? ' (out of memory, perhaps)' : '';
  return stderr === '' ? memory : `${memory}; stderr ends with:\n${stderr}`;
}
