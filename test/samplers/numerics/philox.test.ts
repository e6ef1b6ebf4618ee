import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRng, philox, trialSeed } from '../../../samplers/numerics/philox.ts';

function words(counter: readonly [number, number, number, number], key: readonly [number, number]): string {
  const out = new Uint32Array(4);
  philox(...counter, ...key, out);
  return [...out].map((word) => word.toString(16).padStart(8, '0')).join(' ');
}

describe('philox', () => {
  it('gives the published test vectors of Philox4x32-10', () => {
    const ones = 0xffffffff;
    expect(words([0, 0, 0, 0], [0, 0])).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    expect(words([ones, ones, ones, ones], [ones, ones])).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd');
    expect(words([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toBe(
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    );
  });

  it('lays out key and counter as documented', () => {
    const out = new Uint32Array(4);
    philox(7, 9, 123, 0, 0xcccccccd, 0x1fffff, out);
    const expected = ((out[0] >>> 6) * 2 ** 26 + (out[1] >>> 6) + 0.5) / 2 ** 52;
    expect(createRng(0x1fffffcccccccd, 123).uniform(9, 7)).toBe(expected);
  });

  it('gives the same number for the same counters, in any order', () => {
    const [one, other] = [createRng(5, 6), createRng(5, 6)];
    const forward = Array.from({ length: 100 }, (_, i) => one.uniform(i % 3, i));
    const backward = Array.from({ length: 100 }, (_, i) => other.uniform((99 - i) % 3, 99 - i)).toReversed();
    expect(forward).toEqual(backward);
    expect(new Set(forward).size).toBe(100);
  });

  it('tells study seeds, trials, purposes, shared numbers and trial seeds apart', () => {
    const numbers = [0, 1, 2 ** 32, 2 ** 53 - 1].flatMap((seed) =>
      [0, 1, 2 ** 32 - 1].flatMap((trial) => [
        createRng(seed, trial).uniform(0, 0),
        createRng(seed, trial).uniform(1, 0),
        createRng(seed, trial).uniform(0, 1),
        trialSeed(seed, trial),
      ]),
    );
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(createRng(3, 1).shared(2, 4)).toBe(createRng(3, 99).shared(2, 4));
    expect(createRng(3, 1).shared(2, 4)).not.toBe(createRng(4, 1).shared(2, 4));
    expect(createRng(3, 0).shared(2, 4)).not.toBe(createRng(3, 0).uniform(2, 4));
  });

  it('is uniform in the open interval, and normal by inverse', () => {
    const rng = createRng(11, 0);
    const uniforms = Array.from({ length: 50_000 }, (_, i) => rng.uniform(0, i));
    const normals = Array.from({ length: 50_000 }, (_, i) => rng.normal(1, i));
    expect(uniforms.every((u) => u > 0 && u < 1)).toBe(true);
    const cells = new Array<number>(50).fill(0);
    for (const u of uniforms) cells[Math.floor(u * 50)]++;
    const chiSquare = cells.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // 49 degrees of freedom: below 85 in 999 of 1,000 cases
    expect(chiSquare).toBeLessThan(85);
    const mean = normals.reduce((sum, z) => sum + z, 0) / normals.length;
    const variance = normals.reduce((sum, z) => sum + z * z, 0) / normals.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });

  it('gives trial code seeds of 31 bits', () => {
    const seeds = Array.from({ length: 1000 }, (_, number) => trialSeed(42, number));
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31)).toBe(true);
    expect(Math.max(...seeds)).toBeGreaterThan(2 ** 30);
  });

  it('has the same bits on every engine', () => {
    const rng = createRng(2 ** 53 - 1, 12_345);
    const values = Float64Array.from({ length: 9_000 }, (_, i) =>
      i % 3 === 0 ? rng.uniform(i, i) : i % 3 === 1 ? rng.normal(i, i) : rng.shared(i, i),
    );
    expect(createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex').slice(0, 16)).toBe(
      '517a7830fc73eb5c',
    );
  });
});
