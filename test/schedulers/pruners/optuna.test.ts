/** Every pruner against Optuna's: the same studies, report by report (fixtures/pruners.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { schedulerByName, schedulerOptions } from '../../../schedulers/registry.ts';
import type { EndedTrial, KnownReport, Pruner } from '../../../schedulers/scheduler.ts';

type Event =
  | readonly [number: number, step: number, value: number, pruned: boolean]
  | readonly [number: number, state: EndedTrial['state']];

interface Study {
  readonly name: string;
  readonly options: Readonly<Record<string, number | string>>;
  readonly maximize: boolean;
  readonly events: readonly Event[];
}

const fixture = JSON.parse(readFileSync(new URL('../fixtures/pruners.json', import.meta.url), 'utf8')) as {
  readonly seed: number;
  readonly studies: readonly Study[];
};

describe.each(fixture.studies)('$name $options, maximised: $maximize', ({ name, options: raw, maximize, events }) => {
  it('prunes where Optuna does', () => {
    const pruner = schedulerByName(name) as Pruner;
    const options = schedulerOptions(pruner, raw);
    const problem = { objectives: 1, parallel: 4, seed: fixture.seed, ...(maximize && { maximize: true as const }) };
    expect(pruner.supports(problem, options)).toBe(true);
    const state = pruner.begin(problem, options);
    const curves = new Map<number, KnownReport[]>();
    const curveOf = (number: number): KnownReport[] => {
      if (!curves.has(number)) curves.set(number, []);
      return curves.get(number)!;
    };
    let pruned = 0;
    for (const [seq, event] of events.entries()) {
      const reports = curveOf(event[0]);
      if (event.length === 2) {
        pruner.ended(state, { number: event[0], state: event[1], reports }, seq);
        continue;
      }
      const [number, step, value, expected] = event;
      const report = { step, y: maximize ? -value : value };
      reports.push(report);
      pruner.reported(state, number, report, seq);
      const verdict = pruner.verdict(state, { number, reports }, Infinity);
      expect([number, step, verdict !== 'go on']).toEqual([number, step, expected]);
      pruned += Number(expected);
    }
    expect(pruned).toBeGreaterThan(3);
  });
});
