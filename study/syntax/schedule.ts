/**
 * How a parameter that changes while a trial trains is written: as ordinary parameters of the space, so that samplers need to know
 * nothing of it. What a trial makes of them says parameter-schedule.ts.
 *
 *   lr: { schedule: { base: { float: [1e-4, 0.1], scale: log }, warmup: { float: [0, 0.2] }, shape: { constant: , cosine: { final: 0.01 } } } }
 *
 * stands for lr.base, lr.shape, lr.warmup and lr.cosine.final, the last one where lr.shape is cosine.
 */
import type { Domain, ParameterValue, Scalar } from '../space/space.ts';
import { isRecord } from '../wording/json.ts';
import { child, listed, meant, missing, need, readEntries, readKeys, wrong, type Field, type Fields } from './field.ts';
import type { ScalarSyntax } from './parameter.ts';

/** A number, or what is tuned of it. */
export type ScheduledNumber = number | ScalarSyntax | { readonly fixed: number };

export interface ShapesSyntax {
  readonly constant?: null | Readonly<Record<never, never>>;
  /** Times `factor` (> 0; 0.1) after each `every` steps (whole, at least 1). */
  readonly step?: { readonly factor?: ScheduledNumber; readonly every: ScheduledNumber };
  /** Times `rate` (> 0) after each step. */
  readonly exponential?: { readonly rate: ScheduledNumber };
  /** Down to `final` (0 to 1; 0) of the base. */
  readonly cosine?: null | { readonly final?: ScheduledNumber };
  /** Up from `from` (0 to 1; 0.04) of the base for a share `peak` (0 to 1; 0.3) of the steps, then down to `final` (0 to 1; 4e-6). */
  readonly 'one-cycle'?: null | {
    readonly peak?: ScheduledNumber;
    readonly from?: ScheduledNumber;
    readonly final?: ScheduledNumber;
  };
}

export interface ScheduleSyntax {
  readonly schedule: {
    /** What the shape begins with; of one-cycle the highest value. */
    readonly base: ScheduledNumber;
    /** Share of the steps that lead up to the base, 0 to 1; not of one-cycle, which has its own. */
    readonly warmup?: ScheduledNumber;
    /** One, several of which one is chosen, or each with its parameters; default: constant. */
    readonly shape?: keyof ShapesSyntax | readonly (keyof ShapesSyntax)[] | ShapesSyntax;
  };
  readonly when?: { readonly [parameter: string]: Scalar | readonly Scalar[] };
}

/** What a number of a schedule can be. */
interface Limits {
  readonly words: string;
  readonly passes: (value: number) => boolean;
  readonly whole?: true;
  /** Absent: it has to be given. */
  readonly otherwise?: number;
}

/** A parameter of the space, as if it had been written so. */
export interface WrittenParameter {
  readonly name: string;
  readonly field: Field;
  /** Its condition, where that stands elsewhere. */
  readonly when?: Field;
  readonly limits?: Limits;
}

const share = (otherwise: number): Limits => ({
  words: 'a number from 0 to 1',
  passes: (value) => value >= 0 && value <= 1,
  otherwise,
});
const positive: Limits = { words: 'a number > 0', passes: (value) => value > 0 };
const steps: Limits = { words: 'a whole number of at least 1', passes: (value) => value >= 1, whole: true };
const any: Limits = { words: 'a number', passes: () => true };

const SHAPES: Readonly<Record<string, Readonly<Record<string, Limits>>>> = {
  constant: {},
  step: { factor: { ...positive, otherwise: 0.1 }, every: steps },
  exponential: { rate: positive },
  cosine: { final: share(0) },
  // the factors of PyTorch: 1 / 25, and 1e-4 of that
  'one-cycle': { peak: share(0.3), from: share(0.04), final: share(4e-6) },
};
const NAMES = Object.keys(SHAPES);
const CYCLE = 'one-cycle';
const EXAMPLE = 'write schedule: { base: { float: [1e-4, 0.1], scale: log }, shape: [constant, cosine] }';

/** The parameters of a space, those that schedules stand for among them. */
export function expandSchedules(entries: Fields): readonly WrittenParameter[] {
  return [...entries].flatMap(([name, field]) => {
    if (!isRecord(field.value) || field.value['schedule'] === undefined) return [{ name, field }];
    const beside = [...entries.keys()].find((other) => other.startsWith(`${name}.`));
    if (beside !== undefined)
      field.faults.push(
        `${field.path} has a schedule, whose parameters have names such as '${name}.base', expected none beside them that begin so; rename '${beside}'`,
      );
    return expand(name, field);
  });
}

/** Notes that a number of a schedule can be what it may not. */
export function checkLimits(
  { field, limits }: Pick<WrittenParameter, 'field' | 'limits'>,
  domain: Domain | undefined,
): void {
  if (!domain || !limits) return;
  const values = valuesOf(domain);
  const whole = !limits.whole || (domain.kind !== 'float' && values?.every(Number.isInteger));
  if (values && whole && values.every((value) => typeof value === 'number' && limits.passes(value))) return;
  const shown = domain.kind === 'fixed' ? { ...field, value: domain.value } : field;
  wrong(shown, `${limits.words}, or a range or choice of such`, 'change it');
}

