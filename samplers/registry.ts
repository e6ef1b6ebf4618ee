/** The samplers by name, and their options read. */
import { AUTO } from '../study/auto-sampler.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { readOptions, type Options } from '../study/options.ts';
import { listed, meant } from '../study/syntax/field.ts';
import { isRecord, show } from '../study/wording/json.ts';
import { bohb } from './bohb/bohb.ts';
import { boosting } from './boosting/boosting.ts';
import { bridgedSamplers } from './bridged/bridged.ts';
import { bruteForce } from './by-run/brute-force.ts';
import { cmaEs } from './cma/cma-es.ts';
import { dehb } from './dehb/dehb.ts';
import { nsgaII } from './evolution/nsga-ii.ts';
import { nsgaIII } from './evolution/nsga-iii.ts';
import { differentialEvolution } from './evolution/differential-evolution.ts';
import { regularizedEvolution } from './evolution/regularized-evolution.ts';
import { simulatedAnnealing } from './evolution/simulated-annealing.ts';
import { forest } from './forest/forest.ts';
import { gp } from './gp/gp.ts';
import { grid } from './designs/grid.ts';
import { pb2 } from './population/pb2.ts';
import { pbt } from './population/pbt.ts';
import { latinHypercube } from './designs/latin-hypercube.ts';
import { quasiRandom } from './designs/quasi-random.ts';
import { random } from './designs/random.ts';
import type { Sampler } from './sampler.ts';
import { adaptiveTpe } from './tpe/adaptive-tpe.ts';
import { tpe } from './tpe/tpe.ts';

/** In the order a person would try them. */
export const BUILT_IN: readonly Sampler[] = [
  tpe,
  adaptiveTpe,
  gp,
  forest,
  boosting,
  cmaEs,
  bohb,
  dehb,
  pbt,
  pb2,
  nsgaII,
  nsgaIII,
  differentialEvolution,
  regularizedEvolution,
  simulatedAnnealing,
  random,
  quasiRandom,
  latinHypercube,
  grid,
  bruteForce,
];

/** Those of other libraries: a definition may name them, a worker computes them. */
export const BRIDGED: readonly Sampler[] = bridgedSamplers();

/** All that a definition may name. */
export const KNOWN: readonly Sampler[] = [...BUILT_IN, ...BRIDGED];

/** The names of samplers, the built-in ones by default. */
export function samplerNames(samplers: readonly Sampler[] = BUILT_IN): readonly string[] {
  return samplers.map(({ name }) => name);
}

/**
 * All known samplers and a worker's own.
 * @throws StudyDefinitionError naming both where two have one name, or where one cannot be a sampler
 */
export function withOwnSamplers(own: readonly Sampler[]): readonly Sampler[] {
  const places = new Map([
    ...samplerNames(KNOWN).map((name) => [name, 'the built-in one'] as const),
    [AUTO, 'the choice among all'],
  ]);
  for (const [i, sampler] of own.entries()) {
    const place = `samplers[${i}]`;
    const fault = samplerFault(sampler);
    if (fault) throw new StudyDefinitionError(`${place} ${fault}; samplers/sampler.ts says what a sampler is`);
    const { name } = sampler;
    const other = places.get(name);
    if (other)
      throw new StudyDefinitionError(`two samplers are named ${show(name)}: ${other} and ${place}; rename yours`);
    places.set(name, place);
  }
  return [...KNOWN, ...own];
}

/** @throws StudyDefinitionError with the names there are. */
export function samplerByName(name: string, samplers: readonly Sampler[] = KNOWN): Sampler {
  const sampler = samplers.find((known) => known.name === name);
  if (sampler) return sampler;
  const names = samplerNames(samplers);
  throw new StudyDefinitionError(
    `sampler: there is no sampler ${show(name)}, expected ${listed(names)}; ` +
      meant(name, names, 'choose one of these'),
  );
}

/**
 * A sampler's options, checked, in the order of its specs, with the defaults for those that are absent.
 * @throws StudyDefinitionError naming the option, the value got and what it can be
 */
export function resolveOptions({ name, options, passes }: Sampler, raw: Readonly<Record<string, unknown>>): Options {
  const entries = Object.entries(raw);
  const passed = entries.filter(([key]) => passes !== undefined && key.startsWith(`${passes}.`));
  const own = entries.filter((entry) => !passed.includes(entry));
  const read = readOptions(`sampler.${name}`, options, Object.fromEntries(own));
  return { ...read, ...(Object.fromEntries(passed) as Options) };
}

/** What keeps a value from being a sampler, since JavaScript may hand in anything; the suite of './testing' checks the laws. */
function samplerFault(sampler: Partial<Sampler> = {}): string | undefined {
  const { name, version, options } = sampler;
  if (typeof name !== 'string' || name === '') return `has the name ${show(name)}, expected text`;
  if (!Number.isInteger(version)) return `'${name}' has version ${show(version)}, expected a whole number`;
  if (!isRecord(options)) return `'${name}' has options ${show(options)}, expected option specs by name, or {}`;
  if (sampler.heavy !== undefined && typeof sampler.heavy !== 'function')
    return `'${name}' has heavy ${show(sampler.heavy)}, expected a function of trials and problem; leave it out`;
  if (sampler.module !== undefined && typeof sampler.module !== 'string')
    return `'${name}' has module ${show(sampler.module)}, expected import.meta.url of its module; leave it out`;
  const missing = (['supports', 'advance', 'suggest'] as const).filter((call) => typeof sampler[call] !== 'function');
  return missing.length > 0 ? `'${name}' lacks ${missing.join(' and ')}, expected functions` : undefined;
}
