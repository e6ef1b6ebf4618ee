/** Notes and tags: what people write on a study. */
import { isRecord, show } from '../wording/json.ts';
import { isText, isWhole } from './edit-shape.ts';

export function noteFault(next: number, text: unknown, number: unknown): string | undefined {
  if (!isText(text, 1, 2000)) return `note: got ${show(text)}, expected a text of 1 to 2000`;
  if (number === undefined || isWhole(number, 0, next - 1)) return undefined;
  return `note: there is no trial ${show(number)}; leave number out for a note on the study`;
}

export function tagFault(tags: Readonly<Record<string, string>>, change: unknown): string | undefined {
  if (!isRecord(change)) return `tag: got ${show(change)}, expected texts by name`;
  const strange = Object.entries(change).find(
    ([key, value]) => !isText(key, 1, 100) || (value !== null && !isText(value, 0, 500)),
  );
  if (strange) return `tag: ${show(strange[0])} is ${show(strange[1])}, expected a text of at most 500, or null`;
  const count = Object.keys(changedTags(tags, change as Record<string, string | null>)).length;
  return count <= 100 ? undefined : `tag: there would be ${count} tags, expected at most 100`;
}

/** Tags after a change. */
export function changedTags(
  tags: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const changed = Object.entries({ ...tags, ...change }).filter(([, value]) => value !== null);
  return Object.fromEntries(changed) as Record<string, string>;
}
