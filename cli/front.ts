/** The front of a study with several objectives: how much it dominates, and what each trial adds. */
import { contributions, hypervolume, referenceBeyond } from '../samplers/objectives/hypervolume.ts';
import type { BestTrial } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { Objective } from '../study/study.ts';
import { shortNumber } from './progress.ts';
import { cell, tableText } from './output.ts';

export interface Front {
  /** By the first objective, the best first; each with its share of the hypervolume that no other trial has. */
  readonly trials: readonly (BestTrial & { readonly adds: number })[];
  /** By objective, in the study's units; null where no trial is complete. */
  readonly reference: Readonly<Record<string, number>> | null;
  /** What the trials dominate up to the reference, in the product of the objectives' units. */
  readonly hypervolume: number;
}

/**
 * @param trials     non-dominated ones
 * @param reference  by objective; by default a tenth beyond the worst values on the front
 * @throws StudyDefinitionError where the reference names other objectives, or lacks one
 */
export function frontOf(
  objectives: readonly Objective[],
  trials: readonly BestTrial[],
  reference?: Readonly<Record<string, number>>,
): Front {
  const names = objectives.map(({ name }) => name);
  const minimised = (values: Readonly<Record<string, number>>): number[] =>
    objectives.map(({ name, goal }) => (goal === 'maximize' ? -values[name]! : values[name]!));
  const given = Object.keys(reference ?? {});
  if (reference && (given.length !== names.length || !names.every((name) => given.includes(name))))
    throw new StudyDefinitionError(
      `--reference names ${given.join(', ')}, expected each of ${names.join(', ')} once; ` +
        `write ${names.map((name) => `--reference ${name}=1`).join(' ')}, say`,
    );
  const sorted = trials.toSorted((a, b) => minimised(a.values)[0]! - minimised(b.values)[0]!);
  const points = sorted.map(({ values }) => minimised(values));
  if (points.length === 0) return { trials: [], reference: reference ?? null, hypervolume: 0 };
  const beyond = reference ? minimised(reference) : referenceBeyond(points);
  const volume = hypervolume(points, beyond);
  const added = contributions(points, beyond);
  return {
    trials: sorted.map((trial, i) => ({ ...trial, adds: volume > 0 ? added[i]! / volume : 0 })),
    reference: Object.fromEntries(
      objectives.map(({ name, goal }, i) => [name, goal === 'maximize' ? -beyond[i]! : beyond[i]!]),
    ),
    hypervolume: volume,
  };
}

/** For people: a row a trial. */
export function frontText(objectives: readonly Objective[], { trials, reference, hypervolume: volume }: Front): string {
  if (trials.length === 0) return 'no trial is complete yet';
  const names = objectives.map(({ name }) => name);
  const rows = trials.map(({ number, values, params, adds }) => [
    String(number),
    ...names.map((name) => shortNumber(values[name]!)),
    `${(100 * adds).toFixed(1)} %`,
    Object.entries(params)
      .map(([name, value]) => `${name}=${cell(value)}`)
      .join(' '),
  ]);
  const bounds = names.map((name) => `${name} ${shortNumber(reference![name]!)}`).join(', ');
  return [
    tableText(['trial', ...names, 'adds', 'parameters'], rows),
    `hypervolume ${shortNumber(volume)}, up to ${bounds}`,
  ].join('\n');
}
