/**
 * NSGA-II [Deb 2002], for any number of objectives (with one a plain genetic algorithm), constraints and any space.
 *
 * The first generation is drawn from the priors; in later ones each trial is a child of two winners of tournaments by front, then by
 * crowding distance (breeding.ts). Who survives a generation: crowded.ts; when it ends: generations.ts.
 *
 * [Deb 2002] Deb, Pratap, Agarwal & Meyarivan, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", IEEE Transactions on
 *   Evolutionary Computation 6(2), 2002.
 */
import type { Sampler } from '../sampler.ts';
import { crowdedSurvivors } from './crowded.ts';
import { geneticSampler, type GeneticCache } from './genetic.ts';

export const nsgaII: Sampler<GeneticCache> = geneticSampler({
  name: 'nsga-ii',
  options: {},
  supports: () => true,
  selection: () => crowdedSurvivors,
});
