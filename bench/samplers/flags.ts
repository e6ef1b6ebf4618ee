/** Flags read; bad ones are refused in words. */

/** '0-29' as 0 to 29, '7' as 7. @throws Error on anything else */
export function seedsOf(text: string): number[] {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (first === undefined || Number(last) < Number(first))
    throw new Error(`--seeds is '${text}', expected one seed or a range: 0-29`);
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i);
}

/** @throws Error unless it is a whole number >= 1 */
export function countOf(flag: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`${flag} is '${text}', expected a whole number >= 1`);
  return count;
}
