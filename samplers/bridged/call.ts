/**
 * What a suggestion of another library follows from, as the process that has the library is told it: a library, a space, everything that was
 * asked and told before, in the order of the log, and the ask. Nothing else may matter.
 */
import type { CompiledSpace, Dimension } from '../../study/space/dimensions.ts';
import type { Options } from '../../study/options.ts';
import type { Scalar } from '../../study/space/space.ts';

/** How a library comes to where it was: asked again for every trial, or told all of them and given a seed of the trial's own. */
export type Exact = 'replay' | 'reseed';

export interface LibrarySpec {
  readonly library: string;
  readonly exact: Exact;
  readonly dimensions: readonly WireDimension[];
  readonly objectives: number;
  readonly constraints: number;
  /** The bridge's own. */
  readonly options: Options;
  /** The library's, as the user wrote them. */
  readonly arguments: Arguments;
}

export interface Arguments {
  readonly [name: string]: number | boolean | string | Arguments;
}

/** One number a dimension, null where inactive or free. */
export type WirePoint = readonly (number | null)[];

export interface Call {
  readonly spec: LibrarySpec;
  /** Lines of JSON, each an event of the log; of two asks of a study the later one's mostly begins with the earlier one's. */
  readonly log: readonly string[];
  readonly ask: { readonly ask: number; readonly fixed: WirePoint; readonly seed: number };
  /** The interpreter, and how long it may be silent, seconds. */
  readonly python: string;
  readonly timeout: number;
}

export interface Answer {
  readonly x: WirePoint;
  /** Of what made it: 'optuna 5.0.0, numpy 2.4.6'. */
  readonly versions: string;
}

/**
 * Who answers.
 *
 * @throws SamplerFallbackError where the library failed; anything else is the asker's affair
 */
export type Oracle = (call: Call) => Answer;

export interface WireDimension extends Pick<Dimension, 'name' | 'kind' | 'low' | 'high' | 'log' | 'step' | 'when'> {
  /** Absent: continuous. */
  readonly size?: number;
  /** The values of a choice. */
  readonly choices?: readonly Scalar[];
}

export function wireDimensions({ dimensions, slots }: CompiledSpace): WireDimension[] {
  const choices = new Map<number, readonly Scalar[]>();
  for (const { parameter, dims } of slots) {
    const domain = parameter.domain.kind === 'array' ? parameter.domain.element : parameter.domain;
    // the first dimension of an array is its length
    const named = parameter.domain.kind === 'array' ? dims.slice(1) : dims;
    if (domain.kind === 'choice') for (const dim of named) choices.set(dim, domain.choices);
  }
  return dimensions.map(({ name, kind, low, high, log, step, size, when }, i) => {
    const values = choices.get(i);
    return {
      name,
      kind,
      low,
      high,
      log,
      step,
      when,
      ...(size < Infinity && { size }),
      ...(values && { choices: values }),
    };
  });
}

export function wirePoint(x: Float64Array): WirePoint {
  return Array.from(x, (value) => (Number.isNaN(value) ? null : value));
}
