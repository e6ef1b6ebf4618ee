import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchLimits } from '../../../activities/runners/limits.ts';
import { limitsOf } from './harness.ts';

describe('watchLimits', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('waits for a timeout beyond the longest delay of a timer', () => {
    const days = 30 * 86_400_000;
    const end = vi.fn();
    const watch = watchLimits(limitsOf({ timeoutMs: days }), end);
    vi.advanceTimersByTime(days - 1);
    expect(end).not.toHaveBeenCalled();
    watch.check();
    vi.advanceTimersByTime(1);
    expect(end).toHaveBeenCalledTimes(1);
    expect(() => watch.check()).toThrow(/^ran longer than 30d \(timeout\)$/);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends once, for the first reason', () => {
    const abort = new AbortController();
    const end = vi.fn();
    const watch = watchLimits(limitsOf({ signal: abort.signal, timeoutMs: 100 }), end);
    abort.abort();
    vi.advanceTimersByTime(200);
    expect(end).toHaveBeenCalledTimes(1);
    watch.check();
  });

  it('ends at once where the signal has aborted already', () => {
    const end = vi.fn();
    watchLimits(limitsOf({ signal: AbortSignal.abort(), timeoutMs: 100 }), end);
    expect(end).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('watches no longer once it was stopped', () => {
    const abort = new AbortController();
    const end = vi.fn();
    watchLimits(limitsOf({ signal: abort.signal, timeoutMs: 100 }), end).stop();
    abort.abort();
    vi.advanceTimersByTime(200);
    expect(end).not.toHaveBeenCalled();
  });
});
