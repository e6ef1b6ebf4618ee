/**
 * Points that together dominate most: the greedy choice, which reaches at least 1 - 1/e of the best there is [Guerreiro 2016].
 *
 * What a point would add never grows as others are chosen, so the last known figure is a bound, and only points whose bound is above
 * the best of a round are measured again [Minoux 1978].
 *
 * [Guerreiro 2016] Guerreiro, Fonseca and Paquete, "Greedy Hypervolume Subset Selection in Low Dimensions", Evol. Comput. 24(3).
 * [Minoux 1978] Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", Optimization Techniques, LNCIS 7.
 */
import { improvement, type Objectives } from './hypervolume.ts';

/**
 * Places of `count` points (all where there are no more), in the order chosen; among equals the earlier first.
 * @param reference  one number an objective
 */
export function dominantSubset(points: readonly Objectives[], reference: Objectives, count: number): number[] {
  const bounds = points.map((point) => improvement(point, [], reference));
  const left = new Set(points.keys());
  const chosen: number[] = [];
  while (chosen.length < count && left.size > 0) {
    const others = chosen.map((i) => points[i]);
    let [best, most] = [-1, -1];
    for (const i of [...left].sort((a, b) => bounds[b] - bounds[a] || a - b)) {
      if (bounds[i] < most) break;
      if (chosen.length > 0) bounds[i] = Math.min(bounds[i], improvement(points[i], others, reference));
      if (bounds[i] > most || (bounds[i] === most && i < best)) [best, most] = [i, bounds[i]];
    }
    left.delete(best);
    chosen.push(best);
  }
  return chosen;
}
