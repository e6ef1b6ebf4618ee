import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../samplers/registry.ts';
import type { Problem, Row } from '../../samplers/sampler.ts';
import { sessionOf } from '../../samplers/session.ts';
import { adaptiveTpe } from '../../samplers/tpe/adaptive-tpe.ts';
import { Credit } from '../../samplers/tpe/credit.ts';
import { fromBase64 } from '../../study/wording/base64.ts';
import { compileSpace } from '../../study/space/dimensions.ts';
import type { Domain, Params } from '../../study/space/space.ts';

const unit = { kind: 'float', low: 0, high: 1, scale: 'linear' } as const;
const whole = { kind: 'int', low: 1, high: 20, scale: 'linear' } as const;

interface Played {
  readonly rows: readonly Row[];
  readonly problem: Problem;
}

function play(domains: readonly Domain[], n: number, loss: (x: Float64Array) => number, seed = 1): Played {
  const parameters = domains.map((domain, i) => ({ name: `p${i}`, domain }));
  const space = compileSpace({ version: 1, parameters, forbid: [] });
  const problem: Problem = { space, objectives: 1, constraints: 0, parallel: 1, deterministic: false };
  const session = sessionOf(adaptiveTpe, resolveOptions(adaptiveTpe, {}), problem, seed);
  const rows: Row[] = [];
  for (let number = 0; number < n; number++) {
    const fixed: Params | undefined = number % 10 === 9 ? { p0: domains[0] === unit ? 0.5 : 3 } : undefined;
    const [{ x: values, memo }] = session.ask([{ number, asOf: number, ...(fixed && { fixed }) }]).suggestions;
    const x = Float64Array.from(values, (value) => value ?? NaN);
    rows.push({
      number,
      space: 1,
      origin: fixed ? 'enqueued' : 'sampler',
      state: 'complete',
      x,
      y: Float64Array.of(loss(x)),
      seed: 0,
      asOf: number,
      closed: number + 1,
      ...(memo !== undefined && { memo: fromBase64(memo) }),
    });
    session.push([rows[number]]);
  }
  return { rows, problem };
}

const bowl = (x: Float64Array): number => x.reduce((sum, value) => sum + (value - 0.7) ** 2, 0);
const waysOf = ({ rows }: Played): number[] => rows.flatMap(({ memo }) => (memo ? [memo[0]] : []));

describe('adaptive-tpe', () => {
  it('records its way in one byte, from the first modelled trial on', () => {
    const { rows } = play([unit, unit], 40, bowl);
    expect(rows.slice(0, 10).every(({ memo }) => memo === undefined)).toBe(true);
    expect(rows.slice(10).every(({ memo }) => memo?.length === 1)).toBe(true);
  });

  it('has the ways that a space tells apart', () => {
    const ways = (domains: readonly Domain[]): number[] =>
      [...new Set(waysOf(play(domains, 80, bowl)))].sort((a, b) => a - b);
    expect(ways([unit, unit])).toEqual([0, 1, 2]);
    expect(ways([unit, whole])).toEqual([0, 1, 2]);
    expect(ways([whole, whole])).toEqual([0]);
    expect(ways([unit])).toEqual([0, 2]);
    expect(ways([whole])).toEqual([0]);
  });

  it('comes closer to a single optimum with the fine way than without one', () => {
    const late = [1, 2, 3, 4, 5].flatMap((seed) => waysOf(play([unit, unit], 150, bowl, seed)).slice(60));
    expect(late.filter((way) => way === 2).length).toBeGreaterThan(late.length / 3);
  });

  it('gives no credit to trials with fixed parameters, or to random ones', () => {
    const { rows, problem } = play([unit, unit], 60, bowl);
    const ask = (change: (row: Row) => Row): unknown => {
      const session = sessionOf(adaptiveTpe, resolveOptions(adaptiveTpe, {}), problem, 1);
      session.push(rows.map(change));
      return Array.from({ length: 20 }, (_, i) => session.ask([{ number: 60 + i, asOf: 60 }]).suggestions[0].memo);
    };
    const relabelled = (origin: Row['origin']) => (row: Row) =>
      row.origin === origin ? { ...row, memo: Uint8Array.of(1) } : row;
    expect(ask(relabelled('enqueued'))).toEqual(ask((row) => row));
    expect(ask(relabelled('sampler'))).not.toEqual(ask((row) => row));
  });

  it('goes on when a memo is not its own', () => {
    const { rows, problem } = play([unit, unit], 30, bowl);
    const session = sessionOf(adaptiveTpe, resolveOptions(adaptiveTpe, {}), problem, 1);
    session.push(rows.map((row) => ({ ...row, memo: Uint8Array.of(250, 7) })));
    expect(session.ask([{ number: 30, asOf: 30 }]).suggestions[0].fallback).toBeUndefined();
  });

  it('asks for one objective, in words', () => {
    const { problem } = play([unit], 1, bowl);
    expect(adaptiveTpe.supports({ ...problem, objectives: 2 }, {})).toMatch(/^adaptive-tpe is for one objective/);
  });
});

describe('credit', () => {
  const rewards = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.double({ min: 0, max: 1, noNaN: true })));

  it('shares sum to 1, and every way keeps a tenth', () => {
    fc.assert(
      fc.property(rewards, (list) => {
        const credit = new Credit(3);
        for (const [way, reward] of list) credit.add(way, reward);
        const shares = credit.shares([0, 1, 2]);
        expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
        for (const share of shares) expect(share).toBeGreaterThan(0.1);
      }),
      { seed: 1 },
    );
  });

  it('starts even, and goes to the way that is rewarded', () => {
    const credit = new Credit(3);
    for (const share of credit.shares([0, 1, 2])) expect(share).toBeCloseTo(1 / 3, 12);
    for (let i = 0; i < 30; i++) credit.add(i % 3, i % 3 === 1 ? 1 : 0);
    expect(credit.shares([0, 1, 2])[1]).toBeGreaterThan(0.6);
    expect(credit.shares([0, 2])).toEqual([0.5, 0.5].map((half) => expect.closeTo(half, 1)));
  });

  it('forgets: the way rewarded last has the most', () => {
    const credit = new Credit(2);
    for (let i = 0; i < 200; i++) credit.add(i % 2, i % 2 === 0 ? 1 : 0);
    for (let i = 0; i < 60; i++) credit.add(i % 2, i % 2 === 1 ? 1 : 0);
    expect(credit.shares([0, 1])[1]).toBeGreaterThan(0.5);
  });

  it('picks each way as often as its share', () => {
    const credit = new Credit(3);
    credit.add(2, 1);
    const shares = credit.shares([0, 1, 2]);
    const counts = [0, 0, 0];
    for (let i = 0; i < 1000; i++) counts[credit.pick((i + 0.5) / 1000, [0, 1, 2])]++;
    for (const [way, count] of counts.entries()) expect(count / 1000).toBeCloseTo(shares[way], 2);
  });
});
