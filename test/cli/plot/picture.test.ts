import { describe, expect, it } from 'vitest';
import { KINDS, type PlotKind } from '../../../cli/plot/kinds.ts';
import { pictureOf } from '../../../cli/plot/picture.ts';
import { DARK, LIGHT } from '../../../plots/drawing/palette.ts';
import type { PlottedStudy } from '../../../plots/plot.ts';
import type { Parameter } from '../../../study/space/space.ts';
import type { Objective } from '../../../study/study.ts';
import { DEPTH, FIVE, manyTrials, RATE, studyOf } from '../../plots/studies.ts';
import { trialOf } from '../histories.ts';

const NASTY = `<script>alert("1")</script>&'{b}\n`;
const TWO: readonly Objective[] = [
  { name: 'loss', goal: 'minimize' },
  { name: 'speed', goal: 'maximize' },
];

/** Its plot as a picture; a front is one of two objectives. */
function draw({ name, build }: PlotKind, study: PlottedStudy): Promise<string> {
  const { definition, trials } = study;
  const [{ name: first }] = definition.objectives;
  const isFront = name === 'pareto' || name === 'attainment';
  const drawn: PlottedStudy = isFront
    ? {
        definition: { ...definition, objectives: [...definition.objectives, TWO[1]] },
        trials: trials.map((trial) => ({
          ...trial,
          values: trial.values && { ...trial.values, speed: Math.abs(trial.values[first]) ** 0.5 },
        })),
      }
    : {
        definition,
        trials: trials.map((trial, i) => ({ ...trial, rung: { to: 1 + (i % 3), bracket: i % 2, rung: i % 3 } })),
      };
  return pictureOf(build([drawn], {}, LIGHT), LIGHT);
}

