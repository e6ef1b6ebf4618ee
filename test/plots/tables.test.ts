import { describe, expect, it } from 'vitest';
import { attainmentPlot } from '../../plots/attainment.ts';
import { comparisonPlot } from '../../plots/comparison.ts';
import { contourPlot } from '../../plots/contour/contour.ts';
import { curvesPlot } from '../../plots/curves.ts';
import { edfPlot } from '../../plots/edf.ts';
import { historyPlot } from '../../plots/history.ts';
import { importancesPlot } from '../../plots/importances.ts';
import { lineagePlot } from '../../plots/lineage.ts';
import { schedulePlot } from '../../plots/schedule.ts';
import { LIGHT } from '../../plots/drawing/palette.ts';
import { parallelPlot } from '../../plots/parallel.ts';
import { paretoPlot } from '../../plots/pareto.ts';
import { rankPlot } from '../../plots/rank.ts';
import { slicePlot } from '../../plots/slice.ts';
import { timelinePlot } from '../../plots/timeline.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { trialOf } from '../cli/histories.ts';
import { DEPTH, FIVE, LEAVES, manyTrials, MODEL, RATE, studyOf } from './studies.ts';

const colors = LIGHT;
const five = studyOf(FIVE);
const up = studyOf(FIVE, { objectives: [{ name: 'loss', goal: 'maximize' }] });

