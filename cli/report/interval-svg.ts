/** An effect and its interval against no difference and against the least one that is worth a change, as an SVG element. */
import type { Verdict } from '../../study/evaluation/contract.ts';
import { axisLabel, drawable } from '../../plots/drawing/numbers.ts';
import { signed } from '../verdict/facts.ts';
import { shortNumber } from '../progress.ts';
import { html, type Html } from './html.ts';

const WIDTH = 420;
const HEIGHT = 152;
/** Room for the labels beside the two lines. */
const [LEFT, RIGHT] = [92, 104];
const [TOP, BAR, AXIS, TICKS, ENDS] = [24, 66, 94, 112, 142];
/** Marks on the axis, about. */
const MARKS = 4;

/** The plot; undefined where nothing was compared. */
export function intervalSvg(verdict: Verdict): Html | undefined {
  if (verdict.effect === undefined) return undefined;
  const effect = drawable(verdict.effect);
  const [low, high] = (verdict.interval ?? [effect, effect]).map(drawable) as [number, number];
  const least = drawable(verdict.minimumEffect);
  const from = Math.min(0, low, effect);
  const to = Math.max(0, high, effect, least);
  // halves, since two large numbers can lie infinitely far apart
  const span = to / 2 - from / 2 || 0.5;
  const x = (value: number): number => rounded(LEFT + ((value / 2 - from / 2) / span) * (WIDTH - LEFT - RIGHT));
  return html`<svg
    id="effect"
    class="effect"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img"
    aria-labelledby="effect-title"
    aria-describedby="effect-desc"
  >
    <title id="effect-title">Effect on ${verdict.metric}</title>
    <desc id="effect-desc">${describe(verdict)}</desc>
    <line class="axis" x1="0" x2="${WIDTH}" y1="${AXIS}" y2="${AXIS}" />
    ${marksOf(from, to).map((mark) => html`<line class="axis" x1="${x(mark)}" x2="${x(mark)}" y1="${AXIS}" y2="${AXIS + 5}" /><text x="${x(mark)}" y="${TICKS}" text-anchor="middle">${axisLabel(mark, to / 2 - from / 2)}</text>`)}
    <line class="zero" x1="${x(0)}" x2="${x(0)}" y1="${TOP - 12}" y2="${AXIS}" />
    <text x="${x(0) - 7}" y="${TOP - 2}" text-anchor="end">no difference</text>
    ${least > 0 && html`<line class="least" x1="${x(least)}" x2="${x(least)}" y1="${TOP - 12}" y2="${AXIS}" /><text x="${x(least) + 7}" y="${TOP - 2}">worth a change</text>`}
    ${verdict.interval && html`<path class="interval" d="M${x(low)},${BAR - 8}V${BAR + 8}M${x(high)},${BAR - 8}V${BAR + 8}M${x(low)},${BAR}H${x(high)}" />`}
    <circle class="point" cx="${x(effect)}" cy="${BAR}" r="6" />
    <text class="label" x="${x(effect)}" y="${BAR - 14}" text-anchor="middle">${signed(verdict.effect)}</text>
    <text class="end" x="0" y="${ENDS}">◂ challenger worse</text>
    <text class="end" x="${WIDTH}" y="${ENDS}" text-anchor="end">challenger better ▸</text>
  </svg>`;
}

function describe(verdict: Verdict): string {
  const { interval, effect, minimumEffect, goal, metric } = verdict;
  const range = interval ? `, its interval goes from ${signed(interval[0])} to ${signed(interval[1])}` : '';
  return (
    `By ${metric} (${goal}) the effect is ${signed(effect!)}${range}, where more than 0 is better; ` +
    `worth a change is more than ${shortNumber(minimumEffect)}.`
  );
}

/** Round numbers from `from` to `to`, some four of them. */
function marksOf(from: number, to: number): number[] {
  const rough = to / MARKS - from / MARKS || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((times) => times * power >= rough) ?? 10);
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

function rounded(x: number): number {
  return Math.round(x * 10) / 10;
}
