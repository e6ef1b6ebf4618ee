/** The values of an objective along an axis, where few very bad ones must not press all others together. */
import type { Objective } from '../../study/study.ts';
import { drawable } from './numbers.ts';
import { linearScale, type Scale } from './scale.ts';

export interface ObjectiveScale {
  readonly scale: Scale;
  /** The coordinate of a value; of one beyond the axis, its edge. */
  readonly at: (value: number) => number;
  /** Worse than the axis shows. */
  readonly isBeyond: (value: number) => boolean;
  /** The worst and the best that it shows. */
  readonly worst: number;
  readonly best: number;
}

/** Reach of the axis beyond the third quartile, as a multiple of that one's distance from the best. */
const REACH = 1.5;

/** As long as all values span no more than this times what is shown without the very bad ones, these are shown. */
const PRESSED = 2;

/** @param values finite, at least one */
export function objectiveScale(values: readonly number[], { goal }: Pick<Objective, 'goal'>): ObjectiveScale {
  const sign = goal === 'maximize' ? -1 : 1;
  const costs = values.map((value) => sign * drawable(value)).sort((a, b) => a - b);
  const best = costs[0]!;
  const most = costs.at(-1)!;
  const quartile = costs[Math.floor((costs.length - 1) * 0.75)]!;
  const reach = quartile + REACH * (quartile - best);
  const fits = costs.filter((cost) => cost <= reach);
  const shown = fits.at(-1)! - best;
  const worst = shown > 0 && most - best > PRESSED * shown ? fits.at(-1)! : most;
  const scale = linearScale({ low: Math.min(sign * best, sign * worst), high: Math.max(sign * best, sign * worst) });
  const isBeyond = (value: number): boolean => sign * drawable(value) > worst;
  return {
    scale,
    at: (value) => scale.at(isBeyond(value) ? sign * worst : value)!,
    isBeyond,
    worst: sign * worst + 0,
    best: sign * best + 0,
  };
}
