/** The few things guards need to know of classifications. Rows count by their weights where there are any. */
import type { Label, Predictions } from '../../study/evaluation/predictions.ts';
import type { CostSpec } from '../../study/evaluation/spec.ts';

export interface ClassCounts {
  readonly rows: number;
  /** Of the rows: the most frequent true class, the first such of several. */
  readonly largest: Label;
  /** The share that it has of the rows, and what else is right by always saying it. */
  readonly share: number;
  /** Share of rows that are predicted right. */
  readonly accuracy: number;
  /** Mean recall of the classes that occur in the truth. */
  readonly balancedAccuracy: number;
  /** The same, 0 for answers that are always the same, 1 for right ones; NaN where only one class occurs. */
  readonly adjusted: number;
}

/** Undefined where there are no rows, or none with a weight. */
export function countClasses({ truth, predicted, weights }: Predictions): ClassCounts | undefined {
  const of = new Map<Label, { rows: number; right: number }>();
  truth.forEach((label, row) => {
    const weight = weights?.[row] ?? 1;
    if (weight === 0) return;
    const counts = of.get(label) ?? { rows: 0, right: 0 };
    counts.rows += weight;
    if (predicted[row] === label) counts.right += weight;
    of.set(label, counts);
  });
  const classes = [...of];
  if (classes.length === 0) return undefined;
  const total = classes.reduce((sum, [, { rows }]) => sum + rows, 0);
  const [largest, { rows: most }] = classes.reduce((a, b) => (b[1].rows > a[1].rows ? b : a));
  const recalls = classes.reduce((sum, [, { rows, right }]) => sum + right / rows, 0);
  const balancedAccuracy = recalls / classes.length;
  const chance = 1 / classes.length;
  return {
    rows: truth.length,
    largest,
    share: most / total,
    accuracy: classes.reduce((sum, [, { right }]) => sum + right, 0) / total,
    balancedAccuracy,
    adjusted: (balancedAccuracy - chance) / (1 - chance),
  };
}

/** Mean cost of a row, or the first class that the costs do not name; undefined where there are no rows with a weight. */
export function expectedCost(
  { truth, predicted, weights }: Predictions,
  { classes, matrix }: CostSpec,
): number | { readonly unknown: Label } | undefined {
  const place = new Map(classes.map((label, i) => [label, i]));
  let [cost, total] = [0, 0];
  for (const [row, label] of truth.entries()) {
    const answer = predicted[row]!;
    const [from, to] = [place.get(label), place.get(answer)];
    if (from === undefined || to === undefined) return { unknown: from === undefined ? label : answer };
    const weight = weights?.[row] ?? 1;
    cost += weight * matrix[from]![to]!;
    total += weight;
  }
  return total > 0 ? cost / total : undefined;
}
