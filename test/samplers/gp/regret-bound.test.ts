import { describe, expect, it } from 'vitest';
import { LEAST_JUDGED, regretBound } from '../../../samplers/gp/regret-bound.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { problemOf } from '../../../samplers/check.ts';
import type { Row } from '../../../samplers/sampler.ts';
import { createStudySession } from '../../../samplers/study-session.ts';
import type { LedgerRow } from '../../../study/ledger/row.ts';
import { definitionOf } from '../../study/definitions.ts';
import type { Parameter } from '../../../study/space/space.ts';

const rng = createRng(4, 0);
const unit = (name: string): Parameter => ({ name, domain: { kind: 'float', low: 0, high: 1, scale: 'linear' } });
const definition = definitionOf({
  space: { version: 1, parameters: [unit('x'), unit('y')], forbid: [] },
  stop: { regret: 0.01, maxFailures: 10 },
});
const problem = problemOf(definition);

const bowl = (x: number, y: number): number => (x - 0.3) * (x - 0.3) + 2 * (y - 0.6) * (y - 0.6);
const rowsOf = (n: number, f: (x: number, y: number) => number, seed = 0): Row[] =>
  Array.from({ length: n }, (_, number) => {
    const x = Float64Array.of(rng.uniform(2 * seed, number), rng.uniform(2 * seed + 1, number));
    const y = Float64Array.of(f(x[0], x[1]));
    return { number, space: 1, origin: 'sampler', state: 'complete', x, y, seed: 0, asOf: number, closed: number + 1 };
  });
const boundOf = (rows: readonly Row[]): number | undefined => regretBound(rows, problem, 7, rows.length);
const regretOf = (rows: readonly Row[]): number => Math.min(...rows.map(({ y }) => y![0]));

describe('the bound on the regret', () => {
  it('is not below the regret, and falls with the trials', () => {
    for (let seed = 0; seed < 5; seed++) {
      const bounds = [20, 40, 80].map((n) => {
        const rows = rowsOf(n, bowl, seed);
        const bound = boundOf(rows)!;
        expect(bound).toBeGreaterThanOrEqual(regretOf(rows));
        return bound;
      });
      expect(bounds[2]).toBeLessThan(0.3 * bounds[0]);
    }
  });

  it('stays large where results are noise', () => {
    const noise = rowsOf(40, () => 0, 1).map((row) => ({ ...row, y: Float64Array.of(rng.uniform(100, row.number)) }));
    const spread = 1;
    expect(boundOf(noise)!).toBeGreaterThan(0.1 * spread);
  });

  it('is in the unit of the objective, wherever its zero is', () => {
    const rows = rowsOf(30, bowl);
    const bound = boundOf(rows)!;
    const moved = rows.map((row) => ({ ...row, y: Float64Array.of(1024 * row.y![0] + 512) }));
    expect(boundOf(moved)! / bound / 1024).toBeCloseTo(1, 4);
  });

  it('counts complete trials of the space alone, and says nothing of few or of equal ones', () => {
    const rows = rowsOf(LEAST_JUDGED, bowl);
    expect(boundOf(rows.slice(1))).toBeUndefined();
    const others: Row[] = [
      { ...rows[0], number: 90, state: 'failed' },
      { ...rows[0], number: 91, state: 'infeasible', y: Float64Array.of(-9) },
      { ...rows[0], number: 92, state: 'pruned', y: Float64Array.of(-9) },
      { ...rows[0], number: 93, x: new Float64Array(0) },
    ];
    const bound = regretBound(rows, problem, 7, 20);
    expect(bound).toBeGreaterThan(0);
    expect(regretBound([...others, ...rows.toReversed()], problem, 7, 20)).toBe(bound);
    expect(boundOf(rowsOf(LEAST_JUDGED, () => 3))).toBeUndefined();
  });
});

describe('a session of a study that stops by regret', () => {
  const ledgerRow = ({ number, x, y }: Row, more: Partial<LedgerRow> = {}): LedgerRow => ({
    number,
    state: 'complete',
    origin: 'sampler',
    x,
    space: 1,
    sampler: 1,
    seed: 0,
    asOf: number,
    closed: number + 1,
    values: [y![0]],
    reports: [],
    attempts: 1,
    ...more,
  });
  const epochs = [{ seq: 0, space: definition.space, sampler: definition.sampler, parallel: 1, was: {} }];
  const rows = rowsOf(30, bowl);

  it('answers with the bound as of each position, whatever closed after it and whatever it was asked before', () => {
    const warm = createStudySession(definition, epochs);
    const bounds: (number | undefined)[] = [];
    for (const row of rows) {
      bounds.push(warm.ask([{ number: row.number, asOf: row.number }]).suggestions[0].regret);
      warm.push([ledgerRow(row)]);
    }
    expect(bounds.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => undefined));
    expect(bounds[20]).toBe(regretBound(rows.slice(0, 20), problem, definition.seed, 20));
    const cold = createStudySession(definition, epochs);
    cold.push(rows.map((row) => ledgerRow(row)));
    expect(cold.ask([{ number: 25, asOf: 25 }]).suggestions[0].regret).toBe(bounds[25]);
  });

  it('says nothing where the study does not ask for it', () => {
    const session = createStudySession({ ...definition, stop: { trials: 99, maxFailures: 9 } }, epochs);
    session.push(rows.map((row) => ledgerRow(row)));
    expect(session.ask([{ number: 30, asOf: 30 }]).suggestions[0]).not.toHaveProperty('regret');
  });
});
