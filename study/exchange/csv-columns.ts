/** What the columns of a CSV file hold, told by their headings. */
import { compileSpace } from '../space/dimensions.ts';
import { listed } from '../syntax/field.ts';
import type { Domain, NumberDomain } from '../space/space.ts';
import type { StudyDefinition } from '../study.ts';
import { renamed, type Rename } from './foreign-trial.ts';

/** What our export writes of a trial beside its parameters and results. */
export const FIXED = [
  'number',
  'state',
  'origin',
  'asOf',
  'startedAt',
  'finishedAt',
  'attempts',
  'cost',
  'reason',
] as const;

/** Written where a trial has them: the first objective on training rows, and a list of it by fold. */
export const MEASURED = ['train', 'folds'] as const;

export type Part = 'params' | 'values' | 'constraints' | 'attributes';

/** Where a column's cells belong in a trial, and what they can hold. */
export interface Column {
  readonly part: Part | 'fixed';
  readonly name: string;
  readonly domain?: Domain;
  /** Whether nothing stands for null here, as in what pandas writes. */
  readonly emptyIsNull?: boolean;
}

const NUMBER: NumberDomain = { kind: 'float', low: -Infinity, high: Infinity, scale: 'linear' };

/** A column a heading, undefined for those that say nothing about parameters and results. */
export function columnsOf(
  headings: readonly string[],
  definition: StudyDefinition,
  rename: Rename,
  faults: string[],
): (Column | undefined)[] {
  const names = headings.map((heading) => heading.trim());
  const prefixed = names.some((name) => /^params[._]./.test(name));
  const columns = names.map((name) => columnOf(name, prefixed, definition, rename));
  const twice = names.find((name, i) => columns[i] && names.indexOf(name) < i);
  if (twice !== undefined) faults.push(`line 1 has two columns '${twice}', expected one; remove the other`);
  // with a state, each line says whether it needs values: where all trials failed there is no column of them
  const stated = columns.some((column) => column?.part === 'fixed' && column.name === 'state');
  for (const { name } of stated ? [] : definition.objectives) {
    if (columns.some((column) => column?.part === 'values' && column.name === name)) continue;
    const advice = /[;\t]/.test(names[0] ?? '') ? 'separate cells with commas' : 'rename the one that holds it';
    faults.push(`line 1 has no column of ${name}, expected values.${name} among ${listed(names)}; ${advice}`);
  }
  return columns;
}

/** What else a pandas index and Optuna write. */
const ASIDE = ['', 'datetime_start', 'datetime_complete', 'duration'];

function columnOf(
  heading: string,
  prefixed: boolean,
  { space, objectives, constraints }: StudyDefinition,
  rename: Rename,
): Column | undefined {
  const [, part, name = ''] = /^(params|values|constraints|user_attrs|system_attrs)[._](.+)$/s.exec(heading) ?? [];
  const param = (foreign: string): Column => {
    const domain = compileSpace(space).slotOf.get(renamed(rename, foreign))?.parameter.domain;
    const emptyIsNull = !heading.startsWith('params.');
    return { part: 'params', name: foreign, ...(domain && { domain }), emptyIsNull };
  };
  if (part === 'params') return param(name);
  if (part === 'user_attrs') return { part: 'attributes', name };
  if (part === 'system_attrs') return undefined;
  // an objective may be called 'cost': in a file with prefixes it is values.cost
  if (prefixed && isFixed(heading)) return fixed(heading);
  const sole = heading === 'value' && objectives.length === 1 ? objectives[0] : undefined;
  const objective =
    part === 'values' ? (named(objectives, name) ?? objectives[Number(name)]) : (named(objectives, heading) ?? sole);
  if (objective) return { part: 'values', name: objective.name, domain: NUMBER };
  const constraint = named(constraints, part === 'constraints' ? name : heading);
  if (constraint) return { part: 'constraints', name: constraint.name, domain: NUMBER };
  if (!prefixed && compileSpace(space).slotOf.has(renamed(rename, heading))) return param(heading);
  if (isFixed(heading)) return fixed(heading);
  return prefixed || part !== undefined || ASIDE.includes(heading) ? undefined : param(heading);
}

function named<T extends { readonly name: string }>(list: readonly T[], name: string): T | undefined {
  return list.find((item) => item.name === name);
}

function isFixed(heading: string): boolean {
  return ([...FIXED, ...MEASURED] as readonly string[]).includes(heading);
}

function fixed(name: string): Column | undefined {
  if (name === 'number' || name === 'cost' || name === 'train') return { part: 'fixed', name, domain: NUMBER };
  return name === 'state' || name === 'folds' ? { part: 'fixed', name } : undefined;
}
