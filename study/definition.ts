/** What a user writes to a study definition: every fault is found in one pass and told in words. */
import type { z } from 'zod';
import { AUTO, settledModels, settledSampler } from './auto-sampler.ts';
import { checkByRun, hasNoSpace, noSpace, readByRun } from './syntax/by-run.ts';
import { readEnqueue } from './syntax/enqueue.ts';
import { StudyDefinitionError } from './errors.ts';
import { readEvaluate } from './syntax/evaluate.ts';
import { readFixed } from './syntax/fixed.ts';
import {
  child,
  isPlain,
  missing,
  need,
  readEntries,
  readFlag,
  readKeys,
  readOneOf,
  readWhole,
  wrong,
  type Field,
  type Fields,
} from './syntax/field.ts';
import { readModels, weighModels } from './syntax/models.ts';
import { isJson, isRecord } from './wording/json.ts';
import { readConstraints, readObjectives } from './syntax/objective.ts';
import { isSchema, readSchema, type SpaceSchema } from './schema.ts';
import { readSpace } from './syntax/space.ts';
import type { Space } from './space/space.ts';
import { readFairness, readPriority } from './syntax/priority.ts';
import { readPromote } from './syntax/promote.ts';
import { objectivesSeen } from './scalarize.ts';
import { readScalarize } from './syntax/scalarize.ts';
import { readReplicates } from './syntax/replicates.ts';
import { readSlots } from './syntax/slots.ts';
import { readStop } from './syntax/stop.ts';
import { EXHAUSTIBLE, type StudyDefinition, type TrialSpec, type TypedDefinition } from './study.ts';
import type { ForbidSyntax } from './syntax/forbid.ts';
import type { SamplerSyntax, StudyInput } from './syntax/input.ts';
import { isPopulation } from './scheduling.ts';
import type { SpaceSyntax } from './syntax/space.ts';
import { isAbsolutePath } from './syntax/path.ts';
import { readTrial } from './syntax/trial/trial.ts';
import { readWarmStart } from './syntax/warm-start.ts';

export interface StudyContext {
  /** Absolute path of the folder that relative paths start from: the study file's. */
  readonly directory: string;
  /** What a study without a seed of its own gets: 0 to 2^53 - 1. */
  readonly seed?: number;
}

const KNOWN = [
  'name',
  'space',
  'defineByRun',
  'forbid',
  'models',
  'bandit',
  'objective',
  'objectives',
  'constraints',
  'scalarize',
  'trial',
  'sampler',
  'scheduler',
  'replicates',
  'stop',
  'parallel',
  'order',
  'seed',
  'deterministic',
  'enqueue',
  'fixed',
  'warmStart',
  'priority',
  'fairness',
  'slots',
  'evaluate',
  'promote',
];
const UNBUILT = ['observers', 'plan', 'artifacts', 'schedule'];

/** Whatever the compiler need not check: all but a study whose space is a schema, which would else lose its types here. */
type Unchecked<Input> = Input extends { readonly space: SpaceSchema } ? never : unknown;

/** A definition travels as one message; in any script this many characters are less than its limit of 2 MiB. */
const MAX_CHARACTERS = 500_000;

/**
 * The definition that `input` (a parsed study file, or a StudyInput) describes, with every default filled in.
 * Sampler options are checked where the samplers are, modules and programs where they run.
 *
 * @throws StudyDefinitionError with one line a fault: path, value got, what was expected, what to do
 */
export function defineStudy<Schema extends SpaceSchema>(
  input: StudyInput & { readonly space: Schema },
  context: StudyContext,
): TypedDefinition<z.core.output<Schema>>;
export function defineStudy<Input>(input: Input & Unchecked<Input>, context: StudyContext): StudyDefinition;
export function defineStudy(input: unknown, context: StudyContext): StudyDefinition {
  const root: Field = { path: '', value: input, faults: [] };
  const definition = readStudy(root, context);
  if (root.faults.length > 0 || !definition) throw new StudyDefinitionError(root.faults.join('\n'));
  const characters = JSON.stringify(definition).length;
  if (characters > MAX_CHARACTERS)
    throw new StudyDefinitionError(
      `the study takes ${characters} characters as JSON, expected at most ${MAX_CHARACTERS}; shorten its largest lists`,
    );
  return definition;
}

/** A search space by itself. @throws StudyDefinitionError with one line a fault */
export function defineSpace(space: SpaceSyntax | SpaceSchema, forbid: readonly ForbidSyntax[] = []): Space {
  const field: Field = { path: 'space', value: space, faults: [] };
  const read = (isSchema(space) ? readSchema : readSpace)(field, { ...field, path: 'forbid', value: forbid });
  if (!read) throw new StudyDefinitionError(field.faults.join('\n'));
  return read;
}

