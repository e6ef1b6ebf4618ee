import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intervalSvg } from '../../../cli/report/interval-svg.ts';
import type { Verdict } from '../../../study/evaluation/contract.ts';
import { VERDICT } from '../evaluated.ts';

function markupOf(changes: Partial<Verdict>): string {
  return intervalSvg({ ...VERDICT, ...changes })!.markup.replace(/\s+/g, ' ');
}

/** Where a line stands, or the point. */
function at(markup: string, kind: string): number {
  return Number(new RegExp(`class="${kind}" (?:x1|cx)="([^"]*)"`).exec(markup)![1]);
}

describe('the plot of an effect', () => {
  it('has a name and says all it shows', () => {
    const markup = markupOf({});
    expect(markup).toContain('role="img" aria-labelledby="effect-title" aria-describedby="effect-desc"');
    expect(markup).toContain(
      'By balancedAccuracy (maximize) the effect is +0.039, its interval goes from +0.0121 to +0.0661, ' +
        'where more than 0 is better; worth a change is more than 0.005.',
    );
  });

  it('draws no interval where there is none, no second line where any gain is worth it, nothing without an effect', () => {
    const { interval: _interval, ...single } = VERDICT;
    expect(intervalSvg(single)!.markup).not.toContain('class="interval"');
    expect(markupOf({ minimumEffect: 0 })).not.toContain('class="least"');
    const { effect: _effect, ...none } = VERDICT;
    expect(intervalSvg(none)).toBeUndefined();
  });

  it('keeps everything inside and in order, whatever the numbers', () => {
    const number = fc.double({ min: -1e300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(number, number, number, fc.double({ min: 0, max: 1e300, noNaN: true }), (a, b, c, least) => {
        const [low, effect, high] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
        const markup = markupOf({ effect, interval: [low, high], minimumEffect: least });
        expect(markup).not.toMatch(/NaN|Infinity|undefined/);
        const [, from, to] = /class="interval" d="M([^,]*),[^M]*M([^,]*),/.exec(markup)!.map(Number);
        const [zero, point] = [at(markup, 'zero'), at(markup, 'point')];
        for (const x of [from!, point, to!, zero]) expect(x >= 92 && x <= 316).toBe(true);
        expect(from! <= point && point <= to!).toBe(true);
        if (low > 0) expect(zero).toBeLessThanOrEqual(from!);
        if (high < 0) expect(zero).toBeGreaterThanOrEqual(to!);
        expect(markup.split('class="axis"').length).toBeLessThan(12);
      }),
      { seed: 1 },
    );
  });
});
