/** Predictions of two models put side by side. */
import { TrialFailedError } from '../../study/errors.ts';
import type { Label, Predictions } from '../../study/evaluation/predictions.ts';
import { show } from '../../study/wording/json.ts';

/**
 * Both with the same rows in the order of `a`: by ids, or where either has none, by place.
 * @throws TrialFailedError where they are of other rows, or not of the same truth
 */
export function align(a: Predictions, b: Predictions): { readonly a: Predictions; readonly b: Predictions } {
  if (a.truth.length !== b.truth.length)
    fail(
      `they are of ${a.truth.length} and of ${b.truth.length} rows: expected the same rows; test both on the same data`,
    );
  const placed = a.ids && b.ids ? inOrder(b, placesOf(a.ids, b.ids)) : b;
  const differs = a.truth.findIndex((truth, i) => truth !== placed.truth[i]);
  if (differs >= 0) {
    const row = a.ids ? `the row with id ${show(a.ids[differs])}` : `row ${differs}`;
    const advice =
      a.ids && b.ids ? 'test both on the same data' : 'give the rows of both ids, or write them in the same order';
    fail(
      `the truth of ${row} is ${show(a.truth[differs])} and ${show(placed.truth[differs])}: expected the same; ${advice}`,
    );
  }
  return { a, b: placed };
}

/** Where each of the ids stands among the others. */
function placesOf(ids: readonly Label[], others: readonly Label[]): readonly number[] {
  const places = new Map(others.map((id, i) => [id, i]));
  return ids.map(
    (id) => places.get(id) ?? fail(`the row with id ${show(id)} is only in one of them: expected the same rows`),
  );
}

function inOrder(predictions: Predictions, places: readonly number[]): Predictions {
  const pick = <T>(list: readonly T[]): readonly T[] => places.map((place) => list[place]!);
  const { truth, predicted, classes, scores, groups, weights, ids } = predictions;
  return {
    truth: pick(truth),
    predicted: pick(predicted),
    ...(classes && { classes }),
    ...(scores && { scores: pick(scores) }),
    ...(groups && { groups: pick(groups) }),
    ...(weights && { weights: pick(weights) }),
    ...(ids && { ids: pick(ids) }),
  };
}

function fail(message: string): never {
  throw new TrialFailedError(`the predictions cannot be compared: ${message}`);
}
