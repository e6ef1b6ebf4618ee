/**
 * Trials that an HTTP service runs: { http: https://train.example.com/run } answers with the result; { http: { url: …, poll: true } }
 * answers with the run's URL, which is asked how it is.
 */
import {
  readDuration,
  readEntries,
  readFlag,
  readKeys,
  readList,
  readOneOf,
  readText,
  wrong,
  type Field,
} from '../field.ts';
import { readHttpUrl } from '../url.ts';
import { isRecord } from '../../wording/json.ts';
import type { CancelSpec, HttpSpec, PollSpec, SecretText } from '../../trial/remote.ts';

export type HttpSyntax =
  | string
  | {
      /** http or https; it stands in the study's history, so nothing secret belongs into it. */
      readonly url: string;
      /** 'POST' or 'PUT'; default POST. */
      readonly method?: 'POST' | 'PUT';
      /** Text as it is, or { env: TOKEN, prefix: 'Bearer ' }: what an environment variable of the worker holds. */
      readonly headers?: Readonly<Record<string, string | SecretText>>;
      /** The first answer names the run (header Location), which is then looked at; default: the answer is the result. */
      readonly poll?:
        | boolean
        | {
            /** Between two looks, '100ms' to '1h', unless an answer says Retry-After; default '5s'. */
            readonly every?: string;
            /** Field of the first answer with the run's URL, 'links.status'; default: the header Location. */
            readonly url?: string;
            /** Field with the run's state; default 'status'. */
            readonly state?: string;
            /** States of a run that has its result; default: complete, completed, done, finished, ok, success, succeeded. */
            readonly done?: readonly string[];
            /** States of a run that has none; default: aborted, cancelled, canceled, error, failed, failure, killed, timeout. */
            readonly failed?: readonly string[];
          };
      /** Field with the result; default 'result' with `poll`, else all of the answer. */
      readonly result?: string;
      /** How a run is ended; default with `poll`: DELETE of its URL. false: it is left alone. */
      readonly cancel?:
        | boolean
        | {
            /** 'DELETE', 'POST' or 'PUT'; default DELETE. */
            readonly method?: 'DELETE' | 'POST' | 'PUT';
            /** Field of the first answer with the URL for it; default: the run's own. */
            readonly url?: string;
          };
      /** How long a service that does not answer is asked again, '1s' to '30d'; default '1h'. */
      readonly unreachable?: string;
    };

const KEYS = ['url', 'method', 'headers', 'poll', 'result', 'cancel', 'unreachable'];
const EXAMPLE = 'write http: { url: https://train.example.com/jobs, poll: true }, say';

const DONE = ['complete', 'completed', 'done', 'finished', 'ok', 'success', 'succeeded'];
const FAILED = ['aborted', 'cancelled', 'canceled', 'error', 'failed', 'failure', 'killed', 'timeout'];
const EVERY_MS = 5000;
export const UNREACHABLE_MS = 3_600_000;
/** Of HTTP itself, and ours. */
const TAKEN = ['host', 'content-length', 'content-type', 'transfer-encoding', 'connection', 'idempotency-key'];

export function readHttp(field: Field): HttpSpec | undefined {
  const written = typeof field.value === 'string' ? { ...field, value: { url: field.value } } : field;
  const fields = readKeys(written, { known: KEYS }, "a service's URL, or { url: … }", EXAMPLE);
  if (!fields) return undefined;
  const [address, method, headers, poll, result, cancel, unreachable] = KEYS.map((key) => fields.get(key));
  const url = address ? readHttpUrl(address, EXAMPLE) : wrong(written, 'url: where the service is', EXAMPLE);
  const how = method && readOneOf(method, ['POST', 'PUT'] as const, 'leave it out for POST');
  const sent = headers && readHeaders(headers);
  const polled = poll && readPoll(poll);
  const path = result && readPath(result);
  const ended = readCancel(cancel, polled !== undefined);
  const unreachableMs = unreachable && readDuration(unreachable, '1s', '30d', 'leave it out for 1h');
  if (url === undefined) return undefined;
  return {
    url,
    method: how ?? 'POST',
    headers: sent ?? {},
    ...(polled && { poll: polled }),
    ...((path ?? (polled && 'result')) !== undefined && { result: path ?? 'result' }),
    ...(ended && { cancel: ended }),
    unreachableMs: unreachableMs ?? UNREACHABLE_MS,
  };
}

