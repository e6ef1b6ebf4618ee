/** How scalarisation is written: { how: chebyshev, weights: { loss: 1, latency: 0.2 }, ideal: { loss: 0, latency: 5 } }. */
import { missing, need, readEntries, readKeys, readNumber, readOneOf, wrong, type Field } from './field.ts';
import type { Scalarization } from '../scalarize.ts';
import type { Objective } from '../study.ts';

export interface ScalarizeSyntax {
  /** The weighted sum (default), or the largest weighted distance from the ideal. */
  readonly how?: Scalarization['how'];
  /** How much one unit counts, > 0, of each objective. */
  readonly weights: Readonly<Record<string, number>>;
  /** With `chebyshev`: a value of each objective that could hardly be better. */
  readonly ideal?: Readonly<Record<string, number>>;
}

export function readScalarize(field: Field, objectives: readonly Objective[]): Scalarization | undefined {
  const example = 'write scalarize: { weights: { loss: 1, latency: 0.2 } }';
  if (objectives.length === 1)
    return wrong(field, 'no scalarize with one objective', 'leave it out, or list several objectives');
  const fields = readKeys(field, { known: ['how', 'weights', 'ideal'] }, '{ weights }', example);
  if (!fields) return undefined;
  const written = fields.get('how');
  const how = written ? readOneOf(written, ['sum', 'chebyshev'], 'leave it out for sum') : 'sum';
  const weights = need(field, fields, 'weights', 'a weight of each objective', example, (each) =>
    readByName(each, objectives, 'a number > 0', (value) => value > 0, 'how much one of its units counts'),
  );
  const given = fields.get('ideal');
  const advice = 'give values that could hardly be better';
  if (how === 'chebyshev' && !given) missing(field, 'ideal', 'a value of each objective', advice);
  if (how === 'sum' && given) wrong(given, 'no ideal with how: sum', 'leave it out: a sum needs none');
  const ideal = given && readByName(given, objectives, 'a number', () => true, advice);
  if (!how || !weights) return undefined;
  return { how, weights, ...(how === 'chebyshev' && ideal && { ideal }) };
}

/** A number of each objective, in their order. */
function readByName(
  field: Field,
  objectives: readonly Objective[],
  expected: string,
  passes: (value: number) => boolean,
  advice: string,
): Record<string, number> | undefined {
  const names = objectives.map(({ name }) => name);
  const entries = readEntries(field, 'numbers by objective', `write ${names.map((name) => `${name}: 1`).join(', ')}`);
  if (!entries) return undefined;
  for (const [name, entry] of entries)
    if (!names.includes(name)) wrong(entry, `the name of an objective (${names.join(', ')})`, 'rename or remove it');
  const read = names.map((name) =>
    need(field, entries, name, expected, `add it: ${advice}`, (entry) => readNumber(entry, expected, passes, advice)),
  );
  return read.includes(undefined) ? undefined : Object.fromEntries(names.map((name, i) => [name, read[i]!]));
}