describe('the table of a plot', () => {
  it('has the value of each trial and the best so far, study by study', () => {
    const other = studyOf([trialOf(0, 7)], { name: 'other' });
    const { table } = historyPlot([five, other], { colors });
    expect(table).toEqual({
      columns: ['study', 'trial', 'state', 'loss', 'best so far'],
      rows: [
        ['digits', 0, 'complete', 3, 3],
        ['digits', 1, 'complete', 2, 2],
        ['digits', 2, 'failed', null, null],
        ['digits', 3, 'pruned', null, null],
        ['digits', 4, 'complete', 1, 1],
        ['other', 0, 'complete', 7, 7],
      ],
    });
    expect(historyPlot([up], { colors }).table.rows.map((row) => row[4])).toEqual([3, 3, null, null, 3]);
  });

  it('has the share of trials at least as good, in the direction of the goal', () => {
    expect(edfPlot([five], { colors }).table.rows).toEqual([
      ['digits', 1, 1 / 3],
      ['digits', 2, 2 / 3],
      ['digits', 3, 1],
    ]);
    expect(edfPlot([up], { colors }).table.rows).toEqual([
      ['digits', 1, 1],
      ['digits', 2, 1 - 1 / 3],
      ['digits', 3, 1 - 2 / 3],
    ]);
  });

  it('has the corners of what one, and all, of the studies attain', () => {
    const objectives = [
      { name: 'loss', goal: 'minimize' as const },
      { name: 'speed', goal: 'maximize' as const },
    ];
    const of = (name: string, ...points: [number, number][]) =>
      studyOf(
        points.map(([loss, speed], i) => trialOf(i, loss, { values: { loss, speed } })),
        { name, objectives },
      );
    const studies = [of('a', [1, 2], [3, 5], [4, 4]), of('b', [2, 3])];
    expect(attainmentPlot(studies, { colors }).table).toEqual({
      columns: ['studies', 'share', 'loss', 'speed'],
      rows: [
        [1, 0.5, 1, 2],
        [1, 0.5, 2, 3],
        [1, 0.5, 3, 5],
        [2, 1, 2, 2],
        [2, 1, 3, 3],
      ],
    });
  });

  it('has the best so far of each side, by trials, as quartiles', () => {
    const of = (...values: number[]) => studyOf(values.map((value, i) => trialOf(i, value)));
    const { table, notes } = comparisonPlot([of(3, 1), of(5, 4)], [of(2), of(1)], { colors });
    expect(table).toEqual({
      columns: ['side', 'trials', 'studies', 'lower quartile', 'median', 'upper quartile'],
      rows: [
        ['digits and 1 more', 1, 2, 3.5, 4, 4.5],
        ['digits and 1 more', 2, 2, 1.75, 2.5, 3.25],
        ['digits and 1 more', 1, 2, 1.25, 1.5, 1.75],
      ],
    });
    expect(notes.join(' ')).toMatch(/After 1 trial the best loss of the other side is on average 2.5 better/);
    expect(comparisonPlot([of(3)], [of(5)], { colors }).notes.join(' ')).toMatch(
      /2 worse; no interval: there is one study alone on a side/,
    );
  });

  it('has a row a parameter and trial that had it', () => {
    expect(slicePlot(five, { colors, parameters: ['leaves', 'model'] }).table).toEqual({
      columns: ['parameter', 'value', 'trial', 'loss'],
      rows: [
        ['leaves', 8, 0, 3],
        ['leaves', 32, 4, 1],
        ['model', 'tree', 0, 3],
        ['model', 'line', 1, 2],
        ['model', 'tree', 4, 1],
      ],
    });
  });

  it('has the trials that had both parameters', () => {
    expect(contourPlot(five, { colors, parameters: ['rate', 'leaves'] }).table).toEqual({
      columns: ['trial', 'rate', 'leaves', 'loss'],
      rows: [
        [0, 0.01, 8, 3],
        [4, 0.002, 32, 1],
      ],
    });
  });

  it('has all parameters of each trial, null where it had none', () => {
    expect(parallelPlot(five, { colors }).table).toEqual({
      columns: ['trial', 'loss', 'rate', 'depth', 'model', 'leaves'],
      rows: [
        [0, 3, 0.01, 2, 'tree', 8],
        [1, 2, 0.001, 5, 'line', null],
        [4, 1, 0.002, 6, 'tree', 32],
      ],
    });
  });

  it('has ranks from 1, equal values sharing the mean of theirs', () => {
    const trials = [5, 1, 5, 3].map((value, i) => trialOf(i, value, { params: { depth: 1 + i, model: 'line' } }));
    const ranks = (study: typeof five): unknown =>
      rankPlot(study, { colors, parameters: ['depth', 'model'] }).table.rows.map((row) => row[2]);
    expect(ranks(studyOf(trials))).toEqual([3.5, 1, 3.5, 2]);
    expect(ranks(studyOf(trials, { objectives: up.definition.objectives }))).toEqual([1.5, 4, 1.5, 3]);
  });

  it('says who is on the front, in the direction of each goal', () => {
    const objectives = [
      { name: 'loss', goal: 'minimize' },
      { name: 'speed', goal: 'maximize' },
    ] as const;
    const trials = [
      [1, 1],
      [2, 5],
      [3, 4],
      [4, 9],
    ].map(([loss, speed], i) => trialOf(i, loss, { values: { loss, speed } }));
    expect(paretoPlot([studyOf(trials, { objectives })], { colors }).table).toEqual({
      columns: ['study', 'trial', 'loss', 'speed', 'on the front'],
      rows: [
        ['digits', 0, 1, 1, true],
        ['digits', 1, 2, 5, true],
        ['digits', 2, 3, 4, false],
        ['digits', 3, 4, 9, true],
      ],
    });
  });

  it('has the span of each trial, and a lane in which no two overlap', () => {
    const at = (second: number): string => new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString();
    const spans = [
      [0, 10],
      [2, 4],
      [5, 8],
      [6, undefined],
    ] as const;
    const trials = spans.map(([from, to], i) =>
      trialOf(i, to === undefined ? null : i, {
        ...(to === undefined && { state: 'running' }),
        startedAt: at(from),
        finishedAt: to === undefined ? null : at(to),
      }),
    );
    const waiting = trialOf(4, null, { state: 'waiting', startedAt: null, finishedAt: null });
    const { table } = timelinePlot(studyOf([...trials, waiting]), { colors });
    expect(table.columns).toEqual(['trial', 'state', 'started', 'finished', 'seconds', 'lane']);
    expect(table.rows).toEqual([
      [0, 'complete', at(0), at(10), 10, 0],
      [1, 'complete', at(2), at(4), 2, 1],
      [2, 'complete', at(5), at(8), 3, 1],
      [3, 'running', at(6), null, null, 2],
    ]);
  });

  it('has every report', () => {
    expect(curvesPlot(five, { colors }).table).toEqual({
      columns: ['trial', 'state', 'step', 'value'],
      rows: [
        [0, 'complete', 1, 5],
        [0, 'complete', 2, 3],
        [3, 'pruned', 1, 9],
        [4, 'complete', 1, 4],
        [4, 'complete', 2, 1],
      ],
    });
  });

  it('has members, budgets and parents', () => {
    const member = (number: number, value: number, bracket: number, to: number, parent?: number) =>
      trialOf(number, value, { rung: { to, bracket, rung: to / 5 - 1 }, ...(parent !== undefined && { parent }) });
    const trials = [member(0, 3, 0, 5), member(1, 2, 1, 5), member(2, 1, 0, 10, 1), member(3, 4, 1, 10, 1)];
    const plot = lineagePlot(studyOf(trials), { colors });
    expect(plot.table).toEqual({
      columns: ['trial', 'member', 'budget', 'loss', 'parent', "parent's member"],
      rows: [
        [0, 0, 5, 3, null, null],
        [1, 1, 5, 2, null, null],
        [2, 0, 10, 1, 1, 1],
        [3, 1, 10, 4, 1, 1],
      ],
    });
    expect(plot.description).toBe(
      '2 members, 4 intervals, 1 time one went on from another. The best, trial 2, has 1 at budget 10.',
    );
    expect(lineagePlot(studyOf(trials.slice(0, 2)), { colors }).notes).toContain(
      'No trial has gone on from where another ended.',
    );
  });

  it('has what each member was trained with, from where to where, and which led to one trial', () => {
    const member = (number: number, value: number, bracket: number, to: number, rate: number, parent?: number) =>
      trialOf(number, value, {
        params: { rate, depth: 3 },
        rung: { to, bracket, rung: to / 5 - 1 },
        ...(parent !== undefined && { parent }),
      });
    const trials = [
      member(0, 3, 0, 5, 0.01),
      member(1, 2, 1, 5, 0.02),
      member(2, 1, 0, 10, 0.024, 1),
      member(3, 4, 1, 10, 0.02, 1),
    ];
    const study = studyOf(trials, { parameters: [RATE, DEPTH] });
    const plot = schedulePlot(study, { colors });
    expect(plot.table).toEqual({
      columns: ['trial', 'member', 'from', 'to', 'in the schedule', 'loss', 'rate', 'depth'],
      rows: [
        [0, 0, 0, 5, false, 3, 0.01, 3],
        [1, 1, 0, 5, true, 2, 0.02, 3],
        [2, 0, 5, 10, true, 1, 0.024, 3],
        [3, 1, 5, 10, false, 4, 0.02, 3],
      ],
    });
    expect(plot.description).toBe(
      'What trial 2 was trained with, 2 intervals to budget 10, rate from 0.02 to 0.024, depth 3 at both ends; beside it 2 members.',
    );
    const of = (trial: number) => schedulePlot(study, { colors, trial }).table.rows.map((row) => row[4]);
    expect(of(3)).toEqual([false, true, false, true]);
    expect(of(0)).toEqual([true, false, false, false]);
    expect(() => of(9)).toThrow('there is no trial 9, expected one of the 4 there are');
    expect(schedulePlot(studyOf([trialOf(0, 1, {})]), { colors }).description).toContain(
      'a schedule is of a population',
    );
  });

  it('has shares that add up to 1, the most important parameter first', () => {
    const study = studyOf(manyTrials(40));
    for (const method of ['fanova', 'ped-anova'] as const) {
      const { rows } = importancesPlot(study, { colors, method }).table;
      const shares = rows.map((row) => row[1] as number);
      expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      expect(shares).toEqual(shares.toSorted((a, b) => b - a));
      if (method === 'fanova') expect(rows[0][0]).toBe('rate');
    }
  });
});

