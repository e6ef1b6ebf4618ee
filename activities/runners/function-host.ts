/** The process of one function trial: imports the module, calls the function, tells the worker what comes of it, and ends. */
import { pathToFileURL } from 'node:url';
import { serialize } from 'node:v8';
import { TrialFailedError, TrialPrunedError } from '../../study/errors.ts';
import type { ReportVerdict } from '../../study/scheduling.ts';
import type { Scalar } from '../../study/space/space.ts';
import type { ScalarSyntax } from '../../study/syntax/parameter.ts';
import { splitPredictions } from '../../study/trial/result.ts';
import { show } from '../../study/wording/json.ts';
import { nearest } from '../../study/wording/nearest.ts';
import type { HostMessage, HostOrder } from './function-process.ts';
import { MAX_PREDICTIONS_BYTES, MAX_RAW_BYTES } from './runner.ts';
import { createSplit } from './splitting.ts';
import { describeThrown } from './thrown.ts';
import { createTrialContext, type TrialFunction } from './trial-context.ts';

/** Longest message and longest reason that cross to the worker, characters. */
const MAX_TEXT = 10_000;

const abort = new AbortController();
let called = '';

process.on('message', (order: HostOrder) => {
  if (order.kind === 'abort') abort.abort();
  else if (order.kind === 'verdict') takeVerdict(order);
  else if (order.kind === 'kept') takeKept(order);
  else if (order.kind === 'suggested') takeSuggested(order);
  else void run(order);
});
// the worker is gone: so is everything that was started here, since this process leads its group
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
process.on('uncaughtException', (thrown) => void finish({ kind: 'failure', reason: describeThrown(thrown) }));
process.on('beforeExit', () => {
  const reason = `'${called}' cannot go on: it waits for a promise that nothing is left to resolve`;
  void finish({ kind: 'failure', reason });
});

async function run({
  module,
  function: name,
  facts,
  judged,
  defineByRun,
}: Extract<HostOrder, { kind: 'start' }>): Promise<void> {
  called = name;
  // the channel alone does not keep a function alive that waits for nothing
  process.channel!.unref();
  try {
    const splits = facts.evaluation ? await import('../../evaluation/splits/trial-splits.ts') : undefined;
    const train = await load(module, name);
    const value = await train(
      createTrialContext(
        facts,
        {
          report: (measurement) => void send({ kind: 'report', measurement }),
          ...(judged && { verdict: askVerdict }),
          ...(defineByRun && { suggest: askParameter }),
          checkpoint: (given) =>
            typeof given === 'string' ? void send({ kind: 'checkpoint', checkpoint: given }) : keep(given.directory),
          ...(facts.checkpointDirectory !== undefined && { directory: () => facts.checkpointDirectory! }),
          log: (message) => void send({ kind: 'log', message: message.slice(0, MAX_TEXT) }),
          output: () => {},
        },
        abort.signal,
        createSplit(facts, splits?.splitsOf),
      ),
    );
    await finish({ kind: 'result', value: checkSize(value, name) });
  } catch (thrown) {
    await finish({ kind: 'failure', reason: describeThrown(thrown) });
  }
}

const keeping = new Map<number, { resolve: (uri: string | undefined) => void; reject: (error: Error) => void }>();
let asked = 0;

/** Has the worker keep a directory. */
function keep(directory: string): Promise<string | undefined> {
  const id = asked++;
  return new Promise((resolve, reject) => {
    keeping.set(id, { resolve, reject });
    // now the channel is what the function waits for
    process.channel!.ref();
    void send({ kind: 'directory', id, directory });
  });
}

function takeKept({ id, uri, reason }: Extract<HostOrder, { kind: 'kept' }>): void {
  const { resolve, reject } = keeping.get(id)!;
  keeping.delete(id);
  rest();
  if (reason === undefined) resolve(uri);
  else reject(new TrialFailedError(reason));
}

