/**
 * CMA-ES with margin [Hamano 2022]: keeps ordered values alive. However narrow the distribution gets, a coordinate of a stepped
 * dimension leaves its cell with a probability of at least alpha = 1 / (n lambda), half of it to each side.
 *
 * Coordinates are drawn as mean + sigma A y: A widens the stepped ones where it must, and the mean moves beside the nearest threshold
 * where there is one side only. The distribution itself learns from y, without A.
 *
 * [Hamano 2022] Hamano, Saito, Nomura & Shirakawa, "CMA-ES with Margin: Lower-Bounding Marginal Probability for Mixed-Integer Black-Box
 *   Optimization", GECCO 2022, arXiv:2205.13482; section 4.
 */
import type { Dimension } from '../../study/space/dimensions.ts';
import { normalCdf, normalQuantile } from '../numerics/normal.ts';
import { cellAround } from './cells.ts';
import type { Gaussian } from './gaussian.ts';

export interface SteppedCoordinate {
  readonly coordinate: number;
  /** Without prior and weights. */
  readonly dimension: Dimension;
}

export class Margin {
  /** A: one a coordinate of the distribution. */
  readonly widening: Float64Array;
  private readonly stepped: readonly SteppedCoordinate[];

  constructor(n: number, stepped: readonly SteppedCoordinate[]) {
    this.widening = new Float64Array(n).fill(1);
    this.stepped = stepped;
  }

  /** After an update: mean and widening such that no coordinate is stuck. */
  correct(gaussian: Gaussian, lambda: number): void {
    const alpha = 1 / (gaussian.mean.length * lambda);
    for (const { coordinate, dimension } of this.stepped) {
      const mean = gaussian.mean[coordinate];
      const deviation = gaussian.deviation(coordinate);
      const [lower, upper] = cellAround(dimension, mean);
      if (lower === -Infinity || upper === Infinity)
        gaussian.mean[coordinate] = this.fromEdge(coordinate, mean, deviation, lower, upper, alpha);
      else this.between(gaussian, coordinate, deviation, lower, upper, alpha);
    }
  }

  /** In an outermost cell: as near to its one threshold as alpha wants. */
  private fromEdge(i: number, mean: number, deviation: number, lower: number, upper: number, alpha: number): number {
    const reach = -normalQuantile(alpha) * deviation * this.widening[i];
    return upper === Infinity ? Math.min(mean, lower + reach) : Math.max(mean, upper - reach);
  }

  /** Mean and widening by which the cell's thresholds cut off what they should on each side. */
  private between(gaussian: Gaussian, i: number, deviation: number, lower: number, upper: number, alpha: number): void {
    const mean = gaussian.mean[i];
    const scale = deviation * this.widening[i];
    const below = normalCdf((lower - mean) / scale);
    const above = normalCdf((mean - upper) / scale);
    const half = 0.5 * alpha;
    if (below >= half && above >= half) return;
    const middle = 1 - below - above;
    const [left, right] = [Math.max(below, half), Math.max(above, half)];
    const share = (1 - left - right - middle) / (left + right + middle - 1.5 * alpha);
    const zLeft = -normalQuantile(left + share * (left - half));
    const zRight = -normalQuantile(right + share * (right - half));
    this.widening[i] = (upper - lower) / ((zLeft + zRight) * deviation);
    gaussian.mean[i] = (lower * zRight + upper * zLeft) / (zLeft + zRight);
  }
}