/** What a reader sees: the text elements, entities resolved. */
function textOf(svg: string): string {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)]
    .map(([, text]) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"'))
    .join('\n')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** Each tag closed in order, and no bare sign of markup in between. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, end, name, closed] of svg.matchAll(/<(\/?)([\w:]+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>/g)) {
    if (end) expect(open.pop()).toBe(name);
    else if (!closed) open.push(name);
  }
  expect(open).toEqual([]);
  const rest = svg.replace(/<(\/?)([\w:]+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>/g, '');
  expect(rest).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;|#39;|#160;|nbsp;)/);
  expect(svg).not.toMatch(/NaN|Infinity|undefined|\[object/);
}

describe.each(KINDS.map((kind) => [kind.name, kind] as const))('the picture of %s', (_name, kind) => {
  it('has its title, its notes and the names of its axes', async () => {
    const svg = await draw(kind, studyOf(FIVE));
    expectWellFormed(svg);
    const text = textOf(svg);
    expect(text).toContain('digits');
    const axes: Readonly<Record<string, string>> = {
      timeline: 'seconds since 2026-01-02 03:04:05 UTC',
      curves: 'reported value (minimize)',
      importances: 'share of the importance for loss',
      rank: 'rate',
      contour: 'below 1.5',
      schedule: 'budget',
    };
    expect(text).toContain(axes[kind.name] ?? 'loss (minimize)');
    if (kind.name !== 'importances') expect(text).toContain('5 trials: 3 complete, 1 pruned, 1 failed');
  });

  it('is the same again', async () => {
    const study = studyOf(manyTrials(30));
    expect(await draw(kind, study)).toBe(await draw(kind, study));
  });

  it('says why it is empty where there is no trial, or none with a value', async () => {
    for (const trials of [[], [trialOf(0, null, { startedAt: null, finishedAt: null })]]) {
      const svg = await draw(kind, studyOf(trials));
      expectWellFormed(svg);
      expect(textOf(svg)).toMatch(/No trial |has 0 complete trials/);
    }
  });

  it.each([
    ['one trial', studyOf(FIVE.slice(0, 1))],
    ['equal values', studyOf([1, 1, 1].map((value, i) => trialOf(i, value, { params: FIVE[i].params })))],
    [
      'values far apart',
      studyOf([-1e308, 1e308, 0, 1e-300].map((value, i) => trialOf(i, value, { params: FIVE[i].params }))),
    ],
    [
      'values that differ in their last bits',
      studyOf([1, 1 + 2 ** -52, 1 + 2 ** -51].map((value, i) => trialOf(i, value, { params: FIVE[i].params }))),
    ],
    ['constant parameters and one choice', constants()],
    [
      'no parameter at all',
      studyOf(
        [1, 2].map((value, i) => trialOf(i, value, { params: {} })),
        { parameters: [] },
      ),
    ],
    ['lists', lists()],
    ['values that the space has no more', studyOf(FIVE, { parameters: [RATE, { ...DEPTH, name: 'gone' }] })],
  ])('can be drawn of %s', async (_case, study) => {
    expectWellFormed(await draw(kind, study));
  });

  it('shows names as they are written, never as markup', async () => {
    const domain = { kind: 'choice', choices: [NASTY, 'plain'] } as const;
    const parameters = ['p', 'q'].map((name): Parameter => ({ name: `${name}${NASTY}`, domain }));
    const trials = [1, 2, 3].map((value, i) =>
      trialOf(i, value, {
        params: Object.fromEntries(parameters.map(({ name }) => [name, i === 0 ? 'plain' : NASTY])),
        values: { [`o${NASTY}`]: value },
        reports: [[1, value]],
      }),
    );
    const svg = await draw(
      kind,
      studyOf(trials, { name: NASTY, parameters, objectives: [{ name: `o${NASTY}`, goal: 'minimize' }] }),
    );
    expectWellFormed(svg);
    expect(textOf(svg)).toContain('<script>alert("1")</script>');
  });
});

describe('a picture', () => {
  it('is dark where that is asked for', async () => {
    const [kind] = KINDS;
    const plot = kind.build([studyOf(FIVE)], {}, DARK);
    expect(await pictureOf(plot, DARK)).toContain(`fill="${DARK.paper}"`);
  });

  it('shows studies side by side by lines and marks of their own', async () => {
    const studies = ['a', 'b', 'a'].map((name) => studyOf(manyTrials(12), { name }));
    for (const kind of KINDS.filter(({ name }) => name === 'history' || name === 'edf')) {
      const svg = await pictureOf(kind.build([studies[0], ...studies.slice(1)], {}, LIGHT), LIGHT);
      expectWellFormed(svg);
      expect(textOf(svg)).toMatch(/a\n[^]*b\n[^]*a \(2\)/);
      expect(svg.match(/stroke-dasharray="[^"]+"/g)!.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('draws what several studies attain by how many do, and two sides of a comparison as bands', async () => {
    const kindOf = (name: string): PlotKind => KINDS.find((kind) => kind.name === name)!;
    const two = ['a', 'b', 'c'].map((name, i) => {
      const trials = manyTrials(20).map((trial) => ({ ...trial, values: { loss: trial.values!.loss + i, speed: i } }));
      return studyOf(trials, { name, objectives: TWO });
    });
    const [first, ...rest] = two;
    const svg = await pictureOf(kindOf('attainment').build([first, ...rest], {}, LIGHT), LIGHT);
    expectWellFormed(svg);
    expect(textOf(svg)).toMatch(/1 of 3\n[^]*2 of 3\n[^]*all 3 studies/);
    const compared = await pictureOf(kindOf('comparison').build([first, ...rest], { against: ['c'] }, DARK), DARK);
    expectWellFormed(compared);
    expect(textOf(compared)).toMatch(/a and 1 more against c/);
    expect(compared.match(/fill-opacity="0.16"/g)).toHaveLength(2);
  });

  it('breaks long notes, and long titles off', async () => {
    const svg = await draw(KINDS[0], studyOf(FIVE, { name: 'long '.repeat(60) }));
    const lengths = textOf(svg)
      .split('\n')
      .map((line) => line.length);
    expect(Math.max(...lengths)).toBeLessThan(130);
  });
});

function constants(): PlottedStudy {
  const parameters: Parameter[] = [
    { name: 'rate', domain: { kind: 'float', low: 0.1, high: 0.1, scale: 'log' } },
    { name: 'depth', domain: { kind: 'int', low: 0, high: 0, scale: 'linear' } },
    { name: 'model', domain: { kind: 'choice', choices: ['tree'] } },
  ];
  const params = { rate: 0.1, depth: 0, model: 'tree' };
  return studyOf(
    [1, 2, 3].map((value, i) => trialOf(i, value, { params })),
    { parameters },
  );
}

function lists(): PlottedStudy {
  const parameters: Parameter[] = [
    {
      name: 'units',
      domain: { kind: 'array', element: { kind: 'int', low: 8, high: 64, scale: 'log' }, length: [1, 2] },
    },
    { name: 'order', domain: { kind: 'permutation', items: ['a', 'b', null] } },
    { name: 'fixed', domain: { kind: 'fixed', value: { deep: [1] } } },
  ];
  const params = [
    { units: [8], order: ['a', 'b', null], fixed: { deep: [1] } },
    { units: [16, 64], order: [null, 'b', 'a'], fixed: { deep: [1] } },
    { units: [32, 8], order: ['b', null, 'a'], fixed: { deep: [1] } },
  ];
  return studyOf(
    params.map((each, i) => trialOf(i, i, { params: each })),
    { parameters },
  );
}
