/** The classes of predictions. */
import type { Label, Predictions } from '../../study/evaluation/predictions.ts';

/** As stated, else those in the truth or among the predictions, sorted: numbers by size, text by character. */
export function classesOf({
  truth,
  predicted,
  classes,
}: Pick<Predictions, 'truth' | 'predicted' | 'classes'>): readonly Label[] {
  return classes ?? [...new Set([...truth, ...predicted])].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** What the predictions can be of: classes alone, numbers alone, or, where whole numbers stand without `classes`, either. */
export function kindOf({ truth, predicted, classes, scores }: Predictions): 'classes' | 'numbers' | 'either' {
  if (classes || scores || typeof truth[0] === 'string') return 'classes';
  return [...truth, ...predicted].every(Number.isInteger) ? 'either' : 'numbers';
}
