import { describe, expect, it } from 'vitest';
import { createRng } from '../../samplers/numerics/philox.ts';
import { random } from '../../samplers/designs/random.ts';
import { resolveOptions } from '../../samplers/registry.ts';
import type { Problem, Row, Sampler } from '../../samplers/sampler.ts';
import { sessionOf } from '../../samplers/session.ts';
import { tpe } from '../../samplers/tpe/tpe.ts';
import { compileSpace } from '../../study/space/dimensions.ts';
import { decode, pointFault } from '../../study/space/point.ts';
import type { Forbidden, Params, Parameter, Space } from '../../study/space/space.ts';

type Outcome = number | 'failed' | 'pending' | { readonly pruned: number } | { readonly violation: number };

interface Settings {
  readonly sampler?: Sampler;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly forbid?: readonly Forbidden[];
  readonly seed?: number;
  readonly deterministic?: boolean;
  readonly fixed?: (number: number) => Params | undefined;
}

const unit = { kind: 'float', low: 0, high: 1, scale: 'linear' } as const;
const plane: Parameter[] = [
  { name: 'x', domain: unit },
  { name: 'y', domain: unit },
];
const branches: Parameter[] = [
  { name: 'model', domain: { kind: 'choice', choices: ['linear', 'net', 'tree'] } },
  { name: 'l2', domain: unit, when: [{ parameter: 'model', in: ['linear'] }] },
  {
    name: 'lr',
    domain: { kind: 'float', low: 1e-5, high: 1, scale: 'log' },
    when: [{ parameter: 'model', in: ['net'] }],
  },
  {
    name: 'units',
    domain: { kind: 'array', element: { kind: 'int', low: 4, high: 64, scale: 'log' }, length: [1, 3] },
    when: [{ parameter: 'model', in: ['net'] }],
  },
  {
    name: 'optimizer',
    domain: { kind: 'choice', choices: ['adam', 'sgd'] },
    when: [{ parameter: 'model', in: ['net'] }],
  },
  { name: 'momentum', domain: unit, when: [{ parameter: 'optimizer', in: ['sgd'] }] },
  { name: 'nesterov', domain: { kind: 'bool' }, when: [{ parameter: 'optimizer', in: ['sgd'] }] },
  {
    name: 'depth',
    domain: { kind: 'int', low: 1, high: 20, scale: 'linear' },
    when: [{ parameter: 'model', in: ['tree'] }],
  },
];

function problemOf(parameters: readonly Parameter[], settings: Settings = {}): Problem {
  const space: Space = { version: 1, parameters, forbid: settings.forbid ?? [] };
  const deterministic = settings.deterministic ?? false;
  return { space: compileSpace(space), objectives: 1, constraints: 1, parallel: 1, deterministic };
}

/** Plays n trials one after the other; pending ones never end. */
function play(
  parameters: readonly Parameter[],
  n: number,
  trial: (params: Params) => Outcome,
  settings: Settings = {},
): Row[] {
  const { sampler = tpe, options = {}, seed = 1, fixed } = settings;
  const problem = problemOf(parameters, settings);
  const session = sessionOf(sampler, resolveOptions(sampler, options), problem, seed);
  const rows: Row[] = [];
  let seq = 0;
  for (let number = 0; number < n; number++) {
    const kept = fixed?.(number);
    const { suggestions } = session.ask([{ number, asOf: seq, ...(kept && { fixed: kept }) }]);
    expect(suggestions[0].fallback).toBeUndefined();
    const x = Float64Array.from(suggestions[0].x, (value) => value ?? NaN);
    expect(pointFault(problem.space, x)).toBeUndefined();
    const row: Row = {
      number,
      space: 1,
      origin: 'sampler',
      seed: 0,
      asOf: seq,
      x,
      ...ending(trial(decode(problem.space, x))),
    };
    rows.push(row.state === 'pending' ? row : { ...row, closed: seq++ });
    session.push([rows[number]]);
  }
  return rows;
}

function ending(outcome: Outcome): Pick<Row, 'state' | 'y' | 'c'> {
  if (outcome === 'failed' || outcome === 'pending') return { state: outcome };
  if (typeof outcome === 'number') return { state: 'complete', y: Float64Array.of(outcome), c: Float64Array.of(-1) };
  if ('pruned' in outcome) return { state: 'pruned', y: Float64Array.of(outcome.pruned) };
  return { state: 'infeasible', y: Float64Array.of(0), c: Float64Array.of(outcome.violation) };
}

