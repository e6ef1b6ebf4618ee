import { describe, expect, it } from 'vitest';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { random } from '../../../samplers/designs/random.ts';
import { sessionOf } from '../../../samplers/session.ts';
import { choice, float, problemOf, spaceOf } from '../spaces.ts';

describe('the random sampler', () => {
  it('draws from the priors, the same for the same seed and trial', () => {
    const space = spaceOf({ x: float(0, 1), k: { kind: 'choice', choices: ['a', 'b'], weights: [3, 1] } });
    const ask = Array.from({ length: 2000 }, (_, number) => ({ number, asOf: 0 }));
    const points = (seed: number) =>
      sessionOf(random, {}, problemOf(space), seed)
        .ask(ask)
        .suggestions.map(({ x }) => x as number[]);
    const drawn = points(1);
    expect(points(1)).toEqual(drawn);
    expect(points(2)).not.toEqual(drawn);
    expect(drawn[7]).toEqual([createRng(1, 7).uniform(0, 0), Number(createRng(1, 7).uniform(0, 1) > 0.75)]);
    expect(drawn.reduce((sum, [x]) => sum + x, 0) / 2000).toBeCloseTo(0.5, 1);
    expect(drawn.filter(([, k]) => k === 0).length / 2000).toBeCloseTo(0.75, 1);
  });

  it('repeats points where trials may differ, and none in a deterministic study of a finite space', () => {
    const space = spaceOf({ a: choice(1, 2, 3), b: choice(1, 2) });
    const ask = Array.from({ length: 7 }, (_, number) => ({ number, asOf: 0 }));
    const points = (deterministic: boolean) => sessionOf(random, {}, problemOf(space, { deterministic }), 5).ask(ask);
    expect(points(false)).toMatchObject({ exhausted: false, suggestions: { length: 7 } });
    const { suggestions, exhausted } = points(true);
    expect(exhausted).toBe(true);
    expect(new Set(suggestions.map(({ x }) => x.join())).size).toBe(6);
  });
});
