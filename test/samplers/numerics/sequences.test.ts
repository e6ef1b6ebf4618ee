import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { halton, prime, scrambledHalton } from '../../../samplers/numerics/halton.ts';
import { SOBOL_DIMENSIONS } from '../../../samplers/numerics/sobol-directions.ts';
import { scrambledSobol, sobol } from '../../../samplers/numerics/sobol.ts';

const DIMS = [0, 1, 2, 9, 99, 999, 1110];

// index, then coordinates in units of 2^-32 at DIMS: scipy.stats.qmc.Sobol(1111, scramble=False, bits=32)
const SOBOL: readonly (readonly number[])[] = [
  [0, 0, 0, 0, 0, 0, 0, 0],
  [1, 2147483648, 2147483648, 2147483648, 2147483648, 2147483648, 2147483648, 2147483648],
  [2, 3221225472, 1073741824, 1073741824, 3221225472, 3221225472, 3221225472, 3221225472],
  [5, 3758096384, 3758096384, 536870912, 536870912, 1610612736, 2684354560, 1610612736],
  [1000, 943718400, 415236096, 2227175424, 297795584, 801112064, 859832320, 1589641216],
  [65537, 2147581952, 4294934528, 4174741504, 2748284928, 2076213248, 2751102976, 1476755456],
  [4000000, 28427264, 1546619904, 2935561216, 3061400576, 604259328, 3286121472, 1175596032],
];

// index, then coordinates at DIMS but the last: scipy.stats.qmc.Halton(1000, scramble=False)
const HALTON: readonly (readonly number[])[] = [
  [0, 0, 0, 0, 0, 0, 0],
  [1, 0.5, 0.3333333333333333, 0.2, 0.034482758620689655, 0.0018484288354898336, 0.00012627857052658164],
  [2, 0.25, 0.6666666666666666, 0.4, 0.06896551724137931, 0.0036968576709796672, 0.0002525571410531633],
  [5, 0.625, 0.7777777777777777, 0.04, 0.1724137931034483, 0.009242144177449167, 0.0006313928526329082],
  [1000, 0.0927734375, 0.3475080018289895, 0.00512, 0.4887449259912255, 0.8484322521789934, 0.12627857052658165],
  [
    65537, 0.50000762939453125, 0.9010877971402281, 0.49573120000000004, 0.9282491682937899, 0.14089401088557166,
    0.2759188041707999,
  ],
];

describe('the Sobol sequence', () => {
  it('is the one of Joe and Kuo, point by point', () => {
    for (const [index, ...coordinates] of SOBOL) expect(DIMS.map((dim) => sobol(index, dim))).toEqual(coordinates);
    expect(SOBOL_DIMENSIONS).toBe(1111);
  });

  it('fills every cell of every dimension once, scrambled too', () => {
    for (const dim of [0, 1, 17, 500, 1110]) {
      const cells = new Set(Array.from({ length: 512 }, (_, n) => Math.floor(scrambledSobol(n, dim, 77, dim) * 512)));
      expect(cells.size).toBe(512);
    }
  });

  it('keeps its net in the first two dimensions when scrambled', () => {
    for (let wide = 0; wide <= 8; wide++) {
      const [across, up] = [2 ** wide, 2 ** (8 - wide)];
      const cells = new Set(
        Array.from({ length: 256 }, (_, n) => {
          const [x, y] = [scrambledSobol(n, 0, 1, 2), scrambledSobol(n, 1, 3, 4)];
          return Math.floor(x * across) * up + Math.floor(y * up);
        }),
      );
      expect(cells.size).toBe(256);
    }
  });

  it('puts a point anywhere, depending on the key', () => {
    const first = Array.from({ length: 20_000 }, (_, key) => scrambledSobol(0, 3, key, 5));
    expect(new Set(first).size).toBe(20_000);
    const mean = first.reduce((sum, u) => sum + u, 0) / first.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
    expect(Math.min(...first)).toBeLessThan(0.001);
    expect(Math.max(...first)).toBeGreaterThan(0.999);
  });

  it('integrates far better than chance', () => {
    const error = Array.from({ length: 20 }, (_, key) => {
      let sum = 0;
      for (let n = 0; n < 1024; n++)
        sum += [0, 1, 2, 3, 4].reduce((product, dim) => product * (0.5 + scrambledSobol(n, dim, key, dim)), 1);
      return (sum / 1024 - 1) ** 2;
    }).reduce((sum, square) => sum + square, 0);
    // chance: variance (13/12)^5 - 1 = 0.49 over 1,024 points
    expect(Math.sqrt(error / 20)).toBeLessThan(Math.sqrt(0.49 / 1024) / 10);
  });
});

describe('the Halton sequence', () => {
  it('is the textbook one, point by point', () => {
    for (const [index, ...coordinates] of HALTON)
      for (const [i, expected] of coordinates.entries()) expect(halton(index, DIMS[i])).toBeCloseTo(expected, 15);
  });

  it('knows its primes', () => {
    expect([0, 1, 2, 3, 4, 99, 999, 4999].map(prime)).toEqual([2, 3, 5, 7, 11, 541, 7919, 48_611]);
  });

  it('fills every cell once, scrambled too', () => {
    for (const dim of [0, 1, 2, 3, 30]) {
      const base = prime(dim);
      const count = base < 100 ? base * base : base;
      const cells = new Set(
        Array.from({ length: count }, (_, n) => Math.floor(scrambledHalton(n, dim, 9, dim) * count * (1 + 1e-14))),
      );
      expect(cells.size).toBe(count);
    }
  });

  it('shuffles digits fairly: each order of three about equally often', () => {
    const orders = new Map<string, number>();
    for (let key = 0; key < 12_000; key++) {
      const order = [0, 1, 2].map((n) => Math.floor(scrambledHalton(n, 1, key, 3) * 3)).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it('stays inside the open interval at its last index', () => {
    for (let dim = 0; dim < 1000; dim += 37)
      for (const index of [0, 2 ** 32 - 1]) {
        const u = scrambledHalton(index, dim, 1, 2);
        expect(u > 0 && u < 1).toBe(true);
      }
  });

  it('and Sobol have the same bits on every engine', () => {
    const values = Float64Array.from({ length: 6_000 }, (_, i) =>
      i % 2 === 0 ? scrambledSobol(i, i % 1111, i, 7) : scrambledHalton(i, i % 1111, i, 7),
    );
    expect(createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex').slice(0, 16)).toBe(
      'ab70de975b30b7ae',
    );
  });
});
