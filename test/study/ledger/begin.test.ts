import { describe, expect, it } from 'vitest';
import { settle } from '../../../study/ledger/apply.ts';
import { beginWith, restoreLedger } from '../../../study/ledger/begin.ts';
import { decodeRows } from '../../../study/ledger/blocks.ts';
import { isFinished, type Ledger } from '../../../study/ledger/ledger.ts';
import { statusOf } from '../../../study/ledger/status.ts';
import { definitionOf } from '../definitions.ts';
import { end, endAll, float, go, row, spaceOf } from './rig.ts';

describe.each(['completion', 'trial'] as const)('a study with order %s that begins with other trials', (order) => {
  const definition = definitionOf({
    space: spaceOf(1, float('x', 0, 1)),
    order,
    parallel: 2,
    stop: { trials: 4, maxFailures: 2 },
  });
  const imported = [
    { x: [0.25], state: 'complete', values: [-5], cost: 3, train: -6, folds: [-4, -6], from: 'trial 1 of a' },
    { x: [0.75], state: 'failed' },
  ] as const;

  function begin(first?: { params: { x: number }; baseline: boolean; seed: number }): Ledger {
    const { carried, rows } = beginWith(definition, { ...(first && { first }), imported }, 7);
    const state = JSON.parse(JSON.stringify(carried.ledger)) as Ledger['state'];
    const ledger = restoreLedger(definition, state, decodeRows(rows));
    settle(ledger, 7);
    return ledger;
  }

  it('has them as rows that count for nothing', () => {
    const ledger = begin();
    expect(ledger.rows).toMatchObject([
      {
        number: 0,
        origin: 'imported',
        state: 'complete',
        values: [-5],
        cost: 3,
        closed: 1,
        finishedAt: 7,
        notes: { from: 'trial 1 of a', train: -6, folds: [-4, -6] },
      },
      { number: 1, origin: 'imported', state: 'failed', closed: 2 },
    ]);
    expect(statusOf(ledger)).toMatchObject({ told: 2, best: null, counts: { complete: 0, failed: 0 }, asked: 2 });
  });

  it('suggests from them, and keeps its budget', () => {
    const ledger = begin();
    for (let i = 0; i < 4; i++) endAll(ledger, (go(ledger), 1));
    expect(isFinished(ledger)).toBe(true);
    expect(row(ledger, 2)).toMatchObject({ asOf: 2 });
    expect(statusOf(ledger, 1)).toMatchObject({ counts: { complete: 4 }, asked: 6, best: { number: 2 } });
  });

  it('may have one of its own to run first, as trial 0', () => {
    const ledger = begin({ params: { x: 0.5 }, baseline: true, seed: 11 });
    expect(row(ledger, 0)).toMatchObject({ state: 'waiting', origin: 'enqueued', seed: 11, notes: { baseline: true } });
    expect(go(ledger)[0]).toBe(0);
    end(ledger, 0, 0.5);
    expect(statusOf(ledger)).toMatchObject({ best: { number: 0 }, counts: { complete: 1 }, told: 2 });
  });
});