describe('a plot', () => {
  it('says in words what it shows and what it leaves out', () => {
    const { title, description, notes } = slicePlot(five, { colors });
    expect(title).toBe('Slices of loss: digits');
    expect(description).toBe(
      'loss over 4 parameters, 3 trials. The best is 1 at rate 0.002, depth 6, model tree, leaves 32.',
    );
    expect(notes).toEqual([
      '5 trials: 3 complete, 1 pruned, 1 failed; only complete ones are drawn.',
      '1 trial had no leaves.',
    ]);
  });

  it('takes the objective that is named', () => {
    const objectives = [
      { name: 'loss', goal: 'minimize' },
      { name: 'speed', goal: 'maximize' },
    ] as const;
    const trials = [1, 2].map((loss, i) => trialOf(i, loss, { values: { loss, speed: 10 * loss } }));
    const study = studyOf(trials, { objectives });
    expect(historyPlot([study], { colors, objective: 'speed' }).table.rows.map((row) => row[4])).toEqual([10, 20]);
    expect(() => historyPlot([study], { colors, objective: 'sped' })).toThrow(
      "study 'digits' has no objective 'sped'; its objectives are loss, speed",
    );
  });

  it('refuses parameters that there are not, and a contour of other than two', () => {
    expect(() => slicePlot(five, { colors, parameters: ['dept'] })).toThrow(
      new StudyDefinitionError("there is no parameter 'dept' to plot; there are rate, depth, model, leaves"),
    );
    expect(() => contourPlot(five, { colors, parameters: ['depth'] })).toThrow(
      'a contour is over two parameters, got depth: name two of them',
    );
    expect(() => paretoPlot([five], { colors })).toThrow(
      'a front is between objectives, here is one: loss; plot its history, or name two objectives',
    );
  });

  it('draws the two parameters that matter most unless they are named', () => {
    const study = studyOf(manyTrials(40), { parameters: [MODEL, LEAVES, DEPTH, RATE] });
    const important = importancesPlot(study, { colors }).table.rows.slice(0, 2);
    expect(important.map(([name]) => name)).toEqual(['rate', 'depth']);
    expect(contourPlot(study, { colors }).table.columns).toEqual(['trial', 'depth', 'rate', 'loss']);
  });
});
