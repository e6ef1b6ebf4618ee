import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { chances, choose, decodeHedge, earned, encodeHedge, type Hedge } from '../../../samplers/acquisition/hedge.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';

const state = fc
  .record({
    arms: fc.integer({ min: 2, max: 4 }),
    dimensions: fc.integer({ min: 1, max: 400 }),
    seed: fc.nat(),
    room: fc.integer({ min: 40, max: 512 }),
  })
  .map(({ arms, dimensions, seed, room }) => {
    const rng = createRng(seed, 0);
    const unit = (arm: number): Float64Array =>
      Float64Array.from({ length: dimensions }, (_, i) => (rng.uniform(arm, i) < 0.2 ? NaN : rng.uniform(arm + 9, i)));
    const hedge: Hedge = {
      gains: Float64Array.from({ length: arms }, (_, i) => 100 * rng.normal(8, i)),
      chosen: seed % arms,
      nominees: Array.from({ length: arms }, (_, arm) => unit(arm)),
    };
    return { hedge, dimensions, room };
  });

describe("a hedge's memo", () => {
  it('keeps gains exactly, and nominees as finely as there is room', () => {
    let kept = 0;
    fc.assert(
      fc.property(state, ({ hedge, dimensions, room }) => {
        const memo = encodeHedge(hedge, room);
        expect(memo.length).toBeLessThanOrEqual(room);
        const { gains, chosen, nominees } = decodeHedge(memo, dimensions)!;
        expect(Array.from(gains)).toEqual(Array.from(hedge.gains));
        expect(chosen).toBe(hedge.chosen);
        const numbers = hedge.gains.length * dimensions;
        const head = 4 + 8 * hedge.gains.length;
        expect(nominees !== undefined).toBe(head + numbers <= room);
        const step = head + 2 * numbers <= room ? 1 / 65534 : 1 / 254;
        nominees?.forEach((nominee, arm) =>
          nominee.forEach((u, i) => {
            kept++;
            const before = hedge.nominees![arm]![i]!;
            if (Number.isNaN(before)) expect(u).toBeNaN();
            else expect(Math.abs(u - before)).toBeLessThanOrEqual(0.5001 * step);
          }),
        );
      }),
      { seed: 5 },
    );
    expect(kept).toBeGreaterThan(1000);
  });

  it('of another kind or space is none', () => {
    const memo = encodeHedge({ gains: Float64Array.of(1, 2), chosen: 1, nominees: undefined }, 512);
    expect(decodeHedge(memo, 7)?.gains).toEqual(Float64Array.of(1, 2));
    expect(decodeHedge(memo.subarray(0, 10), 7)).toBeUndefined();
    expect(decodeHedge(Uint8Array.of(9, 2, 0, 0), 7)).toBeUndefined();
    expect(decodeHedge(new Uint8Array(0), 7)).toBeUndefined();
    const two = encodeHedge({ gains: Float64Array.of(1), chosen: 0, nominees: [Float64Array.of(0, 1)] }, 512);
    expect(decodeHedge(two, 3)).toBeUndefined();
  });
});

describe('GP-Hedge', () => {
  it('chooses by a softmax of the gains, whatever their size', () => {
    expect(Array.from(chances(Float64Array.of(5, 5), 1))).toEqual([0.5, 0.5]);
    const shares = chances(Float64Array.of(1000, 1001, -1e9), 1);
    expect(shares[1]! / shares[0]!).toBeCloseTo(Math.E, 12);
    expect(shares[2]).toBe(0);
    expect([0.1, 0.4, 0.9999999].map((u) => choose(Float64Array.of(0, 0, 0), 1, u))).toEqual([0, 1, 2]);
  });

  it('comes to prefer whose nominees the model thinks well of', () => {
    const nominees = [Float64Array.of(0.1), Float64Array.of(0.9)];
    let gains = new Float64Array(2);
    for (let k = 0; k < 10; k++)
      gains = Float64Array.from(earned({ gains, chosen: 0, nominees }, 2, 1, ([u]) => u!, nominees[0]!));
    expect(gains[0]).toBeCloseTo(1, 12);
    expect(gains[1]).toBeCloseTo(9, 12);
    expect(chances(gains, 1)[1]).toBeGreaterThan(0.99);
  });

  it('rewards the tried nominee alone where there is no room, by the same amount on average', () => {
    const gains = Float64Array.of(0, 1);
    const shares = chances(gains, 1);
    const rewards = [0.3, 0.8];
    const expected = [0, 0];
    for (const chosen of [0, 1]) {
      const next = earned({ gains, chosen, nominees: undefined }, 2, 1, ([u]) => u!, Float64Array.of(rewards[chosen]!));
      for (const arm of [0, 1]) expected[arm]! += shares[chosen]! * (next[arm]! - gains[arm]!);
    }
    expected.forEach((gain, arm) => expect(gain).toBeCloseTo(rewards[arm]!, 12));
  });

  it('begins again when the number of functions is another', () => {
    const last = { gains: Float64Array.of(4, 5), chosen: 0, nominees: undefined };
    expect(Array.from(earned(last, 3, 1, () => 1, Float64Array.of(0)))).toEqual([0, 0, 0]);
    expect(Array.from(earned(undefined, 2, 1, () => 1, Float64Array.of(0)))).toEqual([0, 0]);
  });

  it('carries everything in memos: gains made again from any of them are the same bits', () => {
    // a study of thirty trials, whose rewards depend on what is known then
    const rng = createRng(6, 0);
    const reward = (trial: number) => (unit: Float64Array) => Math.sin(trial + 5 * unit[0]!);
    const memos: Uint8Array[] = [];
    const step = (last: Hedge | undefined, trial: number): Uint8Array => {
      const gains = earned(last, 3, 1, reward(trial), Float64Array.of(0.5));
      const nominees = [0, 1, 2].map((arm) => Float64Array.of(rng.uniform(arm, trial), rng.uniform(arm + 3, trial)));
      return encodeHedge({ gains, chosen: choose(gains, 1, rng.uniform(9, trial)), nominees }, 512);
    };
    let warm: Hedge | undefined;
    for (let trial = 0; trial < 30; trial++) {
      memos.push(step(warm, trial));
      warm = decodeHedge(memos[trial]!, 2);
    }
    for (let trial = 1; trial < 30; trial++)
      expect(step(decodeHedge(memos[trial - 1]!, 2), trial)).toEqual(memos[trial]);
  });
});
