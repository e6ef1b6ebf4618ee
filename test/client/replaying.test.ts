import { describe, expect, it } from 'vitest';
import { replayOf } from '../../client/replaying.ts';
import { checkDefinition } from '../../samplers/check.ts';
import { checkScheduler } from '../../schedulers/registry.ts';
import type { LineageInterval } from '../../study/trial/lineage.ts';
import { definitionOf } from '../study/definitions.ts';
import { messageOf } from '../study/studies.ts';

const interval = (generation: number, params: LineageInterval['params']): LineageInterval => ({
  number: 3 * generation,
  member: 0,
  generation,
  from: 2 * generation,
  to: 2 * (generation + 1),
  begins: generation === 0 ? 'root' : 'explored',
  params,
  seed: 70 + generation,
  state: 'complete',
  values: { loss: 1 },
});
const lineage = [interval(0, { x: 0.5, y: 1 }), interval(1, { x: 0.6, y: 2 })];

describe('a replay of a schedule', () => {
  const source = definitionOf({ scheduler: { name: 'pbt', options: {} }, fixed: { x: 0.5 }, parallel: 4 });

  it('is a study of its own, with the parameters, budgets and seeds of the intervals', () => {
    const replay = replayOf(source, { study: 'pop', lineage });
    const { fixed: _, ...rest } = source;
    expect(replay).toEqual({
      ...rest,
      name: 'test-replay-3',
      scheduler: { name: 'replay', options: { intervals: 2, interval: 2 } },
      sampler: { name: 'pbt', options: {} },
      parallel: 1,
      stop: { maxFailures: 1 },
      enqueue: [
        { params: { x: 0.5, y: 1 }, baseline: false, seed: 70 },
        { params: { x: 0.6, y: 2 }, baseline: false, seed: 71 },
      ],
    });
    checkDefinition(replay);
    checkScheduler(replay);
  });

  it('refuses parameters that its space does not have', () => {
    const other = { study: 'pop', lineage: [interval(0, { x: 0.5, z: 1 })] };
    expect(messageOf(() => replayOf(source, other))).toMatch(
      /^trial 0 of study 'pop' does not fit the space of study 'test': there is no parameter 'z'/,
    );
  });

  it('refuses a name that is too long', () => {
    const long = definitionOf({ name: 'n'.repeat(195) });
    expect(messageOf(() => replayOf(long, { study: 'pop', lineage }))).toMatch(
      /has 204 characters, expected at most 200/,
    );
  });
});
