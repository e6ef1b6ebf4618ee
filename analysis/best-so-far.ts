/** How the best value grows with the trials: of one study, and of several (seeds of one, say) as a median with quartiles. */
import { quantile } from '../study/numerics/quantile.ts';
import { objectiveOf, type StudyTrials } from './study-trials.ts';

export interface BestSoFar {
  readonly study: string;
  readonly objective: string;
  readonly goal: 'minimize' | 'maximize';
  /** Trial numbers of the trials that ended and count (complete, pruned, infeasible), ascending. */
  readonly numbers: readonly number[];
  /** Their own values, null where there is none that counts: only complete trials can be the best. */
  readonly values: readonly (number | null)[];
  /** The best of these and all before, null before the first. */
  readonly best: readonly (number | null)[];
}

/** At each number of trials, over the studies that have so many and a best value by then. */
export interface BestBand {
  /** 1, 2, ... */
  readonly trials: readonly number[];
  readonly studies: readonly number[];
  readonly lower: readonly number[];
  readonly median: readonly number[];
  readonly upper: readonly number[];
}

const COUNTED = ['complete', 'pruned', 'infeasible'];

/** By trial number; told and imported trials are left out, as they cost the study nothing. */
export function bestSoFar({ definition, trials }: StudyTrials, objective?: string): BestSoFar {
  const { name, goal } = objectiveOf(definition, objective);
  const counted = trials
    .filter(({ state, origin }) => COUNTED.includes(state) && origin !== 'imported' && origin !== 'told')
    .toSorted((a, b) => a.number - b.number);
  const values = counted.map(({ state, values: named }) => (state === 'complete' ? (named?.[name] ?? null) : null));
  let best: number | null = null;
  return {
    study: definition.name,
    objective: name,
    goal,
    numbers: counted.map(({ number }) => number),
    values,
    best: values.map((value) => {
      if (value !== null && (best === null || (goal === 'maximize' ? value > best : value < best))) best = value;
      return best;
    }),
  };
}

/**
 * Median and quartiles of the best value over studies of one objective, as far as at least one of them goes.
 * A study that has ended earlier counts no more.
 */
export function bestBand(studies: readonly StudyTrials[], objective?: string): BestBand {
  const lines = studies.map((study) => bestSoFar(study, objective).best);
  const longest = Math.max(0, ...lines.map(({ length }) => length));
  const columns = Array.from({ length: longest }, (_, i) =>
    lines.flatMap((line) => line[i] ?? []).sort((a, b) => a - b),
  );
  const kept = [...columns.keys()].filter((i) => columns[i].length > 0);
  const at = (share: number): number[] => kept.map((i) => quantile(columns[i], share));
  return {
    trials: kept.map((i) => i + 1),
    studies: kept.map((i) => columns[i].length),
    lower: at(0.25),
    median: at(0.5),
    upper: at(0.75),
  };
}
