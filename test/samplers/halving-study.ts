/** A study by successive halving, as a ledger shows it to a sampler: trials end segments, pause, and go on if they are promoted. */
import { sessionOf } from '../../samplers/session.ts';
import { resolveOptions } from '../../samplers/registry.ts';
import type { Problem, Row, Sampler } from '../../samplers/sampler.ts';
import type { Rung } from '../../study/scheduling.ts';

export interface HalvingStudy {
  readonly rows: readonly Row[];
  /** The smallest value at the largest budget. */
  readonly best: number;
}

export interface Bracket {
  readonly budgets: readonly number[];
  /** Trials at each of the budgets. */
  readonly trials: readonly number[];
}

/** Hyperband's brackets of budgets 1, 3 and 9. */
export const BRACKETS: readonly Bracket[] = [
  { budgets: [1, 3, 9], trials: [9, 3, 1] },
  { budgets: [3, 9], trials: [5, 1] },
  { budgets: [9], trials: [3] },
];

/**
 * @param rounds  how often all brackets are run through
 * @param value  of a point trained to a budget; NaN: it fails there
 */
export function halvingStudy(
  sampler: Sampler,
  problem: Problem,
  value: (x: Float64Array, budget: number) => number,
  { seed, rounds, options = {} }: { seed: number; rounds: number; options?: Readonly<Record<string, unknown>> },
): HalvingStudy {
  const session = sessionOf(sampler, resolveOptions(sampler, options), problem, seed);
  const rows: Row[] = [];
  let seq = 0;
  let best = Infinity;
  const change = (number: number, changes: Partial<Row>): void => {
    rows[number] = { ...rows[number], ...changes };
    session.push([rows[number]]);
  };
  /** @returns whether the trial can go on */
  const train = (number: number, rung: Rung, final: boolean): boolean => {
    const y = value(rows[number].x, rung.to);
    seq++;
    if (Number.isNaN(y)) change(number, { state: 'failed', closed: seq });
    else if (final) change(number, { state: 'complete', y: Float64Array.of(y), closed: seq });
    else change(number, { segments: [...(rows[number].segments ?? []), { ...rung, y: Float64Array.of(y), seq }] });
    if (final && y < best) best = y;
    return !Number.isNaN(y);
  };
  for (let bracket = 0; bracket < rounds * BRACKETS.length; bracket++) {
    const { budgets, trials } = BRACKETS[bracket % BRACKETS.length];
    let paused: number[] = [];
    for (const [i, to] of budgets.entries()) {
      const rung = { to, bracket: bracket % BRACKETS.length, rung: i };
      const isFinal = i === budgets.length - 1;
      if (i > 0) {
        const last = (number: number): number => rows[number].segments!.at(-1)!.y[0];
        paused.sort((a, b) => last(a) - last(b) || a - b);
        for (const number of paused.slice(trials[i])) change(number, { state: 'pruned', closed: ++seq });
        paused = paused.slice(0, trials[i]).filter((number) => train(number, rung, isFinal));
        continue;
      }
      for (let k = 0; k < trials[0]; k++) {
        const number = rows.length;
        const [{ x, seed: own, fallback }] = session.ask([{ number, asOf: seq, rung }]).suggestions;
        if (fallback !== undefined) throw new Error(fallback);
        const point = Float64Array.from(x, (v) => v ?? NaN);
        rows.push({ number, space: 1, origin: 'sampler', state: 'pending', x: point, seed: own, asOf: seq, rung });
        session.push([rows[number]]);
        if (train(number, rung, isFinal)) paused.push(number);
      }
    }
  }
  return { rows, best };
}
