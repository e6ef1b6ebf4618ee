/** What mistakes cost, by the costs that a study states. */
import { StudyDefinitionError } from '../../study/errors.ts';
import type { Label } from '../../study/evaluation/predictions.ts';
import type { CostSpec } from '../../study/evaluation/spec.ts';
import { show } from '../../study/wording/json.ts';

/** Cost of each row. The expected cost is their mean. */
export function rowCosts(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  costs: readonly (readonly number[])[],
): Float64Array {
  return Float64Array.from({ length: truth.length }, (_, i) => costs[truth[i]][predicted[i]]);
}

/** The costs in the order of these classes. @throws StudyDefinitionError where one of them has none */
export function costsOf(spec: CostSpec | undefined, classes: readonly Label[]): readonly (readonly number[])[] {
  if (!spec)
    throw new StudyDefinitionError('expectedCost needs costs, but the study states none; add them, or leave it out');
  const at = classes.map((label) => spec.classes.indexOf(label));
  const absent = at.indexOf(-1);
  if (absent >= 0)
    throw new StudyDefinitionError(
      `the costs say nothing of class ${show(classes[absent])}, expected ${show(classes)}, got ${show(spec.classes)}; ` +
        'state what it costs to take it for others, and others for it',
    );
  return at.map((row) => at.map((column) => spec.matrix[row][column]));
}
