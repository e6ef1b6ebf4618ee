/**
 * A service that trains over HTTP. It is POSTed the trial as JSON, with an Idempotency-Key that is the same for every try of one
 * attempt, and answers with the result, or at once with the run's own URL, which is asked how it is.
 *
 * What an answer means:
 *
 * | status | |
 * |---|---|
 * | 200 – 299 | done, or begun; beginning may also be 303 |
 * | none, 408, 425, 429, 502, 503, 504 | the machinery's: asked again after Retry-After, or a growing pause, for `unreachable` |
 * | 409 to a request that was sent before | the first one is still at it: asked again for as long as the trial may run |
 * | 301, 302, 303, 307, 308 to a look | followed, up to five times, where the origin stays the same |
 * | any other | the trial's own failure, with the beginning of what it says |
 *
 * Every URL that the service names is of the origin that the study names: secrets go nowhere else.
 */
import { TrialFailedError } from '../../../../study/errors.ts';
import type { CancelSpec, HttpSpec, PollSpec } from '../../../../study/trial/remote.ts';
import { isRecord, show } from '../../../../study/wording/json.ts';
import { readRetryAfter } from '../../../retry-after.ts';
import { parseJson } from '../../json-text.ts';
import { UnreachableError } from '../persist.ts';
import type { Begun, Ended, Look, RemoteService } from '../run-remote.ts';
import type { Answer, Call, HttpClient } from './client.ts';
import type { Secrets } from './secrets.ts';

const AGAIN = [408, 425, 429, 502, 503, 504];
const REDIRECTS = [301, 302, 303, 307, 308];
const MAX_REDIRECTS = 5;
/** Longest wait for an answer that is to come at once, milliseconds. */
const ANSWER_MS = 60_000;
/** Shown of an answer, characters. */
const MAX_SHOWN = 500;
/** Bytes of what names a run: it rides on every heartbeat. */
const MAX_HANDLE = 4096;

export interface HttpRun {
  readonly spec: HttpSpec;
  /** The trial, as JSON. */
  readonly body: string;
  readonly key: string;
  readonly client: HttpClient;
  readonly secrets: Secrets;
}

