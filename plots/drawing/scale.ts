/**
 * Where values lie along an axis, and the marks on it. An axis of ECharts gets coordinates, not values: multiples of a unit where the scale
 * is linear, powers of 10 where it is logarithmic, places in a list for choices.
 */
import type { Scalar, ScalarDomain } from '../../study/space/space.ts';
import { axisLabel, drawable, numberText, shortName, unitOf } from './numbers.ts';
import type { Palette } from './palette.ts';

export interface Scale {
  /** Coordinates of the ends, min < max. */
  readonly min: number;
  readonly max: number;
  /** A value's coordinate; undefined where it has none: a choice that is not offered any more, a number <= 0 on a log scale. */
  readonly at: (value: Scalar) => number | undefined;
  readonly marks: readonly { readonly at: number; readonly label: string }[];
  readonly kind: 'linear' | 'log' | 'choices';
  /** What a coordinate of 1 is worth on a linear scale. */
  readonly unit: number;
}

interface Span {
  readonly low: number;
  readonly high: number;
}

/** Of a label, about, pixels. */
const LETTER = 7.5;
/** Marks on an axis, about. */
const MARKS = 5;
/** Room beyond the outermost values, as a share of the axis. */
const MARGIN = 0.04;

interface LinearOptions {
  /** Marks at whole numbers alone. */
  readonly whole?: boolean;
  /** Room beyond the outermost values, as a share of the axis. */
  readonly margin?: number;
}

/** Numbers, evenly. @param span low <= high */
export function linearScale(
  { low: lowest, high: highest }: Span,
  { whole = false, margin = MARGIN }: LinearOptions = {},
): Scale {
  const [low, high] = [drawable(lowest), drawable(highest)];
  // halves, since two large numbers can lie infinitely far apart
  const half = high / 2 - low / 2;
  const range = Math.min(1e300, half * 2) || Math.abs(high) || 1;
  const unit = unitOf(range);
  const room = (half > 0 ? margin : 0.5) * (range / unit);
  const [min, max] = [low / unit - room, high / unit + room];
  const least = whole ? 1 / unit : 0;
  const marks = evenly(min, max, MARKS, least).map((at) => ({ at, label: axisLabel(at * unit, range) }));
  const at = (value: Scalar): number | undefined =>
    typeof value === 'number' && Number.isFinite(value) ? drawable(value) / unit : undefined;
  return { min, max, at, marks, kind: 'linear', unit };
}

/** Numbers by their magnitude. @param span 0 < low <= high */
export function logScale({ low, high }: Span): Scale {
  const [from, to] = [Math.log10(low), Math.log10(high)];
  const room = to > from ? MARGIN * (to - from) : 0.5;
  const [min, max] = [from - room, to + room];
  const at = (value: Scalar): number | undefined =>
    typeof value === 'number' && value > 0 ? Math.log10(value) : undefined;
  return { min, max, at, marks: magnitudes(min, max), kind: 'log', unit: 1 };
}

/** Choices in their order, each with the same room. */
export function choiceScale(choices: readonly Scalar[]): Scale {
  const labels = choiceLabels(choices);
  const at = (value: Scalar): number | undefined => {
    const place = choices.indexOf(value);
    return place < 0 ? undefined : place;
  };
  const marks = labels.map((label, place) => ({ at: place, label: shortName(label, 18) }));
  return { min: -0.5, max: choices.length - 0.5, at, marks, kind: 'choices', unit: 1 };
}

/** The scale of a parameter: over its domain, and over what lies outside of it since the domain was changed. */
export function domainScale(domain: ScalarDomain, values: readonly Scalar[]): Scale {
  if (domain.kind === 'bool') return choiceScale([false, true]);
  if (domain.kind === 'choice' || domain.kind === 'ordinal') return choiceScale(domain.choices);
  const numbers = values.filter((value) => typeof value === 'number');
  const isLog = domain.scale === 'log';
  const low = numbers.reduce((least, value) => (isLog && value <= 0 ? least : Math.min(least, value)), domain.low);
  const high = numbers.reduce((most, value) => Math.max(most, value), domain.high);
  return isLog ? logScale({ low, high }) : linearScale({ low, high }, { whole: domain.kind === 'int' });
}

