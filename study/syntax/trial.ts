/**
 * How a trial is written: { command: [python3, train.py], timeout: 10m }, { function: train, module: ./train.ts }, or `external`: run
 * by whoever asks the study for a trial and tells it the result.
 */
import {
  isPlain,
  readDuration,
  readFlag,
  readKeys,
  readList,
  readText,
  readWhole,
  wrong,
  type Field,
  type Fields,
} from './field.ts';
import { show } from '../wording/json.ts';
import { runsAsChild, type TrialLimits, type TrialSpec } from '../study.ts';

interface TrialLimitsSyntax {
  /** Longest run of one attempt: '10m', '2h', '1h30m'; default: no limit. */
  readonly timeout?: string;
  /** How often a trial is repeated after its own failure, 0 to 100; default 0. */
  readonly retries?: number;
  /** How long a silent worker is waited for, '1s' to '1h'; default '30s'. */
  readonly heartbeat?: string;
  /** How many short trials one worker takes at once and runs one after another, 1 to 1000; default 1. */
  readonly batch?: number;
  /** How many trials one child workflow runs side by side, 2 to 100, where one workflow's throughput is the limit; default: none. */
  readonly lane?: number;
  /** Trials that take hours or days: each has a workflow of its own. Default: only where `timeout` is above '1h'. */
  readonly long?: boolean;
  /** Task queue of the workers that run the trials; default: 'dtune/NAME', which `dtune worker` serves. */
  readonly queue?: string;
}

export type TrialSyntax =
  /** Others ask for trials and tell how they ended; the study runs none itself. */
  | 'external'
  | { readonly external: true }
  | (TrialLimitsSyntax &
      (
        | {
            /** Exported name of the module, or a name that is registered with the worker. */
            readonly function: string;
            /** Path of a .js, .mjs or .ts file, from the study file's folder. */
            readonly module?: string;
          }
        | {
            /** Program and arguments; no shell reads them. */
            readonly command: readonly string[];
          }
      ));

const KINDS = ['function', 'command', 'external'];
const LIMITS = ['timeout', 'retries', 'heartbeat', 'batch', 'lane', 'long', 'queue'];
const UNBUILT = ['activity', 'http', 'workflow', 'job'];

const EXPECTED = '{ command: [ … ] }, { function: …, module: … } or external';
const EXAMPLE = 'write trial: { command: [python3, train.py] }, say';

const HEARTBEAT_MS = 30_000;
const EXTERNAL: TrialSpec = { kind: 'external', retries: 0, heartbeatMs: HEARTBEAT_MS };

/** What runs a trial, paths made absolute from `directory`. */
export function readTrial(field: Field, directory: string): TrialSpec | undefined {
  if (field.value === 'external') return EXTERNAL;
  const fields = readKeys(field, { known: [...KINDS, 'module', ...LIMITS], unbuilt: UNBUILT }, EXPECTED, EXAMPLE);
  if (!fields) return undefined;
  if (fields.has('external')) return readExternal(field, fields);
  const limits = readLimits(fields);
  const kinds = KINDS.filter((kind) => fields.has(kind));
  if (kinds.length > 1) return wrong(field, 'either function or command', 'remove one of the two');
  if (kinds.length === 0) {
    const known = !UNBUILT.some((kind) => fields.has(kind));
    return known ? wrong(field, EXPECTED, EXAMPLE) : undefined;
  }
  if (kinds[0] === 'function') return readFunction(fields, directory, limits);
  const module = fields.get('module');
  if (module) wrong(module, 'no module beside a command', 'remove it, or write a function');
  const command = readCommand(fields.get('command')!, 'write command: [python3, train.py]');
  return command && { kind: 'command', command, cwd: directory, ...limits };
}

function readExternal(field: Field, fields: Fields): TrialSpec | undefined {
  const external = fields.get('external')!;
  if (external.value !== true) return wrong(external, 'true', 'write trial: external, or say what runs');
  if (fields.size === 1) return EXTERNAL;
  return wrong(field, 'nothing beside external', 'remove the rest: whoever asks for a trial decides how it runs');
}