const bowl = ({ x, y }: Params): number => (Number(x) - 0.7) ** 2 + (Number(y) - 0.2) ** 2;

function bestOf(rows: readonly Row[]): number {
  return Math.min(...rows.flatMap(({ state, y }) => (state === 'complete' ? [y![0]] : [])));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

const seeds = [1, 2, 3, 4, 5, 6, 7];

describe('tpe', () => {
  it('starts as random does, and then does better', () => {
    const both = (sampler: Sampler): Row[][] => seeds.map((seed) => play(plane, 60, bowl, { sampler, seed }));
    const [modelled, drawn] = [both(tpe), both(random)];
    for (const [i, rows] of modelled.entries())
      expect(rows.slice(0, 10).map(({ x }) => x)).toEqual(drawn[i].slice(0, 10).map(({ x }) => x));
    expect(median(modelled.map(bestOf))).toBeLessThan(0.3 * median(drawn.map(bestOf)));
  });

  it.each([{ multivariate: false }, { startup: 3 }, { candidates: 5 }, { startup: 0, candidates: 100 }])(
    'finds a minimum with %j',
    (options) => {
      expect(median(seeds.map((seed) => bestOf(play(plane, 60, bowl, { options, seed }))))).toBeLessThan(0.003);
    },
  );

  it('settles more digits of a single optimum with kernels as fine as drawn, and still more with fine ones in every trial', () => {
    const best = (fine: string): number =>
      median(seeds.map((seed) => bestOf(play(plane, 100, bowl, { options: { fine }, seed }))));
    expect(best('mixed')).toBeLessThan(0.3 * best('never'));
    expect(best('always')).toBeLessThan(best('mixed'));
  });

  it('has usual kernels alone where most parameters have conditions, whatever is drawn', () => {
    const loss = ({ lr }: Params): number => Number(lr ?? 1);
    const points = (fine: string): unknown => play(branches, 40, loss, { options: { fine } }).map(({ x }) => x);
    expect(points('mixed')).toEqual(points('never'));
    expect(play(plane, 40, bowl).map(({ x }) => x)).not.toEqual(
      play(plane, 40, bowl, { options: { fine: 'never' } }).map(({ x }) => x),
    );
  });

  it('suggests trials in flight the same region where they are ignored', () => {
    let count = 0;
    const spread = (pending: string): number =>
      median(
        seeds.map((seed) => {
          count = 0;
          const rows = play(plane, 60, (p) => (count++ < 30 ? bowl(p) : 'pending'), { seed, options: { pending } });
          const xs = rows.slice(30).map(({ x }) => x[0]);
          return Math.max(...xs) - Math.min(...xs);
        }),
      );
    expect(spread('ignored')).toBeLessThan(spread('bad'));
  });

  it('models branches jointly only where groups say so', () => {
    const xs = (options: Record<string, unknown>): Float64Array[] =>
      play(branches, 40, (p) => Number(p.lr ?? 1), { options }).map(({ x }) => x);
    const whole = (options: Record<string, unknown>): Float64Array[] =>
      play(plane, 40, bowl, { options }).map(({ x }) => x);
    expect(xs({ groups: false })).not.toEqual(xs({}));
    expect(whole({ groups: false })).toEqual(whole({}));
  });

  it('finds the best of a mixed space', () => {
    const mixed: Parameter[] = [
      { name: 'lr', domain: { kind: 'float', low: 1e-5, high: 1, scale: 'log' } },
      { name: 'layers', domain: { kind: 'int', low: 1, high: 12, scale: 'linear' } },
      { name: 'batch', domain: { kind: 'int', low: 8, high: 512, scale: 'log' } },
      { name: 'dropout', domain: { kind: 'float', low: 0, high: 0.7, scale: 'linear', step: 0.1 } },
      { name: 'kind', domain: { kind: 'choice', choices: ['a', 'b', 'c', 'd'] } },
      { name: 'size', domain: { kind: 'ordinal', choices: ['s', 'm', 'l'] } },
    ];
    const loss = (p: Params): number =>
      (Math.log10(Number(p.lr)) + 2) ** 2 +
      (Number(p.layers) - 4) ** 2 / 9 +
      (Math.log2(Number(p.batch)) - 6) ** 2 / 4 +
      10 * (Number(p.dropout) - 0.3) ** 2 +
      (p.kind === 'c' ? 0 : 1) +
      (p.size === 'm' ? 0 : 0.5);
    const many = [...seeds, ...seeds.map((seed) => seed + 7)];
    const best = (sampler: Sampler): number =>
      median(many.map((seed) => bestOf(play(mixed, 100, loss, { sampler, seed }))));
    expect(best(tpe)).toBeLessThan(0.5 * best(random));
  });

  it('gives a point exactly the parameters that are active, and learns the better branch', () => {
    const loss = (p: Params): number => {
      if (p.model === 'linear') return 1 + Number(p.l2);
      if (p.model === 'tree') return 1.2 + 0.1 * Math.abs(Number(p.depth) - 7);
      return (
        0.2 * Math.abs(Math.log10(Number(p.lr)) + 3) + (p.optimizer === 'sgd' ? 0.3 * (1 - Number(p.momentum)) : 0.3)
      );
    };
    for (const seed of seeds) {
      const rows = play(branches, 80, loss, { seed });
      // model is dimension 0, and net its value 1
      expect(rows.slice(50).filter(({ x }) => x[0] === 1).length).toBeGreaterThan(15);
      expect(bestOf(rows)).toBeLessThan(0.3);
    }
  });

  it('learns how the values of a branch go together', () => {
    const pair: Parameter[] = [
      { name: 'kind', domain: { kind: 'choice', choices: ['a', 'b'] } },
      { name: 'x', domain: unit, when: [{ parameter: 'kind', in: ['a'] }] },
      { name: 'y', domain: unit, when: [{ parameter: 'kind', in: ['a'] }] },
    ];
    // a valley along x = y
    const loss = (p: Params): number => (p.kind === 'b' ? 2 : Math.abs(Number(p.x) - Number(p.y)));
    const offs = seeds.map((seed) => {
      const late = play(pair, 100, loss, { seed })
        .slice(60)
        .filter(({ x }) => x[0] === 0);
      return median(late.map(({ x }) => Math.abs(x[1] - x[2])));
    });
    expect(median(offs)).toBeLessThan(0.12);
  });

  it('leaves a region where trials fail', () => {
    const trial = (p: Params): Outcome => (Number(p.x) > 0.4 ? 'failed' : 1 - Number(p.x));
    const late = seeds.map(
      (seed) =>
        play(plane, 80, trial, { seed })
          .slice(40)
          .filter(({ state }) => state === 'failed').length,
    );
    expect(median(late)).toBeLessThan(20);
  });

  it('goes towards feasible points when none is, and stays with them', () => {
    const trial = (p: Params): Outcome => (Number(p.x) > 0.1 ? { violation: Number(p.x) } : Number(p.y));
    const late = seeds.map((seed) => {
      const rows = play(plane, 80, trial, { seed });
      return rows.slice(50).filter(({ state }) => state === 'complete').length;
    });
    // of 30; chance gives 3
    expect(median(late)).toBeGreaterThan(12);
  });

  it('takes pruned rows for worse than complete ones, and better than nothing', () => {
    const trial = (p: Params): Outcome => (Number(p.x) < 0.5 ? { pruned: -Number(p.y) } : Number(p.y));
    const late = seeds.map(
      (seed) =>
        play(plane, 60, trial, { seed })
          .slice(30)
          .filter(({ x }) => x[0] >= 0.5).length,
    );
    expect(median(late)).toBeGreaterThan(22);
    const onlyPruned = seeds.map((seed) =>
      median(
        play(plane, 60, (p) => ({ pruned: bowl(p) }), { seed })
          .slice(40)
          .map(({ x }) => Math.abs(x[0] - 0.7)),
      ),
    );
    expect(median(onlyPruned)).toBeLessThan(0.15);
  });

  it('spreads trials that are in flight together', () => {
    const spread = (pending: boolean): number =>
      median(
        seeds.map((seed) => {
          let count = 0;
          const trial = (p: Params): Outcome => (count++ < 30 || !pending ? bowl(p) : 'pending');
          const xs = play(plane, 60, trial, { seed })
            .slice(30)
            .map(({ x }) => x[0]);
          return Math.max(...xs) - Math.min(...xs);
        }),
      );
    expect(spread(true)).toBeGreaterThan(0.2);
    expect(spread(true)).toBeGreaterThan(spread(false));
  });

  it('keeps fixed values, and lets them condition the others', () => {
    // good along the diagonal, everywhere alike
    const fixed = (number: number): Params | undefined => (number >= 60 ? { x: number % 2 ? 0.15 : 0.85 } : undefined);
    // fine kernels would settle at one place of the valley, and know nothing of its other places
    const options = { fine: 'never' };
    const rows = seeds.flatMap((seed) =>
      play(plane, 80, (p) => Math.abs(Number(p.x) - Number(p.y)), { seed, fixed, options }).slice(60),
    );
    for (const { number, x } of rows) expect(x[0]).toBe(number % 2 ? 0.15 : 0.85);
    const at = (odd: number): number => median(rows.filter(({ number }) => number % 2 === odd).map(({ x }) => x[1]));
    expect(at(1)).toBeLessThan(0.4);
    expect(at(0)).toBeGreaterThan(0.6);
  });

  it('chooses the branch that a fixed value needs', () => {
    const rows = play(branches, 40, () => 1, { fixed: (number) => (number % 2 ? { momentum: 0.5 } : undefined) });
    const { dimensions } = problemOf(branches).space;
    const momentum = dimensions.findIndex(({ name }) => name === 'momentum');
    for (const { number, x } of rows) if (number % 2) expect(x[momentum]).toBe(0.5);
  });

  it('never suggests what is forbidden, and falls back on chance where hardly anything is left', () => {
    const half: Forbidden[] = [{ x: { above: 0.5 } }];
    for (const { x } of play(plane, 60, (p) => -Number(p.x), { forbid: half })) expect(x[0]).toBeLessThanOrEqual(0.5);
    const most: Forbidden[] = [{ x: { above: 0.02 } }];
    for (const { x } of play(plane, 30, (p) => -Number(p.x), { forbid: most })) expect(x[0]).toBeLessThanOrEqual(0.02);
    const across: Forbidden[] = [{ nesterov: { in: [false] }, lr: { above: 0.01 } }];
    const rows = play(branches, 60, (p) => (p.optimizer === 'sgd' ? 0 : 1), { forbid: across });
    expect(rows.some(({ x }) => x[2] > 0.01)).toBe(true);
  });

  it('tries the points of a finite space before it repeats any', () => {
    const board: Parameter[] = ['x', 'y'].map((name) => ({
      name,
      domain: { kind: 'int', low: 1, high: 6, scale: 'linear' },
    }));
    const loss = (p: Params): number => Number(p.x) + Number(p.y);
    const distinct = (settings: Settings): number =>
      new Set(play(board, 30, loss, settings).map(({ x }) => x.join())).size;
    expect(distinct({})).toBeGreaterThan(24);
    expect(distinct({ deterministic: true })).toBe(30);
  });

  it('suggests the same bits from a cold cache at any time of a long study', () => {
    const mixed: Parameter[] = [
      ...branches,
      { name: 'rate', domain: { kind: 'float', low: 1e-6, high: 1, scale: 'log' } },
      { name: 'width', domain: unit },
      { name: 'steps', domain: { kind: 'int', low: 1, high: 500, scale: 'linear' } },
    ];
    let count = 0;
    const trial = (p: Params): Outcome => {
      count++;
      if (count % 11 === 0) return 'failed';
      if (count % 13 === 0) return 'pending';
      const y = Math.round(20 * Number(p.width)) + Math.abs(Math.log10(Number(p.rate)) + 3);
      return count % 7 === 0 ? { violation: y } : count % 5 === 0 ? { pruned: y } : y;
    };
    for (const options of [{}, { multivariate: false }]) {
      const rows = play(mixed, 260, trial, { options });
      const problem = problemOf(mixed);
      for (let number = 10; number < rows.length; number += 17) {
        const session = sessionOf(tpe, resolveOptions(tpe, options), problem, 1);
        session.push(rows.slice(0, number));
        const [{ x }] = session.ask([{ number, asOf: rows[number].asOf }]).suggestions;
        expect(Float64Array.from(x, (value) => value ?? NaN)).toEqual(rows[number].x);
      }
    }
  });

  it('draws its first trials from the prior', () => {
    const peaked: Parameter[] = [{ name: 'x', domain: { ...unit, prior: { normal: { mean: 0.2, sd: 0.02 } } } }];
    const draws = seeds.flatMap((seed) => play(peaked, 10, () => 1, { seed }).map(({ x }) => x[0]));
    expect(draws.filter((x) => Math.abs(x - 0.2) < 0.1).length).toBeGreaterThan(0.9 * draws.length);
  });

  it('depends on seed and number alone for its randomness', () => {
    const xs = (seed: number): Float64Array[] => play(plane, 20, bowl, { seed }).map(({ x }) => x);
    expect(xs(3)).toEqual(xs(3));
    expect(xs(3)).not.toEqual(xs(4));
    expect(createRng(3, 1).uniform(0, 0)).not.toBe(createRng(3, 2).uniform(0, 0));
  });
});
