import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { curveOf, EPOCHS } from '../../../bench/schedulers/curves.ts';
import { ENTRANTS } from '../../../bench/schedulers/entrants.ts';
import { bestAfter, play } from '../../../bench/schedulers/play.ts';

describe('the learning curves', () => {
  it('are the measured ones where they were measured, and lie between them elsewhere', () => {
    const packed = readFileSync(new URL('../../../bench/schedulers/data/lc_digits_curves.json.gz', import.meta.url));
    const measured = JSON.parse(gunzipSync(packed).toString()) as [Record<string, number>, number[]][];
    expect(measured).toHaveLength(127);
    for (const [params, errors] of measured.slice(0, 20))
      for (const [epoch, error] of curveOf(params).entries()) expect(error).toBeCloseTo(errors[epoch], 3);
    const middle = curveOf({ lr: 0.01, momentum: 0.5, weight_decay: 1e-5, units: 32, batch_size: 32, dropout: 0.2 });
    expect(middle).toHaveLength(EPOCHS);
    expect(Math.min(...middle)).toBeGreaterThan(0);
    expect(Math.max(...middle)).toBeLessThan(1);
  });
});

describe('a played study', () => {
  it.each(Object.keys(ENTRANTS))('of %s gets better, the same each time', (name) => {
    const run = play(ENTRANTS[name], 3, 250, 4);
    expect(run.best.map(([spent]) => spent)).toEqual(run.best.map(([spent]) => spent).toSorted((a, b) => a - b));
    expect(run.best.map(([, error]) => error)).toEqual(run.best.map(([, error]) => error).toSorted((a, b) => b - a));
    expect(play(ENTRANTS[name], 3, 250, 4)).toEqual(run);
    expect(play(ENTRANTS[name], 4, 250, 4)).not.toEqual(run);
  });

  it('pays for each epoch of a trial once', () => {
    // one bracket: 9 trials of 1 epoch, 3 of 2 more, 1 of 6 more
    const scheduler = { name: 'successive-halving', options: { max: 9 } };
    const all = play({ sampler: 'random', scheduler }, 1, 1000, 2);
    expect(all.trials).toBe(9);
    expect(all.complete).toBe(1);
    expect(Math.max(...all.best.map(([spent]) => spent))).toBeLessThanOrEqual(21);
  });

  it('knows nothing before its first segment has ended', () => {
    expect(
      bestAfter(
        {
          best: [
            [4, 0.5],
            [9, 0.25],
          ],
        },
        3,
      ),
    ).toBe(Infinity);
    expect(
      bestAfter(
        {
          best: [
            [4, 0.5],
            [9, 0.25],
          ],
        },
        8,
      ),
    ).toBe(0.5);
    expect(
      bestAfter(
        {
          best: [
            [4, 0.5],
            [9, 0.25],
          ],
        },
        9,
      ),
    ).toBe(0.25);
  });
});
