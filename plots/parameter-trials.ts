/** What plots of an objective beside parameters begin with: the trials that have a value, and where they lie on their axes. */
import { objectiveOf } from '../analysis/study-trials.ts';
import type { Objective } from '../study/study.ts';
import { objectiveScale, type ObjectiveScale } from './drawing/objective-scale.ts';
import { namedParameters, plotParameters, type PlotParameter } from './parameters.ts';
import { emptyPlot, type Plot, type PlotSettings, type PlotTable, type PlottedStudy } from './plot.ts';
import { domainScale, type Scale } from './drawing/scale.ts';
import { displayNames } from './studies.ts';
import { bestOf, completeNote, scored, type Scored } from './trials.ts';

export interface ParametersSettings extends PlotSettings {
  /** Names of parameters, or of lists: all of them. */
  readonly parameters?: readonly string[];
}

export interface ParameterTrials {
  readonly objective: Objective;
  readonly parameters: readonly PlotParameter[];
  /** The complete trials that have a value, by number. */
  readonly all: readonly Scored[];
}

/** A plot's title and table, what it says of the trials, and its axes. */
export interface ParameterAxes extends Pick<Plot, 'title' | 'table'> {
  readonly counts: string;
  readonly best: Scored;
  readonly y: ObjectiveScale;
  /** One a parameter. */
  readonly scales: readonly Scale[];
}

/** @throws StudyDefinitionError for an unknown parameter or objective */
export function parameterTrials(
  { definition, trials }: PlottedStudy,
  { parameters: names, objective: wanted }: ParametersSettings,
): ParameterTrials {
  const objective = objectiveOf(definition, wanted);
  const { space } = definition;
  const parameters = names ? namedParameters(space, names) : plotParameters(space);
  return { objective, parameters, all: scored(trials, objective) };
}

/** @param what  the plot's name @returns an empty plot that says why, where there is nothing to draw */
export function parameterAxes(
  study: PlottedStudy,
  what: string,
  { objective, parameters, all }: ParameterTrials,
  table: PlotTable,
  { colors }: PlotSettings,
): ParameterAxes | { readonly empty: Plot } {
  const title = `${what} of ${objective.name}: ${displayNames([study])[0]}`;
  const counts = completeNote(study.trials);
  const best = bestOf(all, objective);
  if (parameters.length === 0)
    return { empty: emptyPlot({ title, table }, 'The study has no parameter that varies.', colors) };
  if (!best) {
    const why = `No trial has a value of ${objective.name} yet.`;
    return { empty: emptyPlot({ title, table, notes: [counts] }, why, colors) };
  }
  const y = objectiveScale(
    all.map(({ value }) => value),
    objective,
  );
  const scales = parameters.map(({ domain, valueIn }) =>
    domainScale(
      domain,
      all.flatMap(({ trial }) => valueIn(trial.params) ?? []),
    ),
  );
  return { title, table, counts, best, y, scales };
}
