/** The plots that `dtune plot` draws, by name, and what each takes. */
import { attainmentPlot } from '../../plots/attainment.ts';
import { comparisonPlot } from '../../plots/comparison.ts';
import { contourPlot } from '../../plots/contour/contour.ts';
import { curvesPlot } from '../../plots/curves.ts';
import { edfPlot } from '../../plots/edf.ts';
import { historyPlot } from '../../plots/history.ts';
import { importancesPlot, type ImportanceMethod } from '../../plots/importances.ts';
import { lineagePlot } from '../../plots/lineage.ts';
import type { Palette } from '../../plots/drawing/palette.ts';
import { parallelPlot } from '../../plots/parallel.ts';
import { paretoPlot } from '../../plots/pareto.ts';
import type { Plot, PlottedStudy } from '../../plots/plot.ts';
import { rankPlot } from '../../plots/rank.ts';
import { schedulePlot } from '../../plots/schedule.ts';
import { slicePlot } from '../../plots/slice.ts';
import { timelinePlot } from '../../plots/timeline.ts';

/** As the command line has them. */
export interface PlotOptions {
  readonly objective?: string;
  readonly objectives?: readonly string[];
  readonly params?: readonly string[];
  readonly method?: ImportanceMethod;
  /** Names of the studies on the other side: the last ones of those given. */
  readonly against?: readonly string[];
  /** Number of a trial. */
  readonly trial?: number;
}

export interface PlotKind {
  readonly name: string;
  readonly about: string;
  readonly takes: readonly (keyof PlotOptions)[];
  /** One study, or several that are compared. */
  readonly studies: 'one' | 'several';
  /** @param studies at least one; of one alone the first is drawn */
  readonly build: (studies: readonly [PlottedStudy, ...PlottedStudy[]], options: PlotOptions, colors: Palette) => Plot;
}

export const KINDS: readonly PlotKind[] = [
  {
    name: 'history',
    about: 'the value of each trial and the best so far',
    takes: ['objective'],
    studies: 'several',
    build: (studies, options, colors) => historyPlot(studies, settingsOf(options, colors)),
  },
  {
    name: 'edf',
    about: 'which share of the trials is how good',
    takes: ['objective'],
    studies: 'several',
    build: (studies, options, colors) => edfPlot(studies, settingsOf(options, colors)),
  },
  {
    name: 'importances',
    about: 'how much each parameter matters',
    takes: ['objective', 'method'],
    studies: 'one',
    build: ([study], { method, ...options }, colors) =>
      importancesPlot(study, { ...settingsOf(options, colors), ...(method && { method }) }),
  },
  {
    name: 'slice',
    about: 'the objective over each parameter',
    takes: ['objective', 'params'],
    studies: 'one',
    build: ([study], options, colors) => slicePlot(study, settingsOf(options, colors)),
  },
  {
    name: 'contour',
    about: 'the objective over two parameters',
    takes: ['objective', 'params'],
    studies: 'one',
    build: ([study], options, colors) => contourPlot(study, settingsOf(options, colors)),
  },
  {
    name: 'rank',
    about: 'pairs of parameters, each trial with its rank',
    takes: ['objective', 'params'],
    studies: 'one',
    build: ([study], options, colors) => rankPlot(study, settingsOf(options, colors)),
  },
  {
    name: 'parallel',
    about: 'each trial as a line through its parameters',
    takes: ['objective', 'params'],
    studies: 'one',
    build: ([study], options, colors) => parallelPlot(study, settingsOf(options, colors)),
  },
  {
    name: 'pareto',
    about: 'trials between objectives, and the front',
    takes: ['objectives'],
    studies: 'several',
    build: (studies, { objectives }, colors) => paretoPlot(studies, { colors, ...(objectives && { objectives }) }),
  },
  {
    name: 'attainment',
    about: 'which values of two objectives one, half and all of several studies reach',
    takes: [],
    studies: 'several',
    build: (studies, _options, colors) => attainmentPlot(studies, { colors }),
  },
  {
    name: 'comparison',
    about:
      'the best so far of several studies (seeds) as a band, beside that of others, and the difference with its interval',
    takes: ['objective', 'against'],
    studies: 'several',
    build: (studies, { against = [], ...options }, colors) => {
      const border = studies.length - against.length;
      return comparisonPlot(studies.slice(0, border), studies.slice(border), settingsOf(options, colors));
    },
  },
  {
    name: 'timeline',
    about: 'when trials ran, and how they ended',
    takes: [],
    studies: 'one',
    build: ([study], _options, colors) => timelinePlot(study, { colors }),
  },
  {
    name: 'curves',
    about: 'what trials reported, step by step',
    takes: [],
    studies: 'one',
    build: ([study], _options, colors) => curvesPlot(study, { colors }),
  },
  {
    name: 'lineage',
    about: "a population's members over their budget, and who went on from whom",
    takes: ['objective'],
    studies: 'one',
    build: ([study], options, colors) => lineagePlot(study, settingsOf(options, colors)),
  },
  {
    name: 'schedule',
    about: "the parameters that a population's members were trained with, over their budget",
    takes: ['objective', 'params', 'trial'],
    studies: 'one',
    build: ([study], { trial, ...options }, colors) =>
      schedulePlot(study, { ...settingsOf(options, colors), ...(trial !== undefined && { trial }) }),
  },
];

function settingsOf({ objective, params }: PlotOptions, colors: Palette): Parameters<typeof slicePlot>[1] {
  return { colors, ...(objective !== undefined && { objective }), ...(params && { parameters: params }) };
}