interface AxisLook {
  /** Pixels between the axis and its name. */
  readonly gap?: number;
  /** Pixels that the label of a choice has. */
  readonly room?: number;
}

/** One axis of a chart in Cartesian coordinates. */
export function axisOf(
  scale: Scale,
  name: string,
  colors: Palette,
  { gap = 32, room = Infinity }: AxisLook = {},
): CartesianAxis {
  const text = { color: colors.ink, fontSize: 12 };
  const longest = scale.kind === 'choices' ? Math.max(4, Math.floor(room / LETTER)) : Infinity;
  const labels = new Map(scale.marks.map(({ at, label }) => [at, shortName(label, longest)]));
  const places = scale.marks.map(({ at }) => at);
  return {
    type: 'value',
    name: shortName(name),
    nameLocation: 'middle',
    nameGap: gap,
    nameTextStyle: { ...text, fontSize: 13 },
    min: scale.min,
    max: scale.max,
    axisLabel: {
      ...text,
      hideOverlap: true,
      customValues: places,
      formatter: (at: number) => labels.get(at) ?? '',
    },
    axisTick: { show: true, customValues: places, lineStyle: { color: colors.muted } },
    axisLine: { show: true, onZero: false, lineStyle: { color: colors.muted } },
    splitLine: { show: scale.kind !== 'choices', lineStyle: { color: colors.line } },
  };
}

export interface CartesianAxis {
  readonly type: 'value';
  name: string;
  nameLocation: 'middle';
  nameGap: number;
  nameTextStyle: object;
  min: number;
  max: number;
  axisLabel: object;
  axisTick: object;
  axisLine: object;
  splitLine: object;
}

/** As they are written; as JSON where two would look alike. */
export function choiceLabels(choices: readonly Scalar[]): string[] {
  const plain = choices.map((choice) => (typeof choice === 'number' ? numberText(choice, 4) : String(choice)));
  return new Set(plain).size === plain.length ? plain : choices.map((choice) => JSON.stringify(choice));
}

/** Round numbers from `min` to `max`, some `about` of them, at least `least` apart. @param min < max */
export function evenly(min: number, max: number, about: number, least: number = 0): number[] {
  const rough = Math.max((max - min) / about, least);
  const power = 10 ** Math.floor(Math.log10(rough) + 1e-9);
  // the nearest of these on a log scale
  const times = ([1, 2, 5] as const).find((_, i) => rough * rough < [2, 10, 50][i]! * power * power) ?? 10;
  const step = Math.max(power * times, least);
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Marks on a log axis: powers of 10; in a short one 1, 2 and 5 times these; in a shorter one round numbers. */
function magnitudes(min: number, max: number): Scale['marks'] {
  const mark = (value: number): Scale['marks'][number] => ({ at: Math.log10(value), label: numberText(value, 4) });
  const [first, last] = [Math.ceil(min), Math.floor(max)];
  const powers = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  if (powers.length >= 3) {
    const every = Math.ceil(powers.length / 7);
    return powers.filter((power) => power % every === 0).map((power) => mark(Number(`1e${power}`)));
  }
  const times = Array.from({ length: Math.floor(max) - Math.floor(min) + 1 }, (_, i) => Math.floor(min) + i);
  const some = times.flatMap((power) => [1, 2, 5].map((factor) => Number(`${factor}e${power}`)));
  const inside = some.filter((value) => Math.log10(value) >= min && Math.log10(value) <= max);
  if (inside.length >= 3) return inside.map(mark);
  const [low, high] = [10 ** min, 10 ** max];
  const unit = unitOf(high - low || 1);
  return evenly(low / unit, high / unit, MARKS).map((value) => {
    const number = Number((value * unit).toPrecision(12));
    return { at: Math.log10(number), label: axisLabel(number, high - low) };
  });
}
