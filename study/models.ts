/**
 * Several model classes in one study: each has a space of its own, and the study's space is all of them under the choice `model`.
 *
 * A class's parameters are 'CLASS.NAME' there and in every table, so two classes may each have an `lr` of their own; a trial receives
 * them by their plain names, beside `model`.
 */
import { compileSpace, type CompiledSpace } from './space/dimensions.ts';
import type { Forbidden, Params, ParameterValue, Space } from './space/space.ts';
import type { StudyDefinition } from './study.ts';

/** The parameter that says of which class a trial is: the first one of the space. */
export const MODEL = 'model';

export interface ModelClass {
  readonly name: string;
  /**
   * > 0. Any number of trials is divided among the classes in this proportion, as near as whole numbers come. Where the study has as
   * many trials as the weights in sum, each class has as many as its own.
   */
  readonly weight: number;
  /** Absent: the study's. */
  readonly sampler?: StudyDefinition['sampler'];
}

/** The budget moves to the better class once each has had as many trials as its weight, failed ones among them. */
export interface BanditSpec {
  /** Weight of what is not known of classes that had few trials, 0 to 10: the larger, the longer worse classes are tried. */
  readonly exploration: number;
}

/** The space of all classes: the choice `model`, and each class's parameters where it is the one. */
export function spaceOfModels(classes: readonly { readonly name: string; readonly space: Space }[]): Space {
  const parameters = classes.flatMap(({ name, space }) =>
    space.parameters.map(({ name: plain, domain, when = [] }) => ({
      name: `${name}.${plain}`,
      domain,
      when: [
        { parameter: MODEL, in: [name] },
        ...when.map((condition) => ({ ...condition, parameter: `${name}.${condition.parameter}` })),
      ],
    })),
  );
  const choices = classes.map(({ name }) => name);
  return {
    version: 1,
    parameters: [{ name: MODEL, domain: { kind: 'choice', choices } }, ...parameters],
    forbid: classes.flatMap(({ name, space }) =>
      space.forbid.map((region) => renamed(region, (key) => `${name}.${key}`)),
    ),
  };
}

/** A class's part of a study's space: its dimensions are those from `first` on, in the same order. */
export interface ClassSpace {
  readonly space: CompiledSpace;
  readonly first: number;
}

const known = new WeakMap<CompiledSpace, Map<string, ClassSpace>>();

/** One class's space, by plain names; the same object for the same space. */
export function classSpace(compiled: CompiledSpace, name: string): ClassSpace {
  let classes = known.get(compiled);
  if (!classes) known.set(compiled, (classes = new Map()));
  let found = classes.get(name);
  if (!found) classes.set(name, (found = partOf(compiled, name)));
  return found;
}

function partOf({ space, dimensions }: CompiledSpace, name: string): ClassSpace {
  const prefix = `${name}.`;
  const isOwn = (key: string): boolean => key.startsWith(prefix);
  const plain = (key: string): string => key.slice(prefix.length);
  const parameters = space.parameters
    .filter((parameter) => isOwn(parameter.name))
    .map(({ name: full, domain, when = [] }) => {
      const inner = when
        .filter(({ parameter }) => isOwn(parameter))
        .map((condition) => ({ ...condition, parameter: plain(condition.parameter) }));
      return { name: plain(full), domain, ...(inner.length > 0 && { when: inner }) };
    });
  const forbid = space.forbid
    .filter((region) => Object.keys(region).every(isOwn))
    .map((region) => renamed(region, plain));
  return {
    space: compileSpace({ version: space.version, parameters, forbid }),
    first: dimensions.findIndex((dimension) => isOwn(dimension.name)),
  };
}

function renamed(region: Forbidden, name: (key: string) => string): Forbidden {
  return Object.fromEntries(Object.entries(region).map(([key, clause]) => [name(key), clause]));
}

/** Of which class a trial with these parameters is; undefined in a study without classes. */
export function modelOf({ models }: Pick<StudyDefinition, 'models'>, params: Params): string | undefined {
  return models && (params[MODEL] as string);
}

/** Parameters as a trial receives them: those of its class by their plain names. */
export function trialParams(definition: Pick<StudyDefinition, 'models'>, params: Params): Params {
  const model = modelOf(definition, params);
  return model === undefined ? params : plainParams(params, model);
}

/** The same without the definition: `model` is the trial's class. */
export function plainParams(params: Params, model: string): Params {
  const prefix = `${model}.`;
  const plain = (name: string): string => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [plain(name), value]));
}

/** A name of the space for what somebody wrote beside `model`: a class's own parameter may go by its plain name. */
export function fullName({ space, slotOf }: CompiledSpace, model: unknown, name: string): string {
  const [root] = space.parameters;
  const isClass =
    root?.name === MODEL && root.domain.kind === 'choice' && root.domain.choices.includes(model as string);
  const full = `${String(model)}.${name}`;
  return isClass && name !== MODEL && !slotOf.has(name) && slotOf.has(full) ? full : name;
}

/** What `trialParams` undoes; names that the space does not have stay as they are. */
export function fullParams(compiled: CompiledSpace, params: Params): Params {
  const entries = Object.entries(params).map(([name, value]): [string, ParameterValue] => [
    fullName(compiled, params[MODEL], name),
    value,
  ]);
  return Object.fromEntries(entries);
}
