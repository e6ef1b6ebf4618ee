/** A trial that asks for its parameters while it runs: which there are follows from the values of others, by ordinary code. */
import type { TrialContext } from '../../activities/runners/trial-context.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import { neighbours } from '../classes/neighbours.ts';
import { softmax } from '../classes/softmax.ts';
import { loadDigits, type Digits } from '../digits/data.ts';

type Model = (digits: Digits, train: Int32Array) => (row: number) => number;

/** Rows that are used: the first ones, for the sake of time. */
const ROWS = 600;

export async function trial(context: TrialContext): Promise<object> {
  const digits = loadDigits();
  const labels = digits.labels.subarray(0, ROWS);
  const model = await modelOf(context);
  const answers: Predictions[] = [];
  for (const { train, test } of context.split({ labels: Array.from(labels) })) {
    const answer = model(digits, train);
    const truth = Array.from(test, (row) => labels[row]!);
    answers.push({ truth, predicted: Array.from(test, answer), ids: Array.from(test) });
  }
  const folds = answers.map(
    ({ truth, predicted }) => truth.filter((label, i) => label === predicted![i]).length / truth.length,
  );
  const predictions: Predictions = {
    truth: answers.flatMap(({ truth }) => [...truth]),
    predicted: answers.flatMap(({ predicted }) => [...predicted!]),
    ids: answers.flatMap(({ ids }) => [...ids!]),
  };
  return { folds, ...(context.phase === 'test' && { predictions }) };
}

async function modelOf(trial: TrialContext): Promise<Model> {
  const kind = await trial.suggestCategorical('model', ['neighbours', 'softmax']);
  if (kind === 'neighbours') {
    const k = await trial.suggestInt('k', 1, 30, { log: true });
    const metric = await trial.suggestCategorical('metric', ['manhattan', 'euclidean']);
    // one neighbour weighs the same whatever its weight
    const weights = k === 1 ? 'uniform' : await trial.suggestCategorical('weights', ['uniform', 'distance']);
    return (digits, rows) => neighbours(digits, rows, { k, metric, weights });
  }
  // what is asked for together comes together
  const [lr, l2, steps] = await Promise.all([
    trial.suggestFloat('lr', 0.01, 3, { log: true }),
    trial.suggestFloat('l2', 1e-6, 1e-1, { log: true }),
    trial.suggestInt('steps', 10, 100, { log: true }),
  ]);
  return (digits, rows) => softmax(digits, rows, { lr, l2, steps });
}