function readHeaders(field: Field): HttpSpec['headers'] | undefined {
  const entries = readEntries(
    field,
    'headers by name',
    "write headers: { Authorization: { env: TOKEN, prefix: 'Bearer ' } }",
  );
  const headers: [string, string | SecretText][] = [];
  for (const [name, value] of entries ?? []) {
    if (!/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(name)) wrong({ ...value, value: name }, "a header's name", 'rename it');
    else if (TAKEN.includes(name.toLowerCase()))
      wrong(value, `no header ${name}`, 'leave it out: it is set for each request');
    const read = isRecord(value.value) ? readSecret(value) : readHeader(value);
    if (read !== undefined) headers.push([name, read]);
  }
  return entries && Object.fromEntries(headers);
}

function readHeader(field: Field): string | undefined {
  const text = readText(field, 1000, 'text, or { env: NAME }', 'write { env: TOKEN } for what is secret');
  if (text === undefined || /^[\x20-\x7e]*$/.test(text)) return text;
  return wrong(field, 'ASCII characters', 'encode the others');
}

function readSecret(field: Field): SecretText | undefined {
  const fields = readKeys(field, { known: ['env', 'prefix'] }, '{ env: NAME }', 'write { env: TOKEN }');
  const [env, prefix] = ['env', 'prefix'].map((key) => fields?.get(key));
  if (!env) return wrong(field, 'env: the name of an environment variable', 'write { env: TOKEN }');
  const name = readVariable(env);
  if (prefix && (typeof prefix.value !== 'string' || !/^[\x20-\x7e]{0,100}$/.test(prefix.value)))
    return wrong(prefix, 'at most 100 ASCII characters', "write prefix: 'Bearer ', or leave it out");
  return name === undefined ? undefined : { env: name, ...(prefix && { prefix: prefix.value as string }) };
}

/** The name of an environment variable. */
export function readVariable(field: Field): string | undefined {
  const { value } = field;
  if (typeof value === 'string' && /^[A-Za-z_]\w{0,199}$/.test(value)) return value;
  return wrong(field, 'the name of an environment variable', 'write its name, TOKEN, not its value');
}

function readPoll(field: Field): PollSpec | undefined {
  if (field.value === false) return undefined;
  const written = field.value === true ? { ...field, value: {} } : field;
  const keys = ['every', 'url', 'state', 'done', 'failed'];
  const fields = readKeys(written, { known: keys }, 'true, or { every: 5s, … }', 'write poll: true');
  const [every, url, state, done, failed] = keys.map((key) => fields?.get(key));
  const everyMs = every && readDuration(every, '100ms', '1h', 'leave it out for 5s');
  const path = url && readPath(url);
  return {
    everyMs: everyMs ?? EVERY_MS,
    ...(path !== undefined && { url: path }),
    state: (state && readPath(state)) ?? 'status',
    done: (done && readStates(done)) ?? DONE,
    failed: (failed && readStates(failed)) ?? FAILED,
  };
}

/** Compared without case. */
export function readStates(field: Field): readonly string[] | undefined {
  const items = readList(field, 'a list of states', 'write [succeeded]');
  const states = items?.map((item) => readText(item, 100, "a state's name", 'write it as text')?.toLowerCase());
  if (states?.length === 0) return wrong(field, 'at least one state', 'leave it out for the usual ones');
  return states?.includes(undefined) ? undefined : (states as string[] | undefined);
}

function readPath(field: Field): string | undefined {
  return readText(field, 200, "a field's name", 'write its keys with dots between them: data.status');
}

function readCancel(field: Field | undefined, polled: boolean): CancelSpec | undefined {
  if (!field || typeof field.value === 'boolean') {
    const wanted = field ? readFlag(field, 'leave it out') : polled;
    return wanted ? { method: 'DELETE' } : undefined;
  }
  const fields = readKeys(field, { known: ['method', 'url'] }, 'false, or { method: …, url: … }', 'leave it out');
  const [method, url] = ['method', 'url'].map((key) => fields?.get(key));
  if (url && !polled) wrong(url, 'poll beside it', 'leave it out: without poll the one URL is called');
  const how = method && readOneOf(method, ['DELETE', 'POST', 'PUT'] as const, 'leave it out for DELETE');
  const path = url && readPath(url);
  return { method: how ?? 'DELETE', ...(path !== undefined && { url: path }) };
}
