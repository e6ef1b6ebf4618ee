/** Predictions as columns of numbers, which is how metrics are computed: classes by index. */
import { TrialFailedError } from '../../study/errors.ts';
import type { Label, Predictions } from '../../study/evaluation/predictions.ts';
import { show } from '../../study/wording/json.ts';
import { classesOf, kindOf } from '../predictions/classes.ts';

export interface ClassColumns {
  readonly classes: readonly Label[];
  /** Index of each row's class, and of the one predicted. */
  readonly truth: Int32Array;
  readonly predicted: Int32Array;
}

/** @throws TrialFailedError where these are no classes */
export function classColumns(predictions: Predictions): ClassColumns {
  if (kindOf(predictions) === 'numbers')
    fail(
      'these are predictions of numbers such as 0.5: expected classes; if they are classes, state them as `classes`',
    );
  const classes = classesOf(predictions);
  const indexOf = new Map(classes.map((label, c) => [label, c]));
  const column = (labels: readonly Label[], name: string): Int32Array =>
    Int32Array.from(labels, (label, i) => {
      const index = indexOf.get(label);
      return index ?? fail(`${name}[${i}] is ${show(label)}: expected one of the classes ${show(classes)}`);
    });
  return {
    classes,
    truth: column(predictions.truth, 'truth'),
    predicted: column(predictions.predicted, 'predicted'),
  };
}

/** Scores, a column a class; of two classes with one column, which is the second's, the first has 1 minus it. */
export function scoreColumns({ scores }: Predictions, classes: readonly Label[]): readonly Float64Array[] {
  if (!scores) fail('the predictions have no scores: expected a score of each class, a list a row');
  const given = Array.from(scores[0] ?? [], (_, c) => Float64Array.from(scores, (row) => row[c]));
  if (given.length === classes.length && classes.length > 1) return given;
  if (given.length !== 1 || classes.length !== 2)
    fail(
      `scores have ${given.length} columns, but there are ${classes.length} classes ${show(classes)}: expected one each; state \`classes\``,
    );
  return [given[0].map((score) => 1 - score), given[0]];
}

/** @throws TrialFailedError where one is not 0 to 1 */
export function probabilityColumns(predictions: Predictions, classes: readonly Label[]): readonly Float64Array[] {
  const columns = scoreColumns(predictions, classes);
  for (const [c, column] of columns.entries())
    for (const [i, score] of column.entries())
      if (!(score >= 0 && score <= 1))
        fail(`the score of class ${show(classes[c])} in row ${i} is ${score}: expected a probability, 0 to 1`);
  return columns;
}

export interface NumberColumns {
  readonly truth: Float64Array;
  readonly predicted: Float64Array;
}

/** @throws TrialFailedError where these are no numbers */
export function numberColumns({ truth, predicted }: Predictions): NumberColumns {
  const column = (labels: readonly Label[], name: string): Float64Array =>
    Float64Array.from(labels, (label, i) =>
      typeof label === 'number' ? label : fail(`${name}[${i}] is ${show(label)}: expected a number`),
    );
  return { truth: column(truth, 'truth'), predicted: column(predicted, 'predicted') };
}

function fail(message: string): never {
  throw new TrialFailedError(message);
}
