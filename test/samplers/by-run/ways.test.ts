/** Every way through a tree once, with several trials in flight. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { audit } from '../../../samplers/audit.ts';
import { restoreLedger } from '../../../study/ledger/begin.ts';
import { rewind } from '../../../study/ledger/rewind.ts';
import { failed, result } from '../../study/ledger/rig.ts';
import { byRun, play, seeded, tree, type Tree } from './played.ts';

const all = play(byRun(), () => 0, tree).ways;

it('takes all ways one after another', () => {
  expect(all).toHaveLength(10);
});

it('takes each way once with several trials in flight, and ends when none is left, as an audit finds again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(), (parallel, seed) => {
      const definition = byRun({ parallel });
      const { ways, most, ledger } = play(definition, seeded(seed), tree);
      expect([...ways].sort()).toEqual([...all].sort());
      expect(most).toBeGreaterThan(1);
      expect(ledger.state.stopped).toMatchObject({ status: 'complete', reason: expect.stringContaining('no more') });
      const { difference, recomputed, skipped } = audit({ definition, rows: ledger.rows, log: ledger.state });
      expect({ difference, recomputed, skipped }).toEqual({ difference: undefined, recomputed: 10, skipped: {} });
    }),
    { seed: 7, numRuns: 15 },
  );
});

it('goes no way of a trial that failed once more', () => {
  for (let seed = 0; seed < 20; seed++) {
    const { ways } = play(byRun({ parallel: 4 }), seeded(seed), tree, (number) => (number === 2 ? failed : result(0)));
    expect([...ways].sort()).toEqual([...all].sort());
  }
});

it('takes each way once in a fork, those that were left behind again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 9 }), fc.nat(), (parallel, at, seed) => {
      const definition = byRun({ parallel });
      const { rows, state } = play(definition, seeded(seed), tree).ledger;
      const past = rewind(definition, rows, state, at);
      const fork = restoreLedger(definition, structuredClone(past.state), past.rows);
      const { ways, ledger } = play(definition, seeded(seed + 1), tree, undefined, fork);
      expect([...ways].sort()).toEqual([...all].sort());
      const { difference, recomputed, skipped } = audit({ definition, rows: ledger.rows, log: ledger.state });
      expect({ difference, recomputed }).toEqual({ difference: undefined, recomputed: 10 });
      if (parallel === 1) expect(skipped).toEqual({});
    }),
    { seed: 8, numRuns: 15 },
  );
});

it('finds that another was said not to have seen a trial in flight', () => {
  const definition = byRun({ parallel: 4 });
  const { ledger } = play(definition, seeded(252210240), tree);
  const seen = ledger.rows[1]!;
  const hidden = seen.suggested!.map((each) => ({ ...each, at: each.at! + 1000 }));
  const rows = ledger.rows.map((each) => (each === seen ? { ...each, suggested: hidden } : each));
  expect(audit({ definition, rows, log: ledger.state }).difference).toMatchObject({
    trial: 2,
    what: 'kind',
    recorded: 'b',
    expected: 'a',
  });
});

it('sees no trial in flight where order is trial: ways are all taken, some twice', () => {
  const { ways } = play(byRun({ parallel: 3, order: 'trial' }), seeded(1), tree);
  expect(new Set(ways)).toEqual(new Set(all));
  expect(ways.length).toBeGreaterThan(10);
});

it.each(['completion', 'trial'] as const)('a fork goes on with tpe as the study did, order %s', (order) => {
  const parallel = order === 'trial' ? 3 : 1;
  const definition = byRun({
    order,
    parallel,
    sampler: { name: 'tpe', options: { startup: 3 } },
    stop: { trials: 12, maxFailures: 9 },
  });
  const endless: Tree = (given) => {
    if (!given.has('lr')) return ['lr', { float: [1e-5, 0.1], scale: 'log' }];
    if (!given.has('kind')) return ['kind', { choice: ['a', 'b'] }];
    return given.get('kind') === 'b' && !given.has('n') ? ['n', { int: [1, 9] }] : undefined;
  };
  const outcomeOf = (number: number): ReturnType<typeof result> => result((number * 7) % 5);
  const whole = play(definition, seeded(5), endless, outcomeOf);
  expect(whole.ways).toHaveLength(12);
  for (const at of [0, 4, 9]) {
    const past = rewind(definition, whole.ledger.rows, whole.ledger.state, at);
    const fork = restoreLedger(definition, structuredClone(past.state), past.rows);
    const { ways, ledger } = play(definition, seeded(9), endless, outcomeOf, fork);
    expect(ways).toEqual(whole.ways);
    const audited = audit({ definition, rows: ledger.rows, log: ledger.state });
    expect(audited).toEqual({ recomputed: 12, skipped: {} });
  }
});
