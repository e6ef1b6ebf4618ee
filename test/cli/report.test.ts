import { expect, test } from 'vitest';
import { htmlReport } from '../../cli/report.ts';
import { reportInputOf, type ReportInput } from '../../cli/report/input.ts';
import type { StudyStatus } from '../../study/contract.ts';
import type { StudyDefinition } from '../../study/study.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { definitionOf } from '../study/definitions.ts';
import { trialOf } from './histories.ts';
import { rowWith, textOf } from './page.ts';

const NASTY = `<script>alert(1)</script>&"'`;

/** A report's input: the status follows from the trials, as the workflow would have it. */
function inputOf(trials: readonly TrialRecord[], definition: StudyDefinition = definitionOf()): ReportInput {
  const { name, goal } = definition.objectives[0];
  const count = (state: TrialRecord['state']): number => trials.filter((trial) => trial.state === state).length;
  const [best] = trials
    .filter(({ state }) => state === 'complete')
    .sort((a, b) => (goal === 'minimize' ? 1 : -1) * (a.values![name] - b.values![name]));
  const status: StudyStatus = {
    study: definition.name,
    status: 'complete',
    reason: 'all trials are done',
    counts: {
      complete: count('complete'),
      pruned: count('pruned'),
      failed: count('failed'),
      infeasible: count('infeasible'),
    },
    running: 0,
    waiting: 0,
    told: 0,
    tags: {},
    asked: trials.length,
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:05:35.000Z',
    best: best ? { number: best.number, params: best.params, values: best.values! } : null,
    front: best ? [{ number: best.number, params: best.params, values: best.values! }] : [],
  };
  return reportInputOf({ definition, status, trials });
}

test('sets the best against the defaults, while tuning and on other data', async () => {
  const trials = [trialOf(0, 3, { baseline: true }), trialOf(1, 5), trialOf(2, 0.25)];
  const page = await htmlReport(inputOf(trials));
  expect(rowWith(page, 'Measure')).toBe('Measure Defaults (trial 0) Best (trial 2)');
  expect(rowWith(page, 'loss while tuning')).toBe('loss while tuning 3 0.25');
  expect(rowWith(page, 'x ')).toBe('x a number from 0 to 1 0 0.2');
  expect(textOf(page)).toContain('complete (all trials are done) · 3 complete · 90 s · sampler random, seed 7');
});

test('says how sure a value is that is the mean of several runs', async () => {
  const input = inputOf([trialOf(2, 0.25)]);
  const noise = { standardDeviation: 0.02, degreesOfFreedom: 30, interval: [0.016, 0.0268] } as const;
  const best = { ...input.status.best!, replicates: 6, standardError: 0.008165 };
  const page = await htmlReport({ ...input, status: { ...input.status, best, noise } });
  expect(rowWith(page, 'loss while tuning')).toBe('loss while tuning 0.25 ± 0.008165');
  expect(textOf(page)).toContain(
    "Values are means of a trial's runs, of the best of 6. A single run differs by 0.02 (standard deviation, in 95 of 100 cases 0.016 to 0.0268).",
  );
  expect(textOf(await htmlReport(input))).not.toContain('single run');
});

test('lists the best trials first, in the direction of the goal', async () => {
  const values = [3, 1, 2, 1];
  for (const [goal, order] of [
    ['minimize', [1, 3, 2, 0]],
    ['maximize', [0, 2, 1, 3]],
  ] as const) {
    const definition = definitionOf({ objectives: [{ name: 'loss', goal }] });
    const page = await htmlReport(
      inputOf(
        values.map((value, i) => trialOf(i, value)),
        definition,
      ),
    );
    const table = page.slice(page.indexOf('<h2>Best trials'), page.indexOf('<h2>Details'));
    expect([...table.matchAll(/<th scope="row"[^>]*>(\d+)/g)].map(([, number]) => Number(number))).toEqual(order);
  }
});

test('draws the history as an image with a name and a description, in the colours of the page', async () => {
  const trials = [
    trialOf(0, 3),
    trialOf(1, null),
    trialOf(2, 4, { state: 'infeasible' }),
    trialOf(3, 1),
    trialOf(4, 2),
  ];
  const page = await htmlReport(inputOf(trials));
  const svg = page.slice(page.indexOf('<svg '), page.indexOf('</svg>'));
  expect(svg).toContain('role="img" aria-labelledby="history-1-title" aria-describedby="history-1-desc"');
  expect(svg).toContain('<title id="history-1-title">History of loss</title>');
  expect(svg).toContain(
    'The lowest value so far goes from 3 at trial 0 to 1 at trial 3; 5 trials, 3 of them complete.',
  );
  for (const name of ['complete', 'infeasible', 'failed', 'best so far', 'trial', 'loss (minimize)'])
    expect(svg).toContain(`>${name}</text>`);
  expect(svg).not.toContain('>pruned</text>');
  // two marks in the legend and the chart each for what is neither complete nor the line
  for (const color of ['infeasible', 'failed']) expect(svg.split(`fill="var(--${color})"`)).toHaveLength(3);
});

