/**
 * lc_digits: learning curves of 127 real trainings of 81 epochs; a point in between has the mean of the three nearest ones' curves,
 * weighted by inverse squared distance. Errors on validation data, to be minimised.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Params, Space } from '../../study/space/space.ts';

export const EPOCHS = 81;

type Axis = readonly [
  name: string,
  kind: 'float' | 'int',
  low: number,
  high: number,
  scale: 'linear' | 'log',
  weight: number,
];

const AXES: readonly Axis[] = [
  ['lr', 'float', 1e-4, 1, 'log', 2],
  ['momentum', 'float', 0, 0.99, 'linear', 1.5],
  ['weight_decay', 'float', 1e-7, 1e-2, 'log', 0.7],
  ['units', 'int', 4, 128, 'log', 1],
  ['batch_size', 'int', 8, 256, 'log', 1],
  ['dropout', 'float', 0, 0.7, 'linear', 1],
];

export const SPACE: Space = {
  version: 1,
  parameters: AXES.map(([name, kind, low, high, scale]) => ({ name, domain: { kind, low, high, scale } })),
  forbid: [],
};

const packed = readFileSync(new URL('data/lc_digits_curves.json.gz', import.meta.url));
const measured = (JSON.parse(gunzipSync(packed).toString()) as [Record<string, number>, number[]][]).map(
  ([params, errors]) => ({ at: placeOf(params), errors }),
);

/** Error after each epoch, from the first on. */
export function curveOf(params: Params): number[] {
  const at = placeOf(params as Record<string, number>);
  const nearest = measured
    .map((one, i) => ({ one, i, distance: one.at.reduce((sum, x, k) => sum + (x - at[k]!) * (x - at[k]!), 0) }))
    .toSorted((a, b) => a.distance - b.distance || a.i - b.i)
    .slice(0, 3);
  const weights = nearest.map(({ distance }) => 1 / (distance + 1e-6));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: EPOCHS }, (_, epoch) =>
    nearest.reduce((sum, { one }, k) => sum + (weights[k]! / total) * one.errors[epoch]!, 0),
  );
}

function placeOf(params: Record<string, number>): number[] {
  return AXES.map(([name, , low, high, scale, weight]) => {
    const value = params[name]!;
    const share =
      scale === 'log'
        ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
        : (value - low) / (high - low);
    return weight * share;
  });
}
