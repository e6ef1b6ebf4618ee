/** How several model classes are written: { svm: { space: { … }, trials: 30 }, forest: { space: { … }, sampler: gp } }. */
import { isSchema, readSchema, type SpaceSchema } from '../schema.ts';
import type { Space } from '../space/space.ts';
import { MODEL, spaceOfModels, type BanditSpec, type ModelClass } from '../models.ts';
import type { StopRules, StudyDefinition } from '../study.ts';
import { show } from '../wording/json.ts';
import {
  child,
  listed,
  need,
  readEntries,
  readKeys,
  readNumber,
  readWhole,
  wrong,
  type Field,
  type Fields,
} from './field.ts';
import type { ForbidSyntax } from './forbid.ts';
import type { SamplerSyntax } from './input.ts';
import { readSpace, type SpaceSyntax } from './space.ts';

export interface ModelClassSyntax {
  /** Parameters by name, or a zod schema; a trial receives them beside `model`, the class's name. */
  readonly space: SpaceSyntax | SpaceSchema;
  readonly forbid?: readonly ForbidSyntax[];
  /** How many trials this class has; with `bandit` how many it has at least, default 5. */
  readonly trials?: number;
  /** Its part of the trials that are not counted out, > 0; default 1. Not beside `trials`. */
  readonly share?: number;
  /** Default: the study's. */
  readonly sampler?: SamplerSyntax;
}

/** At least two classes by name. */
export type ModelsSyntax = { readonly [name: string]: ModelClassSyntax };

/** `true`: by the defaults. */
export type BanditSyntax = true | { readonly exploration?: number };

/** A class as it was written. */
interface WrittenClass {
  readonly name: string;
  readonly field: Field;
  readonly space: Space | undefined;
  readonly trials: number | undefined;
  readonly share: number | undefined;
  readonly sampler: StudyDefinition['sampler'] | undefined;
}

export interface WrittenModels {
  readonly field: Field;
  readonly classes: readonly WrittenClass[];
  /** Of all classes; undefined where one has faults. */
  readonly space: Space | undefined;
  readonly bandit: BanditSpec | undefined;
  /** How many trials the classes have in sum, where each says how many. */
  readonly total: number | undefined;
}

const EXAMPLE = 'write models: { svm: { space: { c: { float: [0.1, 10] } } }, forest: { space: … } }';
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,49}$/;
const MINIMUM = 5;
const EXPLORATION = 2;
const MAX_TRIALS = 1_000_000_000;

/** @param readSampler  how a sampler is read */
export function readModels(
  root: Field,
  fields: Fields,
  readSampler: (field: Field) => StudyDefinition['sampler'] | undefined,
): WrittenModels | undefined {
  const [field, banditField] = [fields.get('models'), fields.get('bandit')];
  if (!field) return banditField && wrong(banditField, 'models beside it', 'leave it out: it chooses between classes');
  for (const [key, advice] of [
    ['space', "write each class's parameters into its own space"],
    ['forbid', 'write it into the class whose parameters it names'],
    ['fixed', 'write { fixed: VALUE } as the parameter in the space of its class'],
  ] as const) {
    const beside = fields.get(key);
    if (beside) root.faults.push(`${key} (value ${show(beside.value)}) cannot stand beside models; ${advice}`);
  }
  const entries = readEntries(field, 'model classes by name', EXAMPLE);
  if (!entries) return undefined;
  if (entries.size < 2) wrong(field, 'two classes or more', 'write the parameters of a single one as space');
  const bandit = banditField && readBandit(banditField);
  const classes = [...entries].map(([name, each]) => readClass(name, each, readSampler));
  for (const { field: each, share } of classes)
    if (bandit && share !== undefined)
      wrong(child(each, 'share', share), 'no share beside bandit, which divides the rest', 'leave one of the two out');
  const spaces = classes.flatMap(({ name, space }) => (space ? [{ name, space }] : []));
  const counts = classes.map(({ trials }) => trials);
  return {
    field,
    classes,
    space: spaces.length === classes.length && spaces.length > 0 ? spaceOfModels(spaces) : undefined,
    bandit,
    total:
      bandit || counts.includes(undefined) ? undefined : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
  };
}

