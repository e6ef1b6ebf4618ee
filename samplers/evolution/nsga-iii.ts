/**
 * NSGA-III [Deb 2014; constraints Jain 2014]: like NSGA-II, but those survive who are near evenly spread reference directions, which
 * keeps three and more objectives apart. Parents are drawn without regard to value, feasible ones before others.
 *
 * Unlike the paper, the ideal and the extreme points are those of the trials that compete, so that nothing but parents passes from
 * one generation to the next.
 *
 * [Deb 2014] Deb & Jain, "An Evolutionary Many-Objective Optimization Algorithm Using Reference-Point-Based Nondominated Sorting
 *   Approach, Part I", IEEE Transactions on Evolutionary Computation 18(4), 2014.
 * [Jain 2014] Jain & Deb, the same, "Part II: Handling Constraints and Extending to an Adaptive Approach".
 */
import type { Options, Problem, Sampler } from '../sampler.ts';
import { geneticSampler, type GeneticCache } from './genetic.ts';
import type { Selection } from './generations.ts';
import { nichedSurvivors } from './niching.ts';
import { finestDivisions, referenceCount, referencePoints } from './reference-points.ts';

const MOST_REFERENCES = 10_000;

export const nsgaIII: Sampler<GeneticCache> = geneticSampler({
  name: 'nsga-iii',
  options: {
    divisions: {
      type: 'int',
      default: 0,
      low: 0,
      high: 100,
      doc: 'Parts that reference points divide each objective into; 0: as many as give no more points than the population has',
    },
  },

  supports(problem: Problem, options: Options): true | string {
    const parts = divisionsOf(problem, options);
    const count = referenceCount(problem.objectives, parts);
    if (count <= MOST_REFERENCES) return true;
    return (
      `${parts} divisions of ${problem.objectives} objectives are ${count} reference points, more than ${MOST_REFERENCES}; ` +
      'lower the option divisions, or leave it out'
    );
  },

  selection(problem: Problem, options: Options): Selection {
    const references = referencePoints(problem.objectives, divisionsOf(problem, options));
    return (rows, size) => nichedSurvivors(rows, size, references);
  },
});

function divisionsOf({ objectives }: Problem, { population, divisions }: Options): number {
  return Number(divisions) || finestDivisions(objectives, Number(population));
}
