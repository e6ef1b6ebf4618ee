/**
 * Trials that are functions of a module: each attempt in a Node process of its own, which imports the module afresh. So training never
 * holds up heartbeats, and a crash is the trial's own failure. The process works in the module's directory.
 */
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { TrialFailedError, TrialPrunedError } from '../../study/errors.ts';
import type { ReportVerdict } from '../../study/scheduling.ts';
import type { Scalar } from '../../study/space/space.ts';
import type { ScalarSyntax } from '../../study/syntax/parameter.ts';
import type { Measurement } from '../../study/trial/trial.ts';
import { nodeArguments } from './process/node-program.ts';
import type { Runner, TrialFacts } from './runner.ts';
import { runProcess } from './process/trial-process.ts';

/** What the worker tells the process. */
export type HostOrder =
  | {
      readonly kind: 'start';
      readonly module: string;
      readonly function: string;
      readonly facts: TrialFacts;
      /** Whether the study has verdicts on what it reports. */
      readonly judged: boolean;
      /** Whether it may ask for parameters. */
      readonly defineByRun: boolean;
    }
  | { readonly kind: 'verdict'; readonly step: number; readonly verdict: ReportVerdict }
  /** A parameter that it asked for, or why there is none; `ended`: since the trial is to end. */
  | ({ readonly kind: 'suggested'; readonly id: number } & (
      | { readonly value: Scalar }
      | { readonly reason: string; readonly ended: boolean }
    ))
  | { readonly kind: 'abort' }
  /** What became of a directory: its URI, nothing where the store has failed, or why it cannot be kept. */
  | { readonly kind: 'kept'; readonly id: number; readonly uri?: string; readonly reason?: string };

/** What the process tells the worker; values in it are checked. */
export type HostMessage =
  | { readonly kind: 'report'; readonly measurement: Measurement }
  /** It waits for the verdict on this step, which it has reported. */
  | { readonly kind: 'verdict'; readonly step: number }
  | { readonly kind: 'checkpoint'; readonly checkpoint: string }
  | { readonly kind: 'directory'; readonly id: number; readonly directory: string }
  | { readonly kind: 'suggest'; readonly id: number; readonly name: string; readonly parameter: ScalarSyntax }
  | { readonly kind: 'log'; readonly message: string }
  | { readonly kind: 'result'; readonly value: unknown }
  | { readonly kind: 'failure'; readonly reason: string };

/** Runs a function of a .js, .mjs or .ts module; told to end, its signal aborts, and after the grace it is killed. */
export const runFunctionProcess: Runner<{ readonly function: string; readonly module: string }> = async (
  spec,
  facts,
  events,
  limits,
) => {
  const { module, function: name } = spec;
  if (!existsSync(module))
    throw new TrialFailedError(`there is no file ${module} on this worker's machine: expected the module of '${name}'`);
  let answer: Extract<HostMessage, { kind: 'result' | 'failure' }> | undefined;
  const send = (child: ChildProcess, order: HostOrder): void => {
    // a process that has just ended cannot be told
    child.send(order, () => {});
  };
  const directory = events.directory?.();
  const known = directory === undefined ? facts : { ...facts, checkpointDirectory: directory };
  const keep = (child: ChildProcess, id: number, given: string): void => {
    const answer = (kept: { readonly uri?: string; readonly reason?: string }): void =>
      send(child, { kind: 'kept', id, ...kept });
    const kept = (async () => events.checkpoint({ directory: given }))();
    kept.then(
      (uri) => answer(uri === undefined ? {} : { uri }),
      (error: Error) => answer({ reason: error.message }),
    );
  };
  const suggest = (child: ChildProcess, { id, name: wanted, parameter }: HostMessage & { kind: 'suggest' }): void =>
    void events.suggest?.(wanted, parameter).then(
      (value) => send(child, { kind: 'suggested', id, value }),
      (error: Error) =>
        send(child, { kind: 'suggested', id, reason: error.message, ended: error instanceof TrialPrunedError }),
    );
  const { how, stderr } = await runProcess(
    {
      program: process.execPath,
      args: nodeArguments(import.meta.url, 'function-host', module),
      cwd: dirname(module),
      env: { DTUNE_PARAMS: JSON.stringify(facts.params) },
      ipc: true,
      begin: (child) =>
        send(child, {
          kind: 'start',
          module,
          function: name,
          facts: known,
          judged: events.verdict !== undefined,
          defineByRun: events.suggest !== undefined,
        }),
      line: events.output,
      message: (raw, child) => {
        // a module may send messages of its own, to whom it believes to be its parent
        const message = raw as HostMessage | null;
        if (message?.kind === 'report') events.report(message.measurement);
        else if (message?.kind === 'verdict') {
          const { step } = message;
          void events.verdict?.(step).then((verdict) => send(child, { kind: 'verdict', step, verdict }));
        } else if (message?.kind === 'checkpoint') void events.checkpoint(message.checkpoint);
        else if (message?.kind === 'directory') keep(child, message.id, message.directory);
        else if (message?.kind === 'suggest') suggest(child, message);
        else if (message?.kind === 'log') events.log(message.message);
        else if (message?.kind === 'result' || message?.kind === 'failure') answer ??= message;
      },
      tell: (child) => send(child, { kind: 'abort' }),
    },
    limits,
  );
  if (answer?.kind === 'result') return answer.value;
  if (answer) throw new TrialFailedError(answer.reason);
  throw new TrialFailedError(
    `the process of '${name}' ended with ${how}${how === 'signal SIGKILL' ? ' (out of memory, perhaps)' : ''} ` +
      `before it had a result${stderr === '' ? '' : `; stderr ends with:\n${stderr}`}`,
  );
};