test('needs nothing from elsewhere', async () => {
  const page = await htmlReport(inputOf([trialOf(0, 3), trialOf(1, 1)]));
  expect(page.replace(/ xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(
    /https?:|src=|href=|@import|url\((?!#)|<script|<link/i,
  );
});

test('shows names and values as they are written, never as markup', async () => {
  const domain = { kind: 'choice', choices: [NASTY, 'plain'] } as const;
  const definition = definitionOf({
    name: NASTY,
    space: { version: 1, parameters: [{ name: `p${NASTY}`, domain }], forbid: [] },
    objectives: [{ name: `o${NASTY}`, goal: 'minimize' }],
  });
  const params = { [`p${NASTY}`]: NASTY };
  const trials = [1, 2].map((value) => trialOf(value, value, { params, values: { [`o${NASTY}`]: value } }));
  const failed = trialOf(3, null, { params, reason: `boom ${NASTY}\n  at a stack` });
  const page = await htmlReport(inputOf([...trials, failed], definition));
  expect(page).not.toContain('<script');
  // title, heading, measure, parameter, value, reason, axis, …
  expect(page.split('&lt;script&gt;alert(1)&lt;/script&gt;').length).toBeGreaterThan(12);
  expect(textOf(page)).toContain(`boom ${NASTY}`);
  expect(page).not.toContain('at a stack');
});

test('tells of a study in which every trial failed', async () => {
  const page = await htmlReport(
    inputOf([0, 1, 2].map((number) => trialOf(number, null, { reason: `no GPU ${number}` }))),
  );
  expect(textOf(page)).toContain('No trial is complete, so there is no best one.');
  expect(rowWith(page, '2')).toBe('2 no GPU 2');
  expect(page).not.toContain('<svg');
  expect(page).not.toContain('Best trials');
});

test('tells of one trial, and of none', async () => {
  const one = await htmlReport(inputOf([trialOf(0, 3, { baseline: true })]));
  expect(rowWith(one, 'loss while tuning')).toBe('loss while tuning 3 3');
  expect(one).not.toContain('<svg');
  expect(textOf(await htmlReport(inputOf([])))).toContain('no trial finished');
});

test('shows several objectives, each with its history, the trials on the front first', async () => {
  const definition = definitionOf({
    objectives: [
      { name: 'loss', goal: 'minimize' },
      { name: 'speed', goal: 'maximize' },
    ],
  });
  const trials = [
    [3, 1],
    [1, 5],
    [2, 9],
  ].map(([loss, speed], i) => trialOf(i, loss, { values: { loss, speed } }));
  const input = inputOf(trials, definition);
  const front = [2, 1].map((number) => ({ number, params: {}, values: trials[number].values! }));
  const page = await htmlReport({ ...input, status: { ...input.status, front } });
  expect(page.match(/<svg /g)).toHaveLength(2);
  expect(textOf(page)).toContain('Tuned to minimize loss, maximize speed.');
  expect(rowWith(page, 'speed while tuning')).toBe('speed while tuning 5');
  const table = page.slice(page.indexOf('<h2>Best trials'));
  expect([...table.matchAll(/<th scope="row"[^>]*>(\d+)/g)].map(([, number]) => Number(number))).toEqual([1, 2, 0]);
});

test('draws an even choice of very many trials', async () => {
  const many = Array.from({ length: 20_000 }, (_, number) => trialOf(number, 1 + ((number * 7919) % 1000)));
  const page = await htmlReport(inputOf(many));
  const marks = page.split('fill="var(--trial)"').length;
  expect(marks).toBeGreaterThan(1000);
  expect(marks).toBeLessThan(3010);
});

test.each([
  ['far apart', [-1e308, 1e308, 0, 5]],
  ['all alike', [2, 2, 2]],
  ['tiny', [1e-300, 2e-300, 3e-300]],
  ['zero', [0, 0]],
  ['apart by their last bits', [1, 1 + 2 ** -52, 1 + 2 ** -51]],
  ['close together', [5, 5 + 1e-11, 5 + 2e-11]],
])('draws values that are %s', async (_name, values) => {
  const page = await htmlReport(inputOf(values.map((value, i) => trialOf(i, value))));
  expect(page).toContain('<svg ');
  expect(page.slice(page.indexOf('<svg '), page.indexOf('</svg>'))).not.toMatch(/NaN|Infinity|undefined/);
});

test('is light or dark as asked, else as the reader likes', async () => {
  const input = inputOf([trialOf(0, 1)]);
  expect(await htmlReport({ ...input, theme: 'dark' })).toMatch(/<html lang="en"\s+data-theme="dark"/);
  expect(await htmlReport(input)).not.toMatch(/<html[^>]*data-theme/);
});
