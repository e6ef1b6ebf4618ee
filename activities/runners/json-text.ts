/** JSON as programs of other languages write it. */

const MARK = '\\u0000number:';
const MARKED = '\0number:';

/**
 * The value of a JSON text in which NaN, Infinity and -Infinity may stand, as Python's json.dumps writes them.
 * @throws SyntaxError if it is not JSON even so
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
      token.startsWith('"') ? token : `"${MARK}${token}"`,
    );
    return JSON.parse(marked, (_, value: unknown) =>
      typeof value === 'string' && value.startsWith(MARKED) ? Number(value.slice(MARKED.length)) : value,
    );
  }
}