async function load(module: string, name: string): Promise<TrialFunction> {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = (await import(pathToFileURL(module).href)) as typeof exported;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return printUncaught(thrown);
    throw new TrialFailedError(`cannot load ${module}: ${describeThrown(thrown)}`);
  }
  const inDefault = exported['default'];
  const all = typeof inDefault === 'object' && inDefault !== null ? { ...inDefault, ...exported } : exported;
  const found = (all as typeof exported)[name];
  if (typeof found === 'function') return found as TrialFunction;
  const functions = Object.entries(all).flatMap(([key, value]) => (typeof value === 'function' ? [key] : []));
  const meant = nearest(name, functions);
  throw new TrialFailedError(
    `${name in all ? `'${name}' of ${module} is ${show(found)}` : `${module} has no function '${name}'`}: ` +
      (functions.length > 0 ? `it exports ${functions.join(', ')}` : 'it exports no function') +
      (meant === undefined ? '' : ` (did you mean '${meant}'?)`),
  );
}

/** Ends the process as Node does by itself: only so it tells the line of a syntax error. */
function printUncaught(error: SyntaxError): Promise<never> {
  process.removeAllListeners('uncaughtException');
  setImmediate(() => {
    throw error;
  });
  return new Promise(() => {});
}

/** Who waits for verdicts, by step. */
const waiting = new Map<number, ((verdict: ReportVerdict) => void)[]>();

function askVerdict(step: number): Promise<ReportVerdict> {
  // while it waits, the channel alone keeps it alive
  process.channel!.ref();
  void send({ kind: 'verdict', step });
  return new Promise((resolve) => waiting.set(step, [...(waiting.get(step) ?? []), resolve]));
}

function takeVerdict({ step, verdict }: Extract<HostOrder, { kind: 'verdict' }>): void {
  for (const resolve of waiting.get(step) ?? []) resolve(verdict);
  waiting.delete(step);
  rest();
}

const suggesting = new Map<number, { resolve: (value: Scalar) => void; reject: (error: Error) => void }>();

function askParameter(parameterName: string, parameter: ScalarSyntax): Promise<Scalar> {
  const id = asked++;
  return new Promise((resolve, reject) => {
    suggesting.set(id, { resolve, reject });
    process.channel!.ref();
    void send({ kind: 'suggest', id, name: parameterName, parameter });
  });
}

function takeSuggested(order: Extract<HostOrder, { kind: 'suggested' }>): void {
  const { resolve, reject } = suggesting.get(order.id)!;
  suggesting.delete(order.id);
  rest();
  if ('value' in order) resolve(order.value);
  else reject(order.ended ? new TrialPrunedError(order.reason) : new TrialFailedError(order.reason));
}

/** Where nothing is waited for, the channel does not keep the function alive. */
function rest(): void {
  if (waiting.size === 0 && keeping.size === 0 && suggesting.size === 0) process.channel!.unref();
}

/** The value, if it can cross to the worker. */
function checkSize(value: unknown, name: string): unknown {
  const { rest, inline } = splitPredictions(value);
  const bytes = bytesOf(rest, name);
  if (bytes > MAX_RAW_BYTES)
    throw new TrialFailedError(
      `'${name}' returned ${bytes} bytes: expected at most ${MAX_RAW_BYTES}; write large data to a file`,
    );
  const columns = inline ? bytesOf(inline, name) : 0;
  if (columns > MAX_PREDICTIONS_BYTES)
    throw new TrialFailedError(
      `'${name}' returned ${columns} bytes of predictions: expected at most ${MAX_PREDICTIONS_BYTES}; predict fewer rows`,
    );
  return value;
}

function bytesOf(value: unknown, name: string): number {
  try {
    return serialize(value).byteLength;
  } catch (error) {
    throw new TrialFailedError(`what '${name}' returned cannot leave its process: ${(error as Error).message}`);
  }
}

/** Tells how it ended and ends the process, whatever else the module still has open. */
async function finish(message: HostMessage): Promise<void> {
  await send(message.kind === 'failure' ? { ...message, reason: message.reason.slice(0, MAX_TEXT) } : message);
  process.exit(message.kind === 'result' ? 0 : 1);
}

function send(message: HostMessage): Promise<unknown> {
  return new Promise((resolve) => process.send!(message, resolve));
}