/** The ends of what it can be, or all of it; undefined where that is no single value. */
function valuesOf(domain: Domain): readonly ParameterValue[] | undefined {
  if (domain.kind === 'float' || domain.kind === 'int') return [domain.low, domain.high];
  if (domain.kind === 'choice' || domain.kind === 'ordinal') return domain.choices;
  return domain.kind === 'fixed' ? [domain.value] : undefined;
}

function expand(name: string, parameter: Field): readonly WrittenParameter[] {
  const outer = readKeys(parameter, { known: ['schedule', 'when'] }, 'schedule, and when', EXAMPLE);
  const known = { known: ['base', 'warmup', 'shape'] };
  const fields = outer && readKeys(outer.get('schedule')!, known, 'base, warmup and shape', EXAMPLE);
  if (!fields) return [];
  const schedule = outer.get('schedule')!;
  const when = outer.get('when');
  const base = need(schedule, fields, 'base', 'what it begins with', EXAMPLE, (field) =>
    written(`${name}.base`, field, any, when),
  );
  const shapes = readShapes(fields.get('shape') ?? child(schedule, 'shape', 'constant'));
  if (!base || !shapes) return [];
  const shape = `${name}.shape`;
  const ifShape = (value: unknown): Field => child(parameter, 'when', { [shape]: value });
  const chosen = shapes.map((each) => each.shape);
  const warmup = fields.get('warmup');
  const warm = chosen.filter((each) => each !== CYCLE);
  if (warmup && warm.length === 0)
    wrong(warmup, `no warmup beside ${CYCLE}, which has its own`, 'set its peak instead');
  return [
    base,
    {
      name: shape,
      field: child(parameter, 'shape', chosen.length > 1 ? { choice: chosen } : { fixed: chosen[0] }),
      // what is wrong with it is said of the base's
      ...(when && { when: { ...when, faults: [] } }),
    },
    ...(warmup && warm.length > 0 ? [written(`${name}.warmup`, warmup, share(0), ifShape(warm))] : []),
    ...shapes.flatMap((each) =>
      each.numbers.map(({ key, field, limits }) =>
        written(`${name}.${each.shape}.${key}`, field, limits, ifShape(each.shape)),
      ),
    ),
  ];
}

interface ReadShape {
  readonly shape: string;
  readonly numbers: readonly { readonly key: string; readonly field: Field; readonly limits: Limits }[];
}

function readShapes(field: Field): readonly ReadShape[] | undefined {
  const before = field.faults.length;
  const { value } = field;
  const list = typeof value === 'string' ? [value] : value;
  const named = Array.isArray(list)
    ? new Map(list.map((name: unknown) => [name, child(field, String(name), null)] as const))
    : readEntries(field, `one or more of ${listed(NAMES)}`, EXAMPLE);
  if (!named) return undefined;
  if (named.size === 0) return wrong(field, 'at least one shape', 'leave it out for constant');
  if (Array.isArray(list) && named.size < list.length) return wrong(field, 'each shape once', 'remove one of the two');
  const read = [...named].map(([name, given]) => {
    if (typeof name === 'string' && Object.hasOwn(SHAPES, name)) return readShape(name, given);
    return wrong({ ...field, value: name }, listed(NAMES), meant(String(name), NAMES, 'choose one of these'));
  });
  return field.faults.length > before ? undefined : (read as ReadShape[]);
}

function readShape(shape: string, field: Field): ReadShape | undefined {
  const numbers = SHAPES[shape]!;
  const keys = Object.keys(numbers);
  // a name with nothing behind it is null in YAML, and has what it needs by default
  const given = field.value === null ? { ...field, value: {} } : field;
  const fields = readKeys(given, { known: keys }, keys.length === 0 ? 'nothing' : listed(keys), 'leave it out');
  if (!fields) return undefined;
  return {
    shape,
    numbers: keys.flatMap((key) => {
      const limits = numbers[key]!;
      const own = fields.get(key) ?? (limits.otherwise === undefined ? undefined : child(field, key, limits.otherwise));
      if (!own) missing(field, key, limits.words, `add ${key}, a number or a range`);
      return own ? [{ key, field: own, limits }] : [];
    }),
  };
}

/** A number of a schedule as a parameter of its own. */
function written(name: string, field: Field, limits: Limits, when: Field | undefined): WrittenParameter {
  const { value } = field;
  if (isRecord(value) && value['when'] !== undefined)
    wrong(child(field, 'when', value['when']), 'no when here', 'write it beside schedule, for the whole');
  const own = typeof value === 'number' ? { ...field, value: { fixed: value } } : field;
  return { name, field: own, limits, ...(when && { when }) };
}