function readLimits(fields: Fields): TrialLimits {
  const [timeout, retries, heartbeat, batch, lane, long, queue] = LIMITS.map((key) => fields.get(key));
  const timeoutMs = timeout && readDuration(timeout, '1ms', '365d', 'write timeout: 10m, or leave it out for no limit');
  const repeats = retries && readWhole(retries, 0, 100, '0 never repeats a failed trial');
  const heartbeatMs = heartbeat && readDuration(heartbeat, '1s', '1h', 'leave it out for 30s');
  const together = batch && readWhole(batch, 1, 1000, 'leave it out for 1');
  const beside = lane && readWhole(lane, 2, 100, 'leave it out, and the study runs its trials itself');
  const isLong = long && readFlag(long, 'leave it out, or write true for trials that take hours or days');
  const queueName = queue && readText(queue, 200, 'the name of a task queue', 'leave it out for one of its own');
  const limits: TrialLimits = {
    ...(timeoutMs !== undefined && { timeoutMs }),
    retries: repeats ?? 0,
    heartbeatMs: heartbeatMs ?? HEARTBEAT_MS,
    ...(together !== undefined && together > 1 && { batch: together }),
    ...(beside !== undefined && { lane: beside }),
    ...(isLong && { long: true }),
    ...(queueName !== undefined && { queue: queueName }),
  };
  for (const [together, field] of [
    ['batch', batch],
    ['lane', lane],
  ] as const)
    if (limits[together] && runsAsChild(limits))
      wrong(
        field!,
        `no ${together} of long trials`,
        `leave it out, ${isLong ? 'or remove long: true' : 'or write a timeout of at most 1h'}`,
      );
  return limits;
}

function readFunction(fields: Fields, directory: string, limits: TrialLimits): TrialSpec | undefined {
  const name = readText(fields.get('function')!, 200, "an exported function's name", 'write function: train, say');
  const field = fields.get('module');
  const module = field && readModule(field, directory);
  return name === undefined
    ? undefined
    : { kind: 'function', function: name, ...(module !== undefined && { module }), ...limits };
}

function readModule(field: Field, directory: string): string | undefined {
  const { value } = field;
  const expected = 'the path of a .js, .mjs or .ts file';
  if (typeof value !== 'string' || !isPlain(value)) return wrong(field, expected, 'write module: ./train.ts, say');
  if (/^[a-z][a-z+.-]+:/i.test(value)) return wrong(field, expected, 'write a path, not a URL');
  if (!/\.[cm]?[jt]s$/.test(value)) return wrong(field, expected, "add the file's ending");
  return absolutePath(directory, value);
}

/** Program and arguments, as no shell reads them. */
export function readCommand(field: Field, example: string): readonly string[] | undefined {
  const { value } = field;
  const expected = 'a list of program and arguments';
  if (typeof value === 'string')
    return wrong(
      field,
      expected,
      `no shell reads it, so write a list: ${show(value.split(/\s+/).filter((word) => word !== ''))}`,
    );
  const items = readList(field, expected, example);
  if (items?.length === 0) return wrong(field, expected, example);
  const words = items?.map((item, i) => readWord(item, i));
  return words?.includes(undefined) ? undefined : (words as string[] | undefined);
}

function readWord(item: Field, index: number): string | undefined {
  const { value } = item;
  if (typeof value !== 'string') {
    const quoted = typeof value === 'number' || typeof value === 'boolean';
    return wrong(item, 'text', quoted ? `put it in quotes: '${value}'` : 'write one argument as text');
  }
  if (value.includes('\0')) return wrong(item, 'text without a zero character', 'remove it');
  return index === 0 && value.trim() === ''
    ? wrong(item, 'the name or path of a program', 'write python3, say')
    : value;
}

/** Whether a path starts at a root: '/', a drive or a share. */
export function isAbsolutePath(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** `path` from `directory` on, without '.' and '..' in it. */
export function absolutePath(directory: string, path: string): string {
  const whole = isAbsolutePath(path) ? path : `${directory}/${path}`;
  const [root = ''] = /^(\/|[A-Za-z]:[\\/]|\\\\)/.exec(whole) ?? [];
  const parts: string[] = [];
  for (const part of whole.slice(root.length).split(root === '/' ? '/' : /[\\/]/)) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return root + parts.join(root === '/' ? '/' : '\\');
}
