/**
 * Which values of two objectives several studies (seeds of one, say) reach: the empirical attainment surface of a level is the
 * border of what at least that share of the studies attains, as the median is of numbers [Fonseca 2001].
 *
 * [Fonseca 2001] Grunert da Fonseca, Fonseca and Hall, "Inferential performance assessment of stochastic optimisers and the
 *   attainment function", EMO 2001.
 */
import { StudyDefinitionError } from '../study/errors.ts';
import type { Objective } from '../study/study.ts';
import type { StudyTrials } from './study-trials.ts';

export interface AttainmentSurface {
  /** Share of the studies that attain it, (0, 1], and how many these are. */
  readonly level: number;
  readonly studies: number;
  /** Its corners in the units of the two objectives, from the best first objective on; empty where so many attain nothing. */
  readonly points: readonly (readonly [number, number])[];
}

export interface Attainment {
  readonly objectives: readonly [string, string];
  readonly surfaces: readonly AttainmentSurface[];
}

/**
 * Surfaces of the complete trials; of one study, level 1 is its Pareto front.
 * @param levels  shares in (0, 1]; quartiles and all by default
 * @throws StudyDefinitionError where there is no study, one has other than two objectives or others than the first, or a level is
 * out of its range
 */
export function attainment(
  studies: readonly StudyTrials[],
  levels: readonly number[] = [0.25, 0.5, 0.75, 1],
): Attainment {
  const objectives = objectivesOf(studies);
  const signs = objectives.map(({ goal }) => (goal === 'maximize' ? -1 : 1));
  const fronts = studies.map((study) => frontOf(study, objectives, signs));
  const firsts = [...new Set(fronts.flatMap((front) => front.map(([a]) => a)))].sort((a, b) => a - b);
  return {
    objectives: [objectives[0].name, objectives[1].name],
    surfaces: levels.map((level) => {
      if (!(level > 0 && level <= 1))
        throw new StudyDefinitionError(`a level of attainment is ${level}, expected a share above 0 up to 1`);
      const needed = Math.max(1, Math.ceil(level * studies.length - 1e-9));
      return {
        level,
        studies: needed,
        points: surfaceOf(fronts, firsts, needed).map(([a, b]) => [signs[0] * a, signs[1] * b] as const),
      };
    }),
  };
}

function objectivesOf(studies: readonly StudyTrials[]): readonly Objective[] {
  const objectives = studies[0]?.definition.objectives ?? [];
  for (const { definition } of studies) {
    const same = definition.objectives.every(
      ({ name, goal }, i) => name === objectives[i]?.name && goal === objectives[i].goal,
    );
    if (definition.objectives.length !== 2 || !same)
      throw new StudyDefinitionError(
        `study '${definition.name}' has the objectives ${definition.objectives.map(({ name }) => name).join(', ')}: ` +
          'expected two, the same in all studies',
      );
  }
  if (studies.length === 0) throw new StudyDefinitionError('attainment needs at least one study, got none');
  return objectives;
}

/** Non-dominated values, minimised, by ascending first objective. */
function frontOf(
  { trials }: StudyTrials,
  objectives: readonly Objective[],
  signs: readonly number[],
): [number, number][] {
  const points = trials
    .filter(({ state, values }) => state === 'complete' && values !== null)
    .map(({ values }) => objectives.map(({ name }, i) => signs[i] * values![name]) as [number, number])
    .sort(([a, b], [c, d]) => a - c || b - d);
  let least = Infinity;
  return points.filter(([, b]) => {
    const better = b < least;
    if (better) least = b;
    return better;
  });
}

/** At each first objective the second that so many studies reach with at most the first. */
function surfaceOf(
  fronts: readonly (readonly [number, number][])[],
  firsts: readonly number[],
  needed: number,
): [number, number][] {
  const places = fronts.map(() => 0);
  const reached = fronts.map(() => Infinity);
  const surface: [number, number][] = [];
  let least = Infinity;
  for (const first of firsts) {
    for (const [i, front] of fronts.entries())
      for (; places[i] < front.length && front[places[i]][0] <= first; places[i]++) reached[i] = front[places[i]][1];
    const second = reached.toSorted((a, b) => a - b)[needed - 1];
    if (second < least) surface.push([first, (least = second)]);
  }
  return surface;
}
