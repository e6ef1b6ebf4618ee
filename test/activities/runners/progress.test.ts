import { describe, expect, it } from 'vitest';
import { Progress } from '../../../activities/runners/progress.ts';

describe('Progress', () => {
  it('heartbeats the attempt, the checkpoint it goes on from or the newest one, and the steps reported', () => {
    const progress = new Progress(3, 'old');
    expect(progress.heartbeat()).toEqual({ attempt: 3, checkpoint: 'old', steps: 0 });
    progress.checkpoint = 'new';
    progress.report([1, 0.5]);
    progress.report([1, 0.7]);
    expect(progress.heartbeat()).toEqual({ attempt: 3, checkpoint: 'new', steps: 1 });
    expect(new Progress(1, undefined).heartbeat()).toEqual({ attempt: 1, steps: 0 });
  });

  it('tells what a failed attempt leaves behind, the first value of a step', () => {
    const progress = new Progress(2, undefined);
    progress.report([2, 0.2]);
    progress.report([1, 0.1]);
    progress.report([2, 9]);
    expect(progress.failed('why')).toEqual({
      reason: 'why',
      attempt: 2,
      reports: [
        [1, 0.1],
        [2, 0.2],
      ],
    });
  });

  it('says of reports whether they cross, and keeps those for the end', () => {
    const progress = new Progress(2, undefined, { at: [2, 5] });
    const steps = [1, 3, 3, 2, 4, 7, 8];
    expect(steps.map((step) => progress.report([step, step / 10]))).toEqual([
      false,
      true,
      false,
      false,
      false,
      true,
      false,
    ]);
    const crossed = [
      [3, 0.3],
      [7, 0.7],
    ];
    expect(progress.crossed).toEqual(crossed);
    expect(progress.failed('why')).toMatchObject({ crossed });
    const deaf = new Progress(1, undefined);
    expect(deaf.report([2, 1])).toBe(false);
    expect(deaf.crossed).toBeUndefined();
  });

  it('holds a bounded part of an endless curve, with its ends and extremes', () => {
    const progress = new Progress(1, undefined);
    for (let step = 0; step < 100_000; step++) progress.report([step, step === 12_345 ? -1 : step]);
    expect(progress.heartbeat().steps).toBe(100_000);
    expect(progress.reports.length).toBeLessThanOrEqual(20_000);
    const { reports } = progress.failed('why');
    expect(reports.length).toBeLessThanOrEqual(100);
    expect(reports).toEqual(
      expect.arrayContaining([
        [0, 0],
        [12_345, -1],
        [99_999, 99_999],
      ]),
    );
  });

  it('goes on after the reports that crossed before, which ride on heartbeats with the checkpoint', () => {
    const first = new Progress(1, undefined, { at: [2, 5] });
    first.report([2, 0.2]);
    first.checkpoint = 'at 2';
    const { checkpoint, crossed } = first.heartbeat();
    const second = new Progress(2, checkpoint, { at: [2, 5] }, crossed);
    expect([3, 4, 5].map((step) => second.report([step, step / 10]))).toEqual([false, false, true]);
    expect(second.failed('x')).toMatchObject({
      crossed: [
        [2, 0.2],
        [5, 0.5],
      ],
    });
  });
});
