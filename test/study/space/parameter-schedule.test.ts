/** Values of schedules beside PyTorch's, by the closed forms of its documentation (torch.optim.lr_scheduler, 2.9). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scheduleValue, type ParameterSchedule } from '../../../study/space/parameter-schedule.ts';

const TOTAL = 40;
const values = (schedule: ParameterSchedule, total = TOTAL): number[] =>
  Array.from({ length: total }, (_, step) => scheduleValue(schedule, step, total));

/** Equal to some units in the last place of the larger ones. */
function expectClose(actual: readonly number[], expected: (step: number) => number): void {
  for (const [step, value] of actual.entries()) expect(value, `step ${step}`).toBeCloseTo(expected(step), 14);
}

/** OneCycleLR, annealed by cosine in two phases. */
function oneCycle(step: number, total: number, max: number, peak: number, from: number, final: number): number {
  const annealed = (start: number, end: number, share: number): number =>
    end + ((start - end) / 2) * (1 + Math.cos(Math.PI * share));
  const top = peak * total - 1;
  if (step <= top) return annealed(from * max, max, step / top);
  return annealed(max, final * max, (step - top) / (total - 1 - top));
}

describe('the value of a schedule', () => {
  it('stays where it is', () => {
    expect(values({ base: 0.3, shape: 'constant' })).toEqual(Array.from({ length: TOTAL }, () => 0.3));
  });

  it('is StepLR: times gamma after each step_size', () => {
    const schedule = { base: 0.3, shape: 'step', step: { factor: 0.5, every: 7 } } as const;
    expectClose(values(schedule), (step) => 0.3 * 0.5 ** Math.floor(step / 7));
    expect(scheduleValue(schedule, 6, TOTAL)).toBe(0.3);
    expect(scheduleValue(schedule, 7, TOTAL)).toBe(0.15);
  });

  it('is ExponentialLR: times gamma after each step', () => {
    expectClose(values({ base: 2, shape: 'exponential', exponential: { rate: 0.93 } }), (step) => 2 * 0.93 ** step);
  });

  it('is CosineAnnealingLR with eta_min = final * base', () => {
    const final = 0.02;
    expectClose(
      values({ base: 0.3, shape: 'cosine', cosine: { final } }),
      (step) => final * 0.3 + ((0.3 - final * 0.3) * (1 + Math.cos((Math.PI * step) / TOTAL))) / 2,
    );
  });

  it.each([
    [0.3, 0.04, 4e-6],
    [0.5, 0.1, 0],
    [0.05, 0.5, 0.2],
    [0.9, 0, 1],
  ])('is OneCycleLR with its top at %d, from %d to %d of it', (peak, from, final) => {
    expectClose(values({ base: 0.3, shape: 'one-cycle', 'one-cycle': { peak, from, final } }), (step) =>
      oneCycle(step, TOTAL, 0.3, peak, from, final),
    );
  });

  it('begins with LinearLR, and has its shape on the steps that are left', () => {
    const schedule = { base: 0.3, shape: 'cosine', warmup: 0.2, cosine: { final: 0 } } as const;
    expectClose(values(schedule), (step) => {
      const warm = 8;
      const start = 1 / (warm + 1);
      if (step < warm) return 0.3 * (start + ((1 - start) * step) / warm);
      return (0.3 * (1 + Math.cos((Math.PI * (step - warm)) / (TOTAL - warm)))) / 2;
    });
    const stepped = { base: 1, shape: 'step', warmup: 0.25, step: { factor: 0.1, every: 10 } } as const;
    expect([9, 10, 19, 20].map((step) => scheduleValue(stepped, step, TOTAL))).toEqual([10 / 11, 1, 1, 0.1]);
    expect(scheduleValue({ ...stepped, warmup: 1 }, 39, TOTAL)).toBeLessThan(1);
  });

  it('stays at its last value beyond the end', () => {
    const schedule = { base: 0.3, shape: 'exponential', exponential: { rate: 0.5 } } as const;
    expect(scheduleValue(schedule, 100, TOTAL)).toBe(scheduleValue(schedule, 39, TOTAL));
  });

  it('never leaves what its shape spans, whatever its parameters', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, share, share, fc.integer({ min: 1, max: 300 }), (peak, from, final, warmup, total) => {
        const cycle = values({ base: 1, shape: 'one-cycle', 'one-cycle': { peak, from, final } }, total);
        const cosine = values({ base: 1, shape: 'cosine', warmup, cosine: { final } }, total);
        for (const value of cycle) expect(value).toBeGreaterThanOrEqual(Math.min(from, final) - 1e-12);
        for (const value of cosine) expect(value).toBeGreaterThan(0 - 1e-12);
        for (const value of [...cycle, ...cosine]) expect(value).toBeLessThanOrEqual(1 + 1e-12);
        // from where it is warm, a cosine only falls
        const falling = cosine.slice(Math.round(warmup * total));
        expect(falling).toEqual(falling.toSorted((a, b) => b - a));
      }),
      { numRuns: 100, seed: 4 },
    );
  });

  it('has the same bits on every machine', () => {
    const schedule = { base: 0.1, shape: 'one-cycle', 'one-cycle': { peak: 0.3, from: 0.04, final: 4e-6 } } as const;
    expect([0, 5, 11, 12, 25, 38, 39].map((step) => scheduleValue(schedule, step, TOTAL))).toMatchInlineSnapshot(`
      [
        0.004,
        0.04516888776288231,
        0.1,
        0.09968561175222015,
        0.05000020000000001,
        0.0003147882477798403,
        4.0000000000040005e-7,
      ]
    `);
  });

  it.each<[string, ParameterSchedule, number, number, RegExp]>([
    ['a step that is none', { base: 1, shape: 'constant' }, 0.5, 10, /step is 0.5, expected how many steps/],
    ['a total that is none', { base: 1, shape: 'constant' }, 0, 0, /total is 0, expected a whole number of steps/],
    ['a shape without its numbers', { base: 1, shape: 'cosine' }, 0, 9, /has the shape cosine, but no cosine/],
    ['an unknown shape', { base: 1, shape: 'sine' as never }, 0, 9, /shape is "sine", expected constant, step/],
  ])('refuses %s', (_what, schedule, step, total, message) => {
    expect(() => scheduleValue(schedule, step, total)).toThrow(message);
  });
});
