/** A best that lies at the end of its range: what is better may lie beyond. */
import { compileSpace, type CompiledSpace, type Dimension } from '../../study/space/dimensions.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { encode, holds } from '../../study/space/point.ts';
import type { ScalarDomain } from '../../study/space/space.ts';
import { show } from '../../study/wording/json.ts';
import { log } from '../../samplers/numerics/elementary.ts';
import { figure } from '../figures.ts';
import type { Guard } from './guard.ts';

/** Grids up to this size count as at their end only in their first and last value. */
const FEW = 10;

export const bound: Guard = ({ definition, guards, best }) => {
  if (!best) return { lacks: 'there is no best trial' };
  const space = compileSpace(definition.space);
  let x: Float64Array;
  try {
    x = encode(space, best.params);
  } catch (error) {
    if (!(error instanceof StudyDefinitionError)) throw error;
    return { lacks: `trial ${best.number} is not in the space as it is now: ${error.message}` };
  }
  const found = space.dimensions.flatMap((dimension, i) => {
    const end = holds(dimension.when, x) ? endOf(dimension, x[i]!, guards.bound) : undefined;
    return end ? [{ dimension, end, value: x[i]!, choices: choicesOf(space, i) }] : [];
  });
  if (found.length === 0) return null;
  const seen = found.map(({ dimension: { name, low, high }, end, value, choices }) => {
    const [from, to] = [low, high].map((each) => (choices ? show(choices[each]) : figure(each)));
    return `${name} = ${choices ? show(choices[value]) : figure(value)}, at the ${end} end of ${from} to ${to}`;
  });
  const wider = found.map(({ dimension, end, choices }) => `${dimension.name} ${widening(dimension, end, choices)}`);
  return {
    saw: `The best, trial ${best.number}, lies at the end of a range: ${seen.join('; ')}.`,
    advice: `Better values may lie beyond: widen ${wider.join('; ')}.`,
    blocks: false,
  };
};

type End = 'low' | 'high';

/** The end that the value lies within `share` of the range of, on the dimension's own scale. */
function endOf({ kind, low, high, log: onLog, size }: Dimension, value: number, share: number): End | undefined {
  // two values are ends both of them; what the trial does not have is NaN
  if (kind === 'categorical' || size < 3 || Number.isNaN(value)) return undefined;
  if (value === low) return 'low';
  if (value === high) return 'high';
  if (kind === 'ordinal' || size <= FEW) return undefined;
  // in halves: the width of the widest range is no finite number
  const place = onLog
    ? (log(value) - log(low)) / (log(high) - log(low))
    : (0.5 * value - 0.5 * low) / (0.5 * high - 0.5 * low);
  const nearer = Math.min(place, 1 - place);
  // 9.95 of 5 to 10 is at 0.99, but for its last bit
  return nearer <= share + 1e-12 ? (place < 0.5 ? 'low' : 'high') : undefined;
}

/** A factor of ten on a log scale, as much again on a linear one, but not across 0. */
function widening({ low, high, log: onLog, kind }: Dimension, end: End, choices: ScalarChoices): string {
  if (choices) return `by a value ${end === 'low' ? 'before' : 'after'} ${show(choices[end === 'low' ? low : high])}`;
  const width = high - low;
  if (end === 'high') {
    const beyond = onLog ? high * 10 : high <= 0 ? Math.min(0, high + width) : high + width;
    if (beyond === high) return `above ${figure(high)}, if more makes sense`;
    return `to ${figure(beyond)}${high === 1 ? ', if more makes sense' : ''}`;
  }
  const tenth = kind === 'int' ? Math.max(1, Math.floor(low / 10)) : low / 10;
  const beyond = onLog ? tenth : low >= 0 ? Math.max(0, low - width) : low - width;
  return beyond < low ? `to ${figure(beyond)}` : `below ${figure(low)}, if less makes sense`;
}

type ScalarChoices = readonly unknown[] | undefined;

/** Of an ordinal dimension. */
function choicesOf({ slots }: CompiledSpace, dim: number): ScalarChoices {
  const { domain } = slots.find(({ dims }) => dims.includes(dim))!.parameter;
  const scalar = domain.kind === 'array' ? domain.element : (domain as ScalarDomain);
  return scalar.kind === 'ordinal' ? scalar.choices : undefined;
}
