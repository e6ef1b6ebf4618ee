import { describe, expect, it, vi } from 'vitest';
import { claimTrial } from '../../../activities/runners/claims.ts';

describe('claimTrial', () => {
  it('ends the earlier attempt and waits for it before the later one has the trial', async () => {
    const order: string[] = [];
    const release = await claimTrial('t', 1, () => order.push('stop 1'));
    const later = claimTrial('t', 2, () => {}).then((end) => {
      order.push('start 2');
      return end;
    });
    await new Promise(setImmediate);
    order.push('end 1');
    release();
    (await later)();
    expect(order).toEqual(['stop 1', 'end 1', 'start 2']);
  });

  it('refuses an attempt that comes after a later one', async () => {
    const stop = vi.fn();
    const release = await claimTrial('t', 3, stop);
    await expect(claimTrial('t', 2, () => {})).rejects.toThrow(
      'attempt 2 comes too late: attempt 3 of this trial runs already',
    );
    expect(stop).not.toHaveBeenCalled();
    release();
    (await claimTrial('t', 2, () => {}))();
  });

  it('lets the latest of several win, and one at a time', async () => {
    let running = 0;
    const attempts = [1, 2, 4, 3].map(async (attempt) => {
      let stopped: () => void;
      const told = new Promise<void>((resolve) => (stopped = resolve));
      const release = await claimTrial('t', attempt, () => stopped());
      expect(++running).toBe(1);
      if (attempt !== 4) await told;
      running--;
      release();
      return attempt;
    });
    const ends = await Promise.allSettled(attempts);
    expect(ends[2]).toEqual({ status: 'fulfilled', value: 4 });
    expect(running).toBe(0);
  });

  it('does not mix trials up', async () => {
    const stop = vi.fn();
    const releases = await Promise.all(['a', 'b'].map((trial) => claimTrial(trial, 1, stop)));
    expect(stop).not.toHaveBeenCalled();
    for (const release of releases) release();
  });
});
