/** The k nearest neighbours vote. */
import { CLASSES, PIXELS, type Digits } from '../digits/data.ts';

export interface NeighboursParams {
  readonly k: number;
  readonly metric: 'manhattan' | 'euclidean';
  /** Whether nearer neighbours count more. */
  readonly weights: 'uniform' | 'distance';
}

/** What tells the digit of a row. */
export function neighbours(
  { images, labels }: Digits,
  train: Int32Array,
  { k, metric, weights }: NeighboursParams,
): (row: number) => number {
  const distance = (a: number, b: number): number => {
    let sum = 0;
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const gap = images[a * PIXELS + pixel]! - images[b * PIXELS + pixel]!;
      sum += metric === 'manhattan' ? Math.abs(gap) : gap * gap;
    }
    return metric === 'manhattan' ? sum : Math.sqrt(sum);
  };
  return (row) => {
    const nearest = Array.from(train, (other) => ({ label: labels[other]!, far: distance(row, other) }))
      .sort((a, b) => a.far - b.far)
      .slice(0, k);
    const votes = new Float64Array(CLASSES);
    for (const { label, far } of nearest) votes[label]! += weights === 'uniform' ? 1 : 1 / (far + 1e-9);
    return votes.indexOf(Math.max(...votes));
  };
}
