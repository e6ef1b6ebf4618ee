/**
 * Secrets of HTTP trials: a study names environment variables, their values are known to the worker alone. What a service says of
 * them (some repeat what they were sent) is made unreadable where it arrives, so that no history, log, error or report has it.
 */
import { TrialFailedError } from '../../../../study/errors.ts';
import type { HttpSpec } from '../../../../study/trial/remote.ts';

/** Shorter ones might be part of an innocent number or word. */
const LEAST = 8;

export interface Secrets {
  /** The headers, with their values. */
  readonly headers: Readonly<Record<string, string>>;
  /** The text with every secret in it, however it is written there, replaced by its name in brackets. */
  readonly hide: (text: string) => string;
}

/** @throws TrialFailedError naming the variable that this worker lacks, may not send, or that is no secret */
export function openSecrets(headers: HttpSpec['headers'], allows: (name: string) => boolean): Secrets {
  const hidden = new Map<string, string>();
  const open = Object.entries(headers).map(([header, value]): [string, string] => {
    if (typeof value === 'string') return [header, value];
    const secret = readSecret(value.env, allows);
    for (const form of formsOf(secret)) hidden.set(form, `[${value.env}]`);
    return [header, `${value.prefix ?? ''}${secret}`];
  });
  // the longest first: one secret may be the beginning of another
  const forms = [...hidden].sort(([a], [b]) => b.length - a.length);
  return {
    headers: Object.fromEntries(open),
    hide: (text) => forms.reduce((clean, [form, name]) => clean.replaceAll(form, name), text),
  };
}

function readSecret(name: string, allows: (name: string) => boolean): string {
  if (!allows(name))
    throw new TrialFailedError(
      `this worker sends its environment variable ${name} to nobody: expected one started with --allow-env ${name}`,
    );
  const secret = process.env[name];
  if (secret === undefined || secret === '')
    throw new TrialFailedError(
      `this worker has no environment variable ${name}: expected one that was started with it; start it again where it is set`,
    );
  if (secret.length < LEAST || /[^\x20-\x7e]/.test(secret))
    throw new TrialFailedError(
      `the environment variable ${name} is no secret that can be kept: expected at least ${LEAST} printable ASCII characters`,
    );
  return secret;
}

function formsOf(secret: string): Set<string> {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    base64,
    base64.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
}
