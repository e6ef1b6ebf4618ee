import { describe, expect, it } from 'vitest';
import { conformanceCases } from '../../samplers/conformance/cases.ts';
import { random } from '../../samplers/designs/random.ts';
import { samplerByName, samplerNames } from '../../samplers/registry.ts';
import type { Sampler, Suggestion } from '../../samplers/sampler.ts';

const variants: readonly [name: string, options: Readonly<Record<string, unknown>>][] = [
  ...samplerNames().map((name): [string, Record<string, unknown>] => [name, {}]),
  ['tpe', { multivariate: false, pending: 'ignored', fine: 'never' }],
  ['tpe', { groups: false, fine: 'always', goodShare: 0.3, priorWeight: 0.5 }],
  ['tpe', { transfer: true }],
  ['gp', { transfer: true }],
  ['forest', { transfer: true, startup: 3 }],
  ['gp', { acquisition: 'hedge', startup: 20 }],
  ['gp', { acquisition: 'ucb', dynamicBounds: true, startup: 20 }],
  ['gp', { acquisition: 'nei', trustRegion: 'always', startup: 20 }],
  ['cma-es', { restarts: 'bipop', adaptRates: true, sigma: 0.5 }],
  ['quasi-random', { sequence: 'halton' }],
  ['grid', { points: 3 }],
  ['nsga-ii', { population: 4, crossover: 'sbx' }],
  ['nsga-iii', { population: 5 }],
  ['differential-evolution', { population: 5, strategy: 'rand' }],
  ['latin-hypercube', { points: 7 }],
  ['forest', { kind: 'random-forest', acquisition: 'ei', startup: 3 }],
];

/** Samplers whose cases take minutes. */
const SLOW = ['gp', 'forest', 'boosting', 'models'];
/** `DTUNE_CONFORMANCE=all npx vitest run test/samplers/conformance.test.ts` runs every case: do so when a slow sampler has changed. */
const ALL = process.env['DTUNE_CONFORMANCE'] === 'all';

describe.each(variants.map((variant, place) => [...variant, place] as const))('%s %j', (name, options, place) => {
  const cases = conformanceCases(samplerByName(name), options);
  // of slow samplers and of other options a share, another one for each
  const every = ALL ? 1 : (SLOW.includes(name) ? 12 : 1) * (Object.keys(options).length > 0 ? 4 : 1);
  for (const { title, run } of cases.filter((_, i) => (i + place) % every === 0)) it(title, run);
});

/** The titles of the cases that a sampler fails, without their spaces. */
function failures(change: Partial<Sampler>): string[] {
  const failed = conformanceCases({ ...(random as Sampler), name: 'mutant', ...change }).filter(({ title, run }) => {
    if (title.includes('1,000') || title.includes('million')) return false;
    try {
      run();
      return false;
    } catch {
      return true;
    }
  });
  return [...new Set(failed.map(({ title }) => title.replace(/ \(.*/, '')))];
}

/** The random sampler with its suggestion changed. */
function changed(
  change: (x: Float64Array, ...args: Parameters<Sampler['suggest']>) => Suggestion | 'exhausted',
): Partial<Sampler> {
  return {
    suggest(...args) {
      const suggestion = (random as Sampler).suggest(...args);
      return suggestion === 'exhausted' ? suggestion : change(suggestion.x, ...args);
    },
  };
}

const POINTS = 'suggests points of the space and keeps what is fixed';
const FIXED = 'keeps values fixed alone and together, and of those that exclude each other the first';
const COLD = 'suggests the same bits from a cold cache, asked one by one';

describe('the conformance suite', () => {
  it('passes a sampler that holds the laws', () => {
    expect(failures({})).toEqual([]);
  });

  it('fails one that draws from the engine, or looks at the clock', () => {
    const nudge = (by: () => number) => changed((x) => (by(), { x }));
    expect(failures(nudge(() => Math.random()))).toEqual(['has no clock and no generator of its own']);
    expect(failures(nudge(() => Date.now()))).toEqual(['has no clock and no generator of its own']);
    expect(failures(nudge(() => new Date().getTime()))).toEqual(['has no clock and no generator of its own']);
  });

  it('fails one whose cache decides what it suggests', () => {
    let calls = 0;
    expect(
      failures(
        changed((x, _cache, _view, ask, rng) =>
          calls++ % 2 === 0 && ask.fixed.every(Number.isNaN) && rng.uniform(0, 0) < 0.9
            ? { x, memo: Uint8Array.of(1) }
            : { x },
        ),
      ),
    ).toContain(COLD);
  });

  it('fails one whose cache forgets what a view showed before', () => {
    const stale: Partial<Sampler> = {
      advance: (cache, view) => (cache as number | undefined) ?? view.closed.length,
      suggest(cache, ...args) {
        const suggestion = (random as Sampler).suggest({ rows: 0, numbers: new Map() }, ...args);
        return suggestion === 'exhausted' ? suggestion : { ...suggestion, memo: Uint8Array.of(cache as number) };
      },
    };
    expect(failures(stale)).toContain(COLD);
  });

  it('fails one that leaves the space, forgets what is fixed, or suggests -0', () => {
    expect(failures(changed((x) => ({ x: x.map((v) => v + 1) })))).toContain(POINTS);
    expect(failures(changed((x) => ({ x: x.fill(NaN) })))).toContain(POINTS);
    expect(failures(changed((x) => ({ x: x.map((v) => (v === 0 ? -0 : v)) })))).toContain(POINTS);
    const ignoring: Partial<Sampler> = {
      suggest: (cache, view, { number, fixed }, ...rest) =>
        (random as Sampler).suggest(cache, view, { number, fixed: fixed.map(() => NaN) }, ...rest),
    };
    expect(failures(ignoring)).toEqual(expect.arrayContaining([POINTS, FIXED]));
  });

  it('fails one that changes what it was lent', () => {
    expect(failures(changed((x, _cache, view) => (view.rows[0]?.x.fill(0), { x })))).toContain(
      'leaves rows, point and view as they are',
    );
  });

  it('fails one that stumbles over failed, equal or open trials', () => {
    const needs = (usable: (view: Parameters<Sampler['suggest']>[1]) => boolean) =>
      failures(
        changed((x, _cache, view) => {
          if (view.rows.length > 3 && !usable(view)) throw new RangeError('no data');
          return { x };
        }),
      );
    expect(needs(({ rows }) => rows.some(({ y }) => y !== undefined))).toEqual(
      expect.arrayContaining(['goes on when every trial failed', 'goes on when no trial ends']),
    );
    expect(needs(({ rows }) => new Set(rows.flatMap(({ y }) => (y ? [y[0]] : []))).size !== 1)).toContain(
      'goes on when every result is the same',
    );
  });

  it('fails one that repeats points of a deterministic study', () => {
    expect(
      failures({
        suggest: (cache, view, ask, rng, problem, options) =>
          (random as Sampler).suggest(cache, view, ask, rng, { ...problem, deterministic: false }, options),
      }),
    ).toEqual(['repeats no point of a finite, deterministic study']);
  });

  it('fails one that refuses without words, or whose options contradict themselves', () => {
    expect(failures({ supports: () => 'no' })).toEqual(['refuses in words']);
    expect(failures({ options: { n: { type: 'int', default: 5, low: 6, high: 9, doc: 'A number' } } })).toEqual([
      'documents its options, with defaults that are allowed',
    ]);
  });
});