/** A sampler by itself; its options are checked where the samplers are. @throws StudyDefinitionError with one line a fault */
export function defineSampler(sampler: SamplerSyntax): StudyDefinition['sampler'] {
  const field: Field = { path: 'sampler', value: sampler, faults: [] };
  const read = readSampler(field);
  if (!read) throw new StudyDefinitionError(field.faults.join('\n'));
  return read;
}

function readStudy(root: Field, context: StudyContext): StudyDefinition | undefined {
  const keys = { known: KNOWN, unbuilt: UNBUILT };
  const fields = readKeys(root, keys, 'a study: name, space, objective, trial, stop, …', 'write these keys');
  if (!fields) return undefined;
  if (!isAbsolutePath(context.directory))
    wrong(child(root, 'directory', context.directory), 'an absolute path', 'resolve it first');
  const name = need(root, fields, 'name', NAME, 'add name: my-study', readName);
  const written = readModels(root, fields, readSampler);
  const byRun = fields.get('defineByRun');
  const defineByRun = byRun && readByRun(byRun);
  const space = fields.has('models') ? written?.space : readOneSpace(root, fields, defineByRun);
  const objectives = readObjectives(root, fields);
  const constraints = readConstraints(fields.get('constraints'), objectives);
  const weighed = fields.get('scalarize');
  const scalarize = weighed && readScalarize(weighed, objectives);
  const trial = need(root, fields, 'trial', 'what runs', 'add trial: { command: [python3, train.py] }, say', (field) =>
    readTrial(field, context.directory),
  );
  const replicates = fields.get('replicates');
  const scheduler = replicates
    ? readReplicates(replicates, { trial, objectives, fields })
    : readScheduler(fields.get('scheduler'), trial);
  if (written && isPopulation(scheduler))
    wrong(fields.get('scheduler')!, 'no population beside models', 'its members go on from each other: use one model');
  const sampler = readSampler(fields.get('sampler'));
  // whether the scheduler ends by itself is asked where the schedulers are
  const endsAlone = (each: StudyDefinition['sampler'] | undefined): boolean => !each || EXHAUSTIBLE.includes(each.name);
  const ends = written ? written.classes.every((each) => endsAlone(each.sampler ?? sampler)) : endsAlone(sampler);
  const stop = readStop(root, fields.get('stop'), {
    ends: ends || scheduler !== undefined,
    counted: written?.total,
    objectives: objectives.length,
    scheduled: scheduler !== undefined,
  });
  const models =
    written && weighModels(written, stop, objectivesSeen({ objectives, ...keyed('scalarize', scalarize) }));
  if (defineByRun) checkByRun(byRun!, { models: written !== undefined, trial, stop });
  const rest = readRest(root, fields, context, space, defineByRun);
  if (trial?.kind === 'external' && rest.order === 'trial')
    wrong(
      fields.get('order')!,
      'completion with trial: external',
      'leave it out: results from outside come as they come',
    );
  const warm = fields.get('warmStart');
  const warmStart = warm && readWarmStart(warm, context.directory);
  const evaluate = fields.get('evaluate');
  const evaluated =
    evaluate &&
    readEvaluate(evaluate, {
      trial,
      space,
      objectives,
      constraints,
      ...keyed('defineByRun', defineByRun),
      ...rest,
    });
  const action = fields.get('promote');
  const promote = action && readPromote(action, context.directory, evaluate !== undefined);
  if (root.faults.length > 0) return undefined;
  const searched = {
    objectives,
    constraints,
    ...keyed('scalarize', scalarize),
    ...keyed('scheduler', scheduler),
    ...keyed('bandit', written?.bandit),
    stop,
    ...rest,
  };
  const problem = { ...searched, space: space!, ...keyed('models', models), ...keyed('defineByRun', defineByRun) };
  return {
    name: name!,
    space: space!,
    ...keyed('defineByRun', defineByRun),
    ...(models && { models: settledModels(problem, models) }),
    ...(written?.bandit && { bandit: written.bandit }),
    objectives,
    constraints,
    ...keyed('scalarize', scalarize),
    trial: trial!,
    sampler: settledSampler(problem, sampler!),
    ...(scheduler && { scheduler }),
    stop,
    ...rest,
    ...(warmStart && { warmStart }),
    ...evaluated,
    ...(promote && { promote }),
  };
}

/** With `defineByRun` it may be absent or empty. */
function readOneSpace(root: Field, fields: Fields, defineByRun: true | undefined): Space | undefined {
  if (defineByRun && hasNoSpace(fields)) return noSpace(fields.get('forbid'));
  return need(root, fields, 'space', 'parameters by name', 'add space: { lr: { float: [0, 1] } }', (field) =>
    (isSchema(field.value) ? readSchema : readSpace)(field, fields.get('forbid')),
  );
}

const NAME = "1 to 200 letters, digits, '.', '_' or '-'";

function readName(field: Field): string | undefined {
  const { value } = field;
  if (typeof value !== 'string')
    return wrong(field, NAME, typeof value === 'number' ? 'put it in quotes' : 'write text');
  if (!/^[A-Za-z0-9._-]{1,200}$/.test(value)) return wrong(field, NAME, 'rename it');
  return /^\.+$/.test(value) ? wrong(field, 'a name with more than dots', 'rename it') : value;
}

