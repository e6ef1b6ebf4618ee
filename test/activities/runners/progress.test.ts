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
});
