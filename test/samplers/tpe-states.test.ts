/** What becomes of each kind of row: the table at the head of samplers/tpe/estimator.ts. */
import { describe, expect, it } from 'vitest';
import type { Problem, Row, View } from '../../samplers/sampler.ts';
import { advanceTpe, splitOf, type Settings } from '../../samplers/tpe/estimator.ts';
import { compileSpace } from '../../study/space/dimensions.ts';

const space = compileSpace({
  version: 2,
  parameters: [{ name: 'x', domain: { kind: 'float', low: 0, high: 1, scale: 'linear' } }],
  forbid: [],
});
const problem: Problem = { space, objectives: 1, constraints: 1, parallel: 4, deterministic: false };
const settings: Settings = {
  startup: 10,
  candidates: 24,
  joint: 'groups',
  goodShare: 0.5,
  priorWeight: 1,
  fineness: 1,
  pending: 'bad',
};

type Kind = Pick<Row, 'state'> & Partial<Row>;

const value = (y: number): Pick<Row, 'y'> => ({ y: Float64Array.of(y) });
const middling: Kind = { state: 'complete', ...value(5), c: Float64Array.of(-1) };

/** A row of a kind among nine complete ones of value 5: of which side it is, and how many rows are ranked. */
function sideOf(kind: Kind, pending: Settings['pending'], others: Kind = middling): [side: string, ranked: number] {
  const kinds = [...Array.from({ length: 9 }, () => others), kind];
  const rows = kinds.map((each, number): Row => {
    const { state } = each;
    const x = Float64Array.of(0.1 * number);
    const closed = state === 'pending' ? {} : { closed: number };
    return { number, space: 2, origin: 'sampler', x, seed: 0, asOf: 0, ...closed, ...each };
  });
  const closed = rows.filter(({ state }) => state !== 'pending').map(({ number }) => number);
  const view: View = { seq: 99, rows, closed };
  const cache = advanceTpe(undefined, view, problem, false);
  const { good, ignored } = splitOf(cache, view, { ...settings, pending });
  const known = cache.models[0].observations.memberOf(9) >= 0;
  const side = good.includes(9) ? 'good' : known && !ignored.includes(9) ? 'bad' : 'ignored';
  return [side, cache.ranked];
}

const complete = (y: number): Kind => ({ state: 'complete', ...value(y), c: Float64Array.of(-1) });
const pruned = (y: number, step: number): Kind => ({ state: 'pruned', ...value(y), step });
const infeasible = (y: number, ...c: number[]): Kind => ({ state: 'infeasible', ...value(y), c: Float64Array.from(c) });

describe('a row of tpe', () => {
  it.each<[what: string, kind: Kind, bad: [string, number], ignored: [string, number]]>([
    ['complete and better', complete(4), ['good', 10], ['good', 10]],
    ['complete and worse', complete(6), ['bad', 10], ['bad', 10]],
    ['complete and as good as earlier ones', complete(5), ['bad', 10], ['bad', 10]],
    ['pruned with the best value', pruned(-9, 1000), ['bad', 10], ['bad', 10]],
    ['infeasible with the best value', infeasible(-9, 1e-9), ['bad', 10], ['bad', 10]],
    ['infeasible without constraints', { state: 'infeasible' }, ['bad', 10], ['bad', 10]],
    ['failed', { state: 'failed' }, ['bad', 9], ['bad', 9]],
    ['pending', { state: 'pending' }, ['bad', 9], ['ignored', 9]],
    ['told', { ...complete(4), origin: 'told' }, ['good', 10], ['good', 10]],
    ['imported', { ...complete(4), origin: 'imported' }, ['good', 10], ['good', 10]],
    ['enqueued', { ...complete(4), origin: 'enqueued' }, ['good', 10], ['good', 10]],
    ['a fallback', { ...complete(4), origin: 'fallback' }, ['good', 10], ['good', 10]],
    ['of another length', { ...complete(4), x: Float64Array.of(0.5, 0.5) }, ['ignored', 9], ['ignored', 9]],
  ])('that is %s', (_what, kind, bad, ignored) => {
    expect(sideOf(kind, 'bad')).toEqual(bad);
    expect(sideOf(kind, 'ignored')).toEqual(ignored);
  });

  it.each<[what: string, kind: Kind, others: Kind, side: string]>([
    ['pruned later than others', pruned(9, 20), pruned(1, 10), 'good'],
    ['pruned earlier than others', pruned(1, 10), pruned(9, 20), 'bad'],
    ['pruned as late, and better', pruned(1, 10), pruned(9, 10), 'good'],
    ['pruned among infeasible ones', pruned(9, 1), infeasible(1, 1), 'good'],
    ['complete among pruned ones', complete(9), pruned(1, 10), 'good'],
    ['infeasible by less in all', infeasible(9, 0.5, 0.1), infeasible(1, 0.5, 0.2), 'good'],
    ['infeasible by more in all, though less in one', infeasible(1, 0.6, -9), infeasible(9, 0.5, -1), 'bad'],
    ['complete among failed ones', complete(9), { state: 'failed' }, 'good'],
  ])('that is %s', (_what, kind, others, side) => {
    expect(sideOf(kind, 'bad', others)[0]).toBe(side);
  });
});
