/**
 * Samplers of other libraries (Optuna, Hyperopt, scikit-optimize, bayesian-optimization) as samplers of a study. The numbers come from an
 * oracle, a process with the library in it (activities/suggest); what it is asked, and what becomes of its answer, is decided here, and is
 * as pure as in any other sampler.
 *
 * By replay a library is asked again for every trial, and told in the order of the log what became of them: the sequence is that of the library used
 * alone with the study's seed (modulo 2^32). That is bounded: from trial `replayed` on, and by reseed from the first, each trial has a library of its own,
 * told all rows, with a seed of the trial's. Which of the two follows from the trial's number alone.
 */
import { onStep, type Dimension } from '../../study/space/dimensions.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { pinned } from '../fixed-values.ts';
import type { Ask, Options, Problem, Rng, Sampler, Suggestion, View } from '../sampler.ts';
import { drawPoint, unitDraws } from '../unit-cube.ts';
import { wireDimensions, wirePoint, type Arguments, type Exact, type LibrarySpec, type Oracle } from './call.ts';
import { LIBRARIES, libraryServes, type LibraryTraits } from './libraries.ts';
import { libraryLog } from './log.ts';
import { digestOf, encodeNote, MOST_DIMENSIONS } from './memo.ts';

/** Before the name of an argument of the library's own: `options.n_startup_trials`. */
const OWN = 'options';
/** Streams of a trial's numbers. */
const SEED = 0;
const PARENTS = 1_000;
const FILLED = 3_000;

export function isBridged(sampler: Sampler): boolean {
  return LIBRARIES.some(({ name }) => name === sampler.name);
}

/** @param oracle  who answers; absent: nobody here, which is said in words where one is asked */
export function bridgedSamplers(oracle: Oracle = nobody): readonly Sampler[] {
  return LIBRARIES.map((traits) => bridgedSampler(traits, oracle));
}

function bridgedSampler(traits: LibraryTraits, oracle: Oracle): Sampler<null> {
  const { name, options } = traits;
  return {
    name,
    version: 1,
    options,
    passes: OWN,

    supports(problem, chosen) {
      if (problem.space.dimensions.length > MOST_DIMENSIONS)
        return `it takes ${MOST_DIMENSIONS} numbers at most, and the space has ${problem.space.dimensions.length}; use tpe`;
      return libraryServes(traits, problem, chosen);
    },

    advance: () => null,

    suggest(
      _cache,
      view: View,
      ask: Ask,
      rng: Rng,
      { space, objectives, constraints }: Problem,
      chosen: Options,
    ): Suggestion {
      const spec: LibrarySpec = {
        library: name,
        exact: exactOf(traits, chosen, ask.number),
        dimensions: wireDimensions(space),
        objectives,
        constraints,
        options: Object.fromEntries(Object.keys(options).map((key) => [key, chosen[key]])),
        arguments: argumentsOf(chosen),
      };
      const digest = digestOf(spec);
      const fixed = decided(space, ask, rng);
      const { x, versions } = oracle({
        spec,
        log: libraryLog(view, spec.exact, digest),
        ask: { ask: ask.number, fixed: wirePoint(fixed), seed: Math.floor(rng.uniform(SEED, 0) * 4_294_967_296) },
        python: String(chosen['python']),
        timeout: Number(chosen['timeout']),
      });
      const said = Float64Array.from(fixed, (value, i) =>
        Number.isNaN(value) ? onGrid(space.dimensions[i], x[i] ?? NaN) : value,
      );
      return {
        // a parent that is given may bring in what the library did not think of
        x: drawPoint(space, { fixed: said }, unitDraws(rng, FILLED)),
        memo: encodeNote({ digest, versions, given: Array.from(fixed, (value) => !Number.isNaN(value)) }),
      };
    },
  };
}

function exactOf(traits: LibraryTraits, options: Options, number: number): Exact {
  if (options['exact'] === 'reseed') return 'reseed';
  return traits.stateless(options) && number >= Number(options['replayed']) ? 'reseed' : 'replay';
}

/** What is given, and the parents that this leaves a choice of: no library knows that their values have to fit. */
function decided(space: Problem['space'], ask: Ask, rng: Rng): Float64Array {
  const { fixed, among } = pinned(space, ask.fixed);
  if (!among) return fixed;
  const drawn = drawPoint(space, ask, unitDraws(rng, PARENTS));
  return fixed.map((value, i) => (among.has(i) ? drawn[i] : value));
}

/** The nearest value of the dimension: libraries round theirs otherwise. */
function onGrid({ low, high, step, size }: Dimension, value: number): number {
  if (Number.isNaN(value) || step === 0) return value;
  return Math.min(high, onStep(low, step, Math.min(size - 1, Math.max(0, Math.round((value - low) / step)))));
}

/** { 'options.acq_func_kwargs.xi': 0.1 } as { acq_func_kwargs: { xi: 0.1 } }. */
function argumentsOf(options: Options): Arguments {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(options)) {
    const [head, ...keys] = path.split('.');
    if (head !== OWN || keys.length === 0) continue;
    const last = keys.pop()!;
    let place = root;
    for (const key of keys) place = (place[key] ??= {}) as Record<string, unknown>;
    place[last] = value;
  }
  return root as Arguments;
}

const nobody: Oracle = ({ spec }) => {
  throw new StudyDefinitionError(
    `sampler ${spec.library}: its numbers come from a Python process, which only a worker of a study starts; ` +
      'run a study with it, or use a sampler of our own here',
  );
};