/** Absent: `auto`. */
function readSampler(field: Field | undefined): StudyDefinition['sampler'] | undefined {
  if (!field) return { name: AUTO, options: {} };
  const sampler = readNamed(field, 'sampler', 'write sampler: tpe, or sampler: { tpe: { candidates: 24 } }');
  if (sampler?.name !== AUTO || Object.keys(sampler.options).length === 0) return sampler;
  return wrong(field, 'auto without options', 'name the sampler that the options are for');
}

/** `none` is no scheduler. */
function readScheduler(field: Field | undefined, trial: TrialSpec | undefined): StudyDefinition['scheduler'] {
  if (!field || field.value === 'none') return undefined;
  const example = 'write scheduler: asha, or scheduler: { asha: { max: 81, eta: 3 } }';
  const scheduler = readNamed(field, 'scheduler', example);
  if (trial?.kind !== 'external') return scheduler;
  return wrong(field, 'no scheduler with trial: external', 'leave it out: others decide how far their trials go');
}

/** A name alone, or with options: { name: { option: value } }. */
function readNamed(field: Field, what: string, example: string): StudyDefinition['sampler'] | undefined {
  if (typeof field.value === 'string' && isPlain(field.value)) return { name: field.value, options: {} };
  const entries = readEntries(field, `a ${what}'s name, or { name: { option: value } }`, example);
  if (entries && entries.size !== 1) return wrong(field, `exactly one ${what}`, example);
  if (!entries) return undefined;
  const [[name, options]] = [...entries] as [[string, Field]];
  // a name with nothing behind it (tpe:) is null in YAML and means no options
  if (options.value === null) return { name, options: {} };
  const read = readOptions(options, example);
  return { name, options: Object.fromEntries(read) as StudyDefinition['sampler']['options'] };
}

/** Options of options have dotted names. */
function readOptions(field: Field, example: string): [string, number | boolean | string | undefined][] {
  return [...(readEntries(field, 'options by name', example) ?? [])].flatMap(([key, value]) =>
    isRecord(value.value) && Object.keys(value.value).length > 0
      ? readOptions(value, example).map(([name, own]): [string, typeof own] => [`${key}.${name}`, own])
      : [[key, readOption(value)]],
  );
}

function readOption(field: Field): number | boolean | string | undefined {
  const { value } = field;
  if (isJson(value) && (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'))
    return value;
  return wrong(field, 'a number, true, false or text', 'leave it out for its default');
}

function readRest(
  root: Field,
  fields: Fields,
  context: StudyContext,
  space: Space | undefined,
  defineByRun: true | undefined,
): Omit<
  StudyDefinition,
  | 'name'
  | 'space'
  | 'defineByRun'
  | 'models'
  | 'bandit'
  | 'objectives'
  | 'constraints'
  | 'trial'
  | 'sampler'
  | 'scheduler'
  | 'stop'
> {
  const read = <T>(key: string, otherwise: T, reader: (field: Field) => T | undefined): T => {
    const field = fields.get(key);
    return (field && reader(field)) ?? otherwise;
  };
  const seeds = (field: Field): number | undefined =>
    readWhole(field, 0, Number.MAX_SAFE_INTEGER, 'leave it out and one is drawn');
  const drawn = fields.get('seed') ?? (context.seed === undefined ? undefined : child(root, 'seed', context.seed));
  const seed = drawn
    ? seeds(drawn)
    : missing(root, 'seed', `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`, 'add seed: 1');
  // beside models it is refused already
  const values = fields.has('models') ? undefined : fields.get('fixed');
  const fixed = values && readFixed(values, space);
  return {
    parallel: read('parallel', 1, (field) => readWhole(field, 1, 1000, '1 runs one trial after another')),
    order: read('order', 'completion', (field) =>
      readOneOf(field, ['completion', 'trial'], 'leave it out for completion'),
    ),
    seed: seed ?? 0,
    deterministic: read('deterministic', false, (field) => readFlag(field, 'leave it out for false')),
    enqueue: read('enqueue', [], (field) => readEnqueue(field, space, fixed, defineByRun)),
    ...keyed('fixed', fixed),
    ...readSharing(fields),
  };
}

/** What a study shares with others, and how; absent keys stay absent. */
function readSharing(fields: Fields): Pick<StudyDefinition, 'priority' | 'fairness' | 'slots'> {
  const [priority, fairness, slots] = ['priority', 'fairness', 'slots'].map((key) => fields.get(key));
  return {
    ...keyed('priority', priority && readPriority(priority)),
    ...keyed('fairness', fairness && readFairness(fairness)),
    ...keyed('slots', slots && readSlots(slots)),
  };
}

function keyed<Key extends string, T>(key: Key, value: T | undefined): { [K in Key]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: T };
}
