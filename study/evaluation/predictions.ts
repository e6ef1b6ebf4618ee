/** Predictions on held-out rows: what metrics and comparisons are computed from. */

export type Label = string | number;

/** All lists are as long as `truth`, row by row. */
export interface Predictions {
  /** True class, or true number. */
  readonly truth: readonly Label[];
  /** Predicted class or number. */
  readonly predicted: readonly Label[];
  /** All classes there are, in the order of the scores' columns; absent: those that occur, sorted. */
  readonly classes?: readonly Label[];
  /** A row's score (probability) of each class; of two classes either both columns, or one: the second class's. */
  readonly scores?: readonly (readonly number[])[];
  /** Rows of one group belong together (a patient, a day). */
  readonly groups?: readonly Label[];
  /** >= 0. */
  readonly weights?: readonly number[];
  /** Names the rows, so that those of two models can be put side by side; absent: they are in the same order. */
  readonly ids?: readonly Label[];
}