function readClass(
  name: string,
  field: Field,
  readSampler: (field: Field) => StudyDefinition['sampler'] | undefined,
): WrittenClass {
  if (!NAME.test(name))
    field.faults.push(
      `${field.path}: the name ${show(name)} cannot be used, expected 1 to 50 letters, digits, '_' or '-', a letter first; rename the class`,
    );
  const known = ['space', 'forbid', 'trials', 'share', 'sampler'];
  const fields = readKeys(field, { known }, 'a class: its space, trials or share, sampler', EXAMPLE) ?? new Map();
  const space =
    fields.size === 0 && field.faults.length > 0
      ? undefined
      : need(field, fields, 'space', 'parameters by name', 'add space: { lr: { float: [0, 1] } }', (each) =>
          (isSchema(each.value) ? readSchema : readSpace)(each, fields.get('forbid')),
        );
  for (const parameter of space?.parameters ?? [])
    if (parameter.name.split('.')[0] === MODEL)
      field.faults.push(
        `${field.path}.space.${parameter.name}: the name '${MODEL}' is taken: it says of which class a trial is; rename the parameter`,
      );
  const [count, part, own] = ['trials', 'share', 'sampler'].map((key) => fields.get(key));
  const trials = count && readWhole(count, 1, MAX_TRIALS, 'leave it out for an equal share');
  const share =
    part && readNumber(part, 'a number > 0, at most 1000', (value) => value > 0 && value <= 1000, 'leave it out for 1');
  if (count && part) wrong(field, 'trials or share, not both', 'leave one of the two out');
  return { name, field, space, trials, share, sampler: own && readSampler(own) };
}

function readBandit(field: Field): BanditSpec | undefined {
  const example = 'write bandit: true, or bandit: { exploration: 2 }';
  if (field.value === true) return { exploration: EXPLORATION };
  const fields = readKeys(field, { known: ['exploration'] }, 'true, or options by name', example);
  const width = fields?.get('exploration');
  const exploration =
    width && readNumber(width, 'a number from 0 to 10', (value) => value >= 0 && value <= 10, 'leave it out for 2');
  return fields && { exploration: exploration ?? EXPLORATION };
}

/**
 * The classes with their weights, once the study's own rules are known; undefined after faults.
 * @param objectives  how many the samplers see
 */
export function weighModels(
  { field, classes, bandit, total }: WrittenModels,
  { trials }: StopRules,
  objectives: number,
): readonly ModelClass[] | undefined {
  if (bandit && objectives > 1)
    return wrong(
      child(field, 'bandit', true),
      'one objective',
      'weigh them (scalarize), or leave bandit out: it compares best values',
    );
  if (total !== undefined && trials !== undefined && trials !== total)
    return void field.faults.push(
      `stop.trials is ${trials}, but the trials of ${listed(classes.map(({ name }) => name))} are ${total} in sum; leave stop.trials out`,
    );
  const weights = bandit ? minimums(field, classes, trials) : sharesOf(field, classes, trials);
  return weights && classes.map(({ name, sampler }, i) => ({ name, weight: weights[i]!, ...(sampler && { sampler }) }));
}

function minimums(field: Field, classes: readonly WrittenClass[], trials = Infinity): number[] | undefined {
  const counts = classes.map((each) => each.trials ?? MINIMUM);
  const sum = counts.reduce((a, b) => a + b, 0);
  if (sum < trials) return counts;
  return void field.faults.push(
    `${field.path}: with bandit each class first has its trials (${MINIMUM} where it says none), which are ${sum} in sum, ` +
      `expected fewer than stop.trials (${trials}); ask for fewer, or leave bandit out`,
  );
}

/** Counts as they are; what they leave of the study's trials by shares, in whole numbers. */
function sharesOf(field: Field, classes: readonly WrittenClass[], trials: number | undefined): number[] | undefined {
  const open = classes.filter((each) => each.trials === undefined);
  const shares = open.map(({ share = 1 }) => share);
  if (open.length === classes.length) return shares;
  if (open.length === 0) return classes.map((each) => each.trials!);
  const names = listed(open.map(({ name }) => name));
  if (trials === undefined)
    return void field.faults.push(
      `${field.path}: some classes have trials, and ${names} the rest, but stop.trials is missing; add it, or trials to each class`,
    );
  const rest = trials - classes.reduce((sum, each) => sum + (each.trials ?? 0), 0);
  if (rest < open.length)
    return void field.faults.push(
      `${field.path}: the trials of the other classes leave ${Math.max(0, rest)} of stop.trials (${trials}) for ${names}, expected one for each; raise stop.trials`,
    );
  const parts = apportion(rest, shares);
  return classes.map((each) => each.trials ?? parts.shift()!);
}

/** Whole numbers of at least 1 whose sum is `total`, by largest remainders. */
function apportion(total: number, shares: readonly number[]): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  const exact = shares.map((share) => (share / sum) * total);
  const parts = exact.map((part) => Math.max(1, Math.floor(part)));
  const left = (): number => total - parts.reduce((a, b) => a + b, 0);
  // one at a time to whom is furthest below its part, or from whom is furthest above it
  for (let step = Math.sign(left()); left() !== 0;) {
    const gaps = exact.map((part, i) => (step < 0 && parts[i] === 1 ? -Infinity : step * (part - parts[i]!)));
    parts[gaps.indexOf(Math.max(...gaps))]! += step;
  }
  return parts;
}
