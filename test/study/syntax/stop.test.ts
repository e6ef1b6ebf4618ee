import { describe, expect, it } from 'vitest';
import { define, faults } from '../studies.ts';

describe('stop', () => {
  it('lets as many trials fail as there are, but at least 10', () => {
    expect(define('stop: { trials: 50 }').stop).toEqual({ trials: 50, maxFailures: 50 });
    expect(define('stop: { time: 90s }').stop).toEqual({ timeMs: 90_000, maxFailures: 100 });
    expect(define('stop: { target: -0.5, maxFailures: 1 }').stop).toEqual({ target: -0.5, maxFailures: 1 });
    expect(define('stop: { regret: 0.01 }').stop).toEqual({ regret: 0.01, maxFailures: 100 });
    expect(define('stop: { patience: 3, cost: 0.5 }').stop).toEqual({ patience: 3, cost: 0.5, maxFailures: 100 });
  });

  it('is not needed with grid, which ends by itself', () => {
    expect(define({ stop: undefined, sampler: 'grid' }).stop).toEqual({ maxFailures: 100 });
    expect(define({ stop: { maxFailures: 2 }, sampler: { grid: {} } }).stop).toEqual({ maxFailures: 2 });
  });

  const rules = 'trials, time, target, patience, cost or regret';
  const count = 'expected a whole number from 1 to 1000000000';
  it.each([
    [undefined, `stop is missing, expected ${rules}; add stop: { trials: 100 }, or the study never ends`],
    [{}, `stop is {}, expected ${rules}; add one of them, or the study never ends`],
    [{ maxFailures: 3 }, `stop is { maxFailures: 3 }, expected ${rules}; add one of them, or the study never ends`],
    [100, 'stop is 100, expected stopping rules; write stop: { trials: 100 }'],
    [
      { trials: 5, trails: 5 },
      "stop.trails (value 5) is not a known key, expected trials, time, target, patience, cost, regret or maxFailures; did you mean 'trials'?",
    ],
    [{ trials: 0 }, `stop.trials is 0, ${count}; leave it out for no such rule`],
    [{ trials: '5' }, `stop.trials is "5", ${count}; remove the quotes`],
    [{ trials: null }, `stop.trials is null, ${count}; nothing stands there: write a value`],
    [{ time: 3600 }, 'stop.time is 3600, expected a duration from 1ms to 365d; write its unit: 3600s or 1h30m'],
    [{ time: '2 hours' }, 'stop.time is "2 hours", expected a duration from 1ms to 365d; write time: 2h, say'],
    [{ target: NaN }, 'stop.target is NaN, expected a number; write a finite number'],
    [{ target: Infinity }, 'stop.target is Infinity, expected a number; write a finite number'],
    [{ target: 'best' }, 'stop.target is "best", expected a number; write a value of the first objective'],
    [{ patience: 1.5 }, `stop.patience is 1.5, ${count}; leave it out for no such rule`],
    [{ cost: 0 }, 'stop.cost is 0, expected a number > 0; leave it out for no such rule'],
    [{ regret: 0 }, 'stop.regret is 0, expected a number > 0; leave it out for no such rule'],
    [{ trials: 5, maxFailures: 0 }, `stop.maxFailures is 0, ${count}; leave it out for the default`],
  ])('%j is refused', (stop, message) => {
    expect(faults({ stop })).toBe(message);
  });

  it('bounds the regret of one objective, and of whole runs', () => {
    const stop = { trials: 50, regret: 0.1 };
    const objectives = [
      { name: 'a', goal: 'minimize' },
      { name: 'b', goal: 'minimize' },
    ];
    expect(faults({ stop, objective: undefined, objectives })).toBe(
      'stop.regret is 0.1, expected no regret with several objectives; leave it out, or keep one objective: regret is of one',
    );
    expect(faults({ stop, scheduler: { asha: { max: 9 } } })).toBe(
      'stop.regret is 0.1, expected no regret with a scheduler; leave one of them out: regret is judged by whole runs alone',
    );
  });
});
