import { describe, expect, it } from 'vitest';
import { resolveOptions, samplerByName } from '../../../samplers/registry.ts';
import type { Row } from '../../../samplers/sampler.ts';
import { sessionOf, type Session } from '../../../samplers/session.ts';
import { advanceTpe, splitOf, type Settings } from '../../../samplers/tpe/estimator.ts';
import { complete, float, int, problemOf, spaceOf } from '../spaces.ts';

const space = spaceOf({ x: float(0, 1), n: int(0, 9) });
const problem = problemOf(space);
const SOURCE = 40;

function session(name: string, seed: number, options: Readonly<Record<string, unknown>> = {}, of = problem): Session {
  const sampler = samplerByName(name);
  return sessionOf(sampler, resolveOptions(sampler, { transfer: true, ...options }), of, seed);
}

const bowl = ([x, n]: readonly number[]): number => 10 * (x - 0.8) * (x - 0.8) + 0.1 * (n - 2) * (n - 2);

/** A grid over the space, as another study's trials. */
function imported(valueOf: (x: readonly number[]) => number, first = 0, source = 'before'): Row[] {
  return Array.from({ length: SOURCE }, (_, i) => {
    const x = [(((13 * i) % SOURCE) + 0.5) / SOURCE, i % 10];
    return { ...complete(first + i, x, first + i, valueOf(x)), origin: 'imported', source };
  });
}

/** Plays own trials after rows that are there. @returns their points */
function play(session: Session, rows: readonly Row[], n: number): number[][] {
  session.push(rows);
  return Array.from({ length: n }, (_, i) => {
    const number = rows.length + i;
    const x = session.ask([{ number, asOf: number }]).suggestions[0].x.map(Number);
    session.push([complete(number, x, number, bowl(x))]);
    return x;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const settings: Settings = {
  startup: 10,
  candidates: 24,
  joint: 'groups',
  goodShare: 0.1,
  priorWeight: 1,
  fineness: 1,
  pending: 'bad',
};

describe.each(['tpe', 'gp', 'forest'])('%s with trials of other studies', (name) => {
  it('suggests what it does without the option where there are none', () => {
    for (const seed of [1, 2])
      expect(play(session(name, seed), [], 15)).toEqual(play(session(name, seed, { transfer: false }), [], 15));
  });

  it('reads their order alone', () => {
    const points = play(session(name, 3), imported(bowl), 12);
    expect(
      play(
        session(name, 3),
        imported((x) => 1e6 * bowl(x) - 77),
        12,
      ),
    ).toEqual(points);
  });

  it('begins where they were good', () => {
    const early = (rows: readonly Row[]): number =>
      mean([1, 2, 3, 4, 5, 6].flatMap((seed) => play(session(name, seed), rows, 8).map(bowl)));
    expect(early(imported(bowl))).toBeLessThan(0.7 * early([]));
  });

  it('tries all that others have tried in a study that repeats nothing', () => {
    const grid = problemOf(spaceOf({ x: int(0, 1), n: int(0, 3) }), { deterministic: true });
    const rows = Array.from({ length: 8 }, (_, i): Row => ({
      ...complete(i, [i >> 2, i & 3], i, bowl([i >> 2, i & 3])),
      origin: 'imported',
      source: 'before',
    }));
    const own = session(name, 1, {}, grid);
    const points = play(own, rows, 8).map(String);
    expect(new Set(points).size).toBe(8);
    expect(own.ask([{ number: 16, asOf: 16 }]).exhausted).toBe(true);
  });

  it('looks at no source whose order its own results contradict', () => {
    const others = imported((x) => -bowl(x), SOURCE, 'false');
    const both = mean(
      [1, 2, 3].flatMap((seed) => play(session(name, seed), [...imported(bowl), ...others], 14).map(bowl)),
    );
    const cold = mean([1, 2, 3].flatMap((seed) => play(session(name, seed), [], 14).map(bowl)));
    expect(both).toBeLessThan(cold);
  });

  it('suggests the same from a cache that saw a part of them', () => {
    const [all, parts] = [session(name, 5), session(name, 5)];
    const points = play(parts, imported(bowl), 6);
    const late = imported((x) => -bowl(x), SOURCE + 6);
    parts.push(late);
    all.push([...imported(bowl), ...points.map((x, i) => complete(SOURCE + i, x, SOURCE + i, bowl(x))), ...late]);
    const slot = { number: 2 * SOURCE + 6, asOf: 2 * SOURCE + 6 };
    expect(all.ask([slot])).toEqual(parts.ask([slot]));
  });
});

describe('tpe with trials of other studies', () => {
  it('leaves out those that its own results contradict', () => {
    const rows = [
      ...imported((x) => -bowl(x)),
      ...imported(bowl, SOURCE).map((row): Row => ({ ...row, origin: 'sampler' })),
    ];
    const view = { seq: rows.length, rows, closed: rows.map(({ number }) => number) };
    const { good, ignored } = splitOf(advanceTpe(undefined, view, problem, true), view, settings);
    expect(ignored).toEqual(Array.from({ length: SOURCE }, (_, i) => i));
    expect(good).toHaveLength(4);
    expect(good.every((number) => number >= SOURCE)).toBe(true);
  });

  it('weighs them less the more trials it has of its own', () => {
    const weightWith = (own: number): number => {
      const mine = imported(bowl, SOURCE).map((row): Row => ({ ...row, origin: 'sampler' }));
      const rows = [...imported(bowl), ...mine.slice(0, own)];
      const view = { seq: rows.length, rows, closed: rows.map(({ number }) => number) };
      return splitOf(advanceTpe(undefined, view, problem, true), view, settings).light!.get(0)!;
    };
    expect(weightWith(10)).toBeCloseTo(0.5, 12);
    expect(weightWith(40)).toBeCloseTo(0.2, 12);
  });
});