/** Its handle is the run's URL, and behind a space the one that ends it, where that is another. */
export function createHttpService({ spec, body, key, client, secrets }: HttpRun): RemoteService {
  const { poll } = spec;
  const origin = new URL(spec.url);
  const headers = {
    accept: 'application/json',
    'user-agent': 'durable-tune',
    ...secrets.headers,
    'idempotency-key': key,
  };

  const send = async (call: Pick<Call, 'method' | 'url' | 'signal' | 'body' | 'withinMs'>): Promise<Answer> => {
    const content = call.body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await client({ ...call, headers: { ...content, ...headers } });
    const text = secrets.hide(answer.text);
    const { status } = answer;
    if (AGAIN.includes(status))
      throw new UnreachableError(said(call.url, status, text), {
        retryAfterMs: readRetryAfter(answer.headers['retry-after']),
      });
    return { ...answer, text };
  };

  const urlOf = (written: unknown, where: string): URL => {
    const url =
      typeof written === 'string' && URL.canParse(written, origin.href) ? new URL(written, origin) : undefined;
    if (!url)
      throw new TrialFailedError(
        `${origin.host} names no URL in ${where}, there is ${show(written)}: expected the run's own`,
      );
    if (secrets.hide(url.href) !== url.href)
      throw new TrialFailedError(
        `${origin.host} has put a secret into ${where}: expected a URL without, it is written down`,
      );
    if (url.origin !== origin.origin || url.username !== '' || url.password !== '')
      throw new TrialFailedError(
        `${origin.host} names a URL of ${url.host} in ${where}: expected one of ${origin.origin}, without a user or password`,
      );
    return url;
  };

  const handleOf = (answer: Answer, json: unknown): string => {
    const named = (field: string | undefined): URL =>
      field === undefined
        ? urlOf(answer.headers.location, 'Location')
        : urlOf(fieldOf(json, field), `the field ${field}`);
    const run = named(poll!.url).href;
    const end = spec.cancel?.url;
    const handle = end === undefined ? run : `${run} ${named(end).href}`;
    if (handle.length <= MAX_HANDLE) return handle;
    throw new TrialFailedError(
      `${origin.host} names a run in ${handle.length} characters: expected at most ${MAX_HANDLE}`,
    );
  };

  const begin = async (again: boolean, signal: AbortSignal): Promise<Begun> => {
    const answer = await send({
      method: spec.method,
      url: origin,
      body,
      signal,
      ...(poll && { withinMs: ANSWER_MS }),
    });
    const { status, text } = answer;
    if (status === 409 && again) throw new UnreachableError(said(origin, status, text), { busy: true });
    if (!isOk(status) && !(poll && status === 303)) throw refused(origin, answer);
    if (!poll) return { state: 'done', result: pick(origin, readJson(origin, text), spec.result) };
    const json = text.trim() === '' ? undefined : readJson(origin, text);
    // what is over at once has no URL to look at
    return (endOf(json, poll) ?? { handle: handleOf(answer, json) }) as Begun;
  };

  const endOf = (json: unknown, { state: field, done, failed }: PollSpec): Ended | undefined => {
    const state = fieldOf(json, field);
    if (typeof state !== 'string') return undefined;
    if (done.includes(state.toLowerCase())) return { state: 'done', result: pick(origin, json, spec.result) };
    if (!failed.includes(state.toLowerCase())) return undefined;
    const why = ['error', 'message', 'reason'].map((key) => fieldOf(json, key)).find((text) => text !== undefined);
    const words = typeof why === 'string' ? why : why === undefined ? '' : show(why, MAX_SHOWN);
    return { state: 'failed', reason: `the run is ${state}${words === '' ? '' : `: ${words.slice(0, MAX_SHOWN)}`}` };
  };

  const end = async ({ method }: CancelSpec, handle: string | undefined, signal: AbortSignal): Promise<void> => {
    let known = handle;
    if (known === undefined && poll) {
      // whoever has the key says what was begun under it
      const begun = await begin(true, signal);
      if ('state' in begun) return;
      known = begun.handle;
    }
    const url = new URL(known?.split(' ').at(-1) ?? origin);
    const answer = await send({ method, url, signal, withinMs: ANSWER_MS });
    if (!isOk(answer.status) && ![404, 409, 410].includes(answer.status)) throw refused(url, answer);
  };

  return {
    // an answer that comes at once is waited for: it names what has been begun
    begin: (again, stop, last) => begin(again, poll ? last : stop),

    async look(handle, signal) {
      let url = new URL(handle.split(' ')[0]!);
      let answer: Answer;
      for (let redirects = 0; ; redirects++) {
        answer = await send({ method: 'GET', url, signal, withinMs: ANSWER_MS });
        if (!REDIRECTS.includes(answer.status) || redirects === MAX_REDIRECTS) break;
        url = urlOf(answer.headers.location, 'Location');
      }
      if (!isOk(answer.status)) throw refused(url, answer);
      const json = readJson(url, answer.text);
      const end = endOf(json, poll!);
      if (!end && typeof fieldOf(json, poll!.state) !== 'string')
        throw new TrialFailedError(
          `${url.host} says nothing of the run's state: expected text in the field ${poll!.state}, there is ${show(json)}`,
        );
      const waitMs = readRetryAfter(answer.headers['retry-after']);
      const { reports, checkpoint } = json as { readonly reports?: unknown; readonly checkpoint?: unknown };
      if (reports !== undefined && !Array.isArray(reports))
        throw new TrialFailedError(`reports of ${url.host} are ${show(reports)}: expected a list of [step, value]`);
      return {
        ...(end ?? { state: 'running', ...(waitMs !== undefined && { waitMs }) }),
        ...(reports && { reports: reports as readonly unknown[] }),
        checkpoint,
      } satisfies Look;
    },

    ...(spec.cancel && { cancel: (handle, signal) => end(spec.cancel!, handle, signal) }),
  };
}

const isOk = (status: number): boolean => status >= 200 && status < 300;

function refused(url: URL, { status, text }: Answer): TrialFailedError {
  const advice = REDIRECTS.includes(status)
    ? ', expected 200 to 299: redirects are not followed here; give the URL that it leads to'
    : '';
  return new TrialFailedError(`${said(url, status, text)}${advice}`);
}

/** The host alone: the rest of a URL may say more than it should. */
function said({ host }: URL, status: number, text: string): string {
  return `${host} answered ${status}${text.trim() === '' ? '' : `: ${text.trim().slice(0, MAX_SHOWN)}`}`;
}

function readJson({ host }: URL, text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    throw new TrialFailedError(`${host} answered ${show(text)}: expected JSON`);
  }
}

function pick({ host }: URL, json: unknown, field: string | undefined): unknown {
  const value = field === undefined ? json : fieldOf(json, field);
  if (value !== undefined) return value;
  throw new TrialFailedError(
    `${host} gave no result in the field ${field}: expected {"value": number}, there is ${show(json)}`,
  );
}

/** What stands under these keys, with dots between them. */
function fieldOf(json: unknown, path: string): unknown {
  let value = json;
  for (const key of path.split('.')) value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}
