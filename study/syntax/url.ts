/** Addresses of services. */
import { readText, wrong, type Field } from './field.ts';

const MAX_URL = 2000;

/** An http or https URL without a user or a password. */
export function readHttpUrl(field: Field, example: string): string | undefined {
  const expected = `an http or https URL of at most ${MAX_URL} characters`;
  const url = readText(field, MAX_URL, expected, example);
  if (url === undefined) return undefined;
  const [, rest] = /^https?:\/\/(.*)$/i.exec(url) ?? [];
  const authority = rest?.split(/[/?#]/)[0];
  if (authority?.includes('@'))
    return wrong(
      { ...field, value: url.replace(/\/\/.*@/, '//…@') },
      'a URL without a name or password',
      "remove them: they would stand in the study's history",
    );
  const isHost = authority !== undefined && /^([\p{L}\p{N}._~-]+|\[[\d:.a-f]+\])(:\d{1,5})?$/iu.test(authority);
  return isHost && !/\s/.test(url) ? url : wrong(field, expected, example);
}
