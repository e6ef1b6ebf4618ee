/** How two studies differ: their definitions, the tables of their trials, and the order in which those ended. Names do not count. */
import { definitionDifferences } from './differences.ts';
import { recordOf, type LedgerRow } from './ledger/row.ts';
import type { Epoch } from './ledger/ledger.ts';
import type { StudyDefinition } from './study.ts';
import { sameJson, show } from './wording/json.ts';

/** A study as a table. */
export interface StudyTable {
  readonly definition: StudyDefinition;
  /** What changed under way, and from which position on. */
  readonly epochs: readonly Epoch[];
  /** All, in number order. */
  readonly rows: readonly LedgerRow[];
}

export interface StudyComparison {
  /** One line a difference, 'seed: 1 -> 2'. */
  readonly definition: readonly string[];
  /** Trials that each of the two has. */
  readonly trials: readonly [number, number];
  /** Of those that both have, how many differ in what. */
  readonly differing: Readonly<Record<Aspect, number>>;
  /** The first one that differs, in words. */
  readonly first?: { readonly trial: number; readonly words: string };
  /** Where the orders of ending part, in words. */
  readonly order?: string;
  readonly equal: boolean;
}

type Aspect = 'params' | 'values' | 'state';

export function compareStudies(a: StudyTable, b: StudyTable): StudyComparison {
  const definition = [
    ...definitionDifferences(a.definition, { ...b.definition, name: a.definition.name }),
    ...epochLines(a, b),
  ];
  const trials: [number, number] = [a.rows.length, b.rows.length];
  const differing = { params: 0, values: 0, state: 0 };
  let first: StudyComparison['first'];
  for (let number = 0; number < Math.min(...trials); number++) {
    const words = trialDifferences(a, b, number);
    for (const aspect of words.keys()) differing[aspect]++;
    if (words.size > 0) first ??= { trial: number, words: [...words.values()].join('; ') };
  }
  const order = orderDifference(a.rows, b.rows);
  return {
    definition,
    trials,
    differing,
    ...(first && { first }),
    ...(order !== undefined && { order }),
    equal: definition.length === 0 && trials[0] === trials[1] && !first && order === undefined,
  };
}

/** The comparison for people, a line a fact. */
export function describeComparison({ definition, trials, differing, first, order, equal }: StudyComparison): string {
  if (equal) return `equal: the same definition, ${trials[0]} trials, ended in the same order`;
  const [shared, all] = [Math.min(...trials), Object.entries(differing)];
  const counts = all.flatMap(([aspect, count]) => (count > 0 ? [`${count} in ${aspect}`] : []));
  return [
    ...definition,
    ...(trials[0] === trials[1] ? [] : [`trials: ${trials[0]} -> ${trials[1]}`]),
    counts.length === 0
      ? `the ${shared} trials that both have are equal`
      : `of ${shared} trials that both have, differing: ${counts.join(', ')}`,
    ...(first ? [`first, trial ${first.trial}: ${first.words}`] : []),
    ...(order === undefined ? [] : [order]),
  ].join('\n');
}

function epochLines(a: StudyTable, b: StudyTable): string[] {
  const changes = ({ epochs }: StudyTable): string[] =>
    epochs.slice(1).map(({ seq, space, sampler, parallel }) => {
      const options = Object.keys(sampler.options).length === 0 ? '' : ` ${show(sampler.options)}`;
      return `at position ${seq} of the log: space version ${space.version}, sampler ${sampler.name}${options}, parallel ${parallel}`;
    });
  const [ours, theirs] = [changes(a), changes(b)];
  const length = Math.max(ours.length, theirs.length);
  return Array.from({ length }, (_, i) => [ours[i] ?? 'absent', theirs[i] ?? 'absent'] as const).flatMap(([x, y], i) =>
    x === y ? [] : [`change ${i + 1} under way: ${x} -> ${y}`],
  );
}

function trialDifferences(a: StudyTable, b: StudyTable, number: number): ReadonlyMap<Aspect, string> {
  const [ours, theirs] = [a, b].map(({ definition, epochs, rows }) => recordOf(definition, epochs, rows[number]!));
  const words = new Map<Aspect, string>();
  const note = (aspect: Aspect, name: string, x: unknown, y: unknown): void => {
    const text = `${name} ${told(x)} -> ${told(y)}`;
    if (!sameJson(x, y)) words.set(aspect, words.has(aspect) ? `${words.get(aspect)}, ${text}` : text);
  };
  for (const [aspect, x, y] of [
    ['params', ours!.params, theirs!.params],
    ['values', { ...ours!.values, ...ours!.constraints }, { ...theirs!.values, ...theirs!.constraints }],
  ] as const)
    for (const name of new Set([...Object.keys(x), ...Object.keys(y)]))
      note(aspect, name, (x as Record<string, unknown>)[name], (y as Record<string, unknown>)[name]);
  note('state', 'state', ours!.state, theirs!.state);
  return words;
}

function told(value: unknown): string {
  return value === undefined ? 'absent' : show(value);
}

function orderDifference(a: readonly LedgerRow[], b: readonly LedgerRow[]): string | undefined {
  const [ours, theirs] = [a, b].map((rows) =>
    rows
      .filter(({ closed }) => closed !== undefined)
      .sort((x, y) => x.closed! - y.closed!)
      .map(({ number }) => number),
  );
  const at = ours!.findIndex((number, i) => theirs![i] !== undefined && theirs![i] !== number);
  if (at < 0) return undefined;
  return `order of ending: after ${at} of them, trial ${ours![at]} -> trial ${theirs![at]}`;
}
