/**
 * How far apart choices are: { distances: { adam: { adamw: 0.1 } } } says it once for a pair, from 0 (alike) to 1 (as different as
 * choices are that nothing is said of).
 */
import { child, meant, readEntries, readNumber, wrong, type Field } from './field.ts';
import { show } from '../wording/json.ts';
import type { Distance, Scalar } from '../space/space.ts';

const EXPECTED = 'distances between choices, from 0 to 1: { a: { b: 0.2 } }';
const ADVICE = 'leave it out where all choices are equally different';

/** The pairs nearer than 1, each once, by the places of their choices; undefined when faults were noted. */
export function readDistances(field: Field, choices: readonly Scalar[]): readonly Distance[] | undefined {
  const before = field.faults.length;
  const texts = choices.map(String);
  const twice = texts.find((text, i) => texts.indexOf(text) < i);
  if (twice !== undefined)
    return wrong(field, `choices that read differently, not two '${twice}'`, 'rename one of them');
  const pairs = new Map<string, Distance>();
  for (const [from, others] of readEntries(field, EXPECTED, ADVICE) ?? []) {
    const a = placeOf(others, from, texts);
    for (const [to, entry] of readEntries(others, EXPECTED, ADVICE) ?? []) {
      const b = placeOf(entry, to, texts);
      const distance = readNumber(entry, 'a number from 0 to 1', (value) => value >= 0 && value <= 1, 'write 0.2, say');
      if (a === undefined || b === undefined || distance === undefined) continue;
      const [first, second] = a < b ? [a, b] : [b, a];
      if (a === b) wrong(entry, 'another choice', 'remove it: a choice is always at 0 from itself');
      else if (pairs.has(`${first} ${second}`)) wrong(entry, 'each pair once', 'remove one of the two');
      else pairs.set(`${first} ${second}`, [first, second, distance]);
    }
  }
  if (field.faults.length > before) return undefined;
  const sorted = [...pairs.values()].sort(([a, b], [c, d]) => a - c || b - d);
  return strangeTwin(field, sorted, choices) ? undefined : sorted.filter(([, , distance]) => distance < 1);
}

function placeOf({ path, value, faults }: Field, text: string, texts: readonly string[]): number | undefined {
  const place = texts.indexOf(text);
  if (place >= 0) return place;
  faults.push(
    `${path} (value ${show(value)}) names no choice, expected one of ${texts.join(', ')}; ${meant(text, texts, 'remove it')}`,
  );
  return undefined;
}

/** Choices at 0 are one to a sampler, so they are equally far from every other. */
function strangeTwin(field: Field, pairs: readonly Distance[], choices: readonly Scalar[]): boolean {
  const between = (a: number, b: number): number =>
    a === b ? 0 : (pairs.find(([i, j]) => (i === a && j === b) || (i === b && j === a))?.[2] ?? 1);
  for (const [a, b, distance] of pairs) {
    if (distance > 0) continue;
    const other = choices.findIndex((_, c) => between(a, c) !== between(b, c));
    if (other < 0) continue;
    const [here, there, far] = [a, b, other].map((place) => String(choices[place]));
    const pair = child(child(field, here!, undefined), there!, 0);
    wrong(
      pair,
      `equal distances from '${here}' and '${there}' to '${far}', not ${between(a, other)} and ${between(b, other)}`,
      'make them equal, or this one greater',
    );
    return true;
  }
  return false;
}
