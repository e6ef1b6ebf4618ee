/**
 * Promotions that are webhooks: one POST of the facts as JSON. A worker that was killed on the way sends it again under the same
 * Idempotency-Key, by which the receiver knows it: nobody else can tell whether the first one arrived.
 */
import { PromotionFailedError, TransientError } from '../../study/errors.ts';
import type { PromotionFacts } from '../../study/evaluation/contract.ts';
import { formatDuration } from '../../study/wording/duration.ts';
import { readRetryAfter } from '../retry-after.ts';
import { watchLimits } from '../runners/limits.ts';

/** Read of a response, bytes; the rest is nobody's loss. */
const MAX_RESPONSE = 64 * 1024;
/** Shown of a refusal, characters. */
const MAX_SHOWN = 500;
/** Answers that ask for another try, besides all from 500 on. */
const AGAIN = [408, 425, 429];

/**
 * What the receiver answered, at most 64 KiB of it. Messages name its host alone: the rest of an address may be a secret.
 *
 * @throws PromotionFailedError where the receiver refuses it, redirects it, takes longer than `timeoutMs`, or the address cannot be
 * @throws TransientError where it is to be sent again: it cannot be reached or says so, or `signal` aborted
 */
export async function callWebhook(
  address: string,
  facts: PromotionFacts,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<string> {
  const url = readAddress(address);
  const stop = new AbortController();
  const watch = watchLimits({ signal, timeoutMs, graceMs: 0 }, () => stop.abort());
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': headerOf(facts.idempotencyKey) },
      body: JSON.stringify(facts),
      redirect: 'manual',
      signal: stop.signal,
    });
    return judge(url.host, response, await readBounded(response));
  } catch (error) {
    if (error instanceof PromotionFailedError || error instanceof TransientError) throw error;
    if (signal.aborted) throw new TransientError(`the worker no longer waits for ${url.host}: it is asked again`);
    if (stop.signal.aborted)
      throw new PromotionFailedError(`${url.host} has not answered within ${formatDuration(timeoutMs)} (timeout)`);
    throw unreachable(url.host, error);
  } finally {
    watch.stop();
  }
}

function readAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new PromotionFailedError(
      'the address of the webhook is none, expected https://… or http://…; write it in full',
    );
  if (url.username !== '' || url.password !== '')
    throw new PromotionFailedError(
      `the address of the webhook at ${url.host} has a user or a password in it, expected none; give it one without`,
    );
  return url;
}

/** Headers are ASCII; a key that is not stays one of its own. */
function headerOf(key: string): string {
  return key.replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character));
}

/** The beginning of the body, as far as it comes: what a receiver said by its status, it has said. */
async function readBounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body ?? []) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_RESPONSE) break;
    }
  } catch {
    // the connection broke, or time is over
  }
  return Buffer.concat(chunks).subarray(0, MAX_RESPONSE).toString('utf8');
}

function judge(host: string, { ok, status, headers }: Response, body: string): string {
  if (ok) return body;
  const said = body.trim() === '' ? '' : `: ${body.slice(0, MAX_SHOWN)}`;
  if (status >= 500 || AGAIN.includes(status))
    throw new TransientError(`${host} answered ${status}${said}`, {
      retryAfterMs: readRetryAfter(headers.get('retry-after')),
    });
  if (status < 400)
    throw new PromotionFailedError(
      `${host} answered ${status}, expected 200 to 299: redirects are not followed; give the address that it leads to`,
    );
  throw new PromotionFailedError(`${host} answered ${status}${said}`);
}

function unreachable(host: string, error: unknown): Error {
  const { cause = error } = error as { cause?: unknown };
  const { message, code } = cause as NodeJS.ErrnoException;
  const why = message || code || String(cause);
  // of all that fails before it is sent, the one that will never get better
  if (why === 'bad port')
    return new PromotionFailedError(`${host} has a port that no browser and no fetch uses; give the webhook another`);
  return new TransientError(`cannot reach ${host}: ${why}`, { cause: error });
}
