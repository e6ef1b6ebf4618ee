/**
 * One parameter by itself: an ordinary suggestion in the space of this parameter alone, made from the trials that had it. So any
 * sampler that needs nothing but points and results can serve trials that ask for parameters while they run; what parameters have to
 * do with each other it cannot see.
 */
import { compileSpace, indexOf } from '../study/space/dimensions.ts';
import { scalarAt } from '../study/space/point.ts';
import type { Scalar, Space } from '../study/space/space.ts';
import type { Options, ParameterAsk, Problem, Rng, Row, Sampler, View } from './sampler.ts';

/** The value that a sampler suggests for a parameter alone. @throws SamplerFallbackError where its `suggest` does */
export function parameterAlone<C>(
  sampler: Sampler<C>,
  { name, domain, past }: ParameterAsk,
  rng: Rng,
  { fixed: _fixed, ...problem }: Problem,
  options: Options,
): Scalar {
  const space: Space = { version: 1, parameters: [{ name, domain }], forbid: [] };
  // other parameters tell points with one value apart
  const alone: Problem = { ...problem, space: compileSpace(space), deterministic: false };
  const rows = past.flatMap((row) => {
    const value = row.suggested!.find((each) => each.name === name)?.value;
    // ranges and choices may differ between trials: what this one cannot have says nothing here
    const number = value === undefined ? undefined : indexOf(domain, value);
    return number === undefined ? [] : [{ row, number }];
  });
  const view: View = {
    seq: rows.length,
    rows: rows.map(({ row, number }, i) => alike(row, number, i)),
    closed: rows.map((_, i) => i),
  };
  const ask = { number: rows.length, fixed: Float64Array.of(NaN) };
  const cache = sampler.advance(undefined, view, alone, options);
  const answer = sampler.suggest(cache, view, ask, rng, alone, options);
  if (answer === 'exhausted')
    throw new Error(`sampler ${sampler.name} has no value for ${name}, though repeats are allowed`);
  return scalarAt(domain, answer.x[0] + 0);
}

/** The row as one of a study of this parameter alone, closed in the order of its number. */
function alike({ origin, state, y, c, cost, step, seed }: Row, x: number, number: number): Row {
  return {
    number,
    space: 1,
    origin,
    state,
    x: Float64Array.of(x),
    seed,
    asOf: number,
    closed: number + 1,
    ...(y && { y }),
    ...(c && { c }),
    ...(cost !== undefined && { cost }),
    ...(step !== undefined && { step }),
  };
}
