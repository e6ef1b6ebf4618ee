/** The model classes of a study, for people. */
import { allTrials } from '../client/all-trials.ts';
import type { StudyHandle } from '../client/study-handle.ts';
import { parsePredictions } from '../evaluation/predictions.ts';
import { compareModels, type Behind, type ModelComparison } from '../evaluation/models.ts';
import type { Predictions } from '../study/evaluation/predictions.ts';
import type { StudyDefinition } from '../study/study.ts';
import { shortNumber } from './progress.ts';
import { tableText } from './output.ts';

/** The classes of a study by what they have come to. */
export async function modelsOf(study: StudyHandle, definition: StudyDefinition): Promise<ModelComparison[]> {
  return compareModels(definition, await allTrials(study));
}

/** The same; their bests are compared by their predictions where these are in the artifact store. */
export async function comparedModels(study: StudyHandle, definition: StudyDefinition): Promise<ModelComparison[]> {
  const trials = await allTrials(study);
  const bests = compareModels(definition, trials).flatMap(({ best }) => best ?? []);
  const known = new Map<number, Predictions>();
  for (const { number, predictions } of bests) {
    const text = predictions === undefined ? undefined : await study.predictions(predictions);
    if (text !== undefined) known.set(number, parsePredictions(text, 'json'));
  }
  return compareModels(definition, trials, ({ number }) => known.get(number));
}

/** A row a class, and what its intervals are. */
export function modelsText(objective: string, models: readonly ModelComparison[]): string {
  const rows = models.map(({ model, complete, pruned, infeasible, failed, best, behind }) => [
    model,
    String(complete + pruned + infeasible),
    String(failed),
    best ? shortNumber(best.values![objective]!) : '',
    best ? String(best.number) : '',
    behind ? behindText(behind) : best ? 'the best' : 'no result yet',
  ]);
  const methods = new Set(models.flatMap(({ behind }) => (behind?.interval ? [behind.method] : [])));
  return [
    tableText(['model', 'trials', 'failed', objective, 'trial', 'behind the best'], rows),
    ...[...methods].map((method) => MEANINGS[method]),
  ].join('\n');
}

const MEANINGS: Readonly<Record<Behind['method'], string>> = {
  folds: '[95 % interval of the difference between the two best trials, on the same folds: corrected resampled t]',
  predictions:
    '[95 % interval of the difference between the two best trials, by their predictions on the same rows: exact McNemar, DeLong or a paired bootstrap]',
  'best values':
    '[95 % bootstrap interval of the best values: how much either class owes to few lucky trials, not what other data would say]',
};

function behindText({ effect, interval }: Behind): string {
  const range = interval ? ` [${shortNumber(interval[0])}, ${shortNumber(interval[1])}]` : '';
  return `${shortNumber(effect)}${range}`;
}

/** How many counted trials each class has, in one line. */
export function modelCounts(models: readonly ModelComparison[]): string {
  const counts = models.map(({ model, complete, pruned, infeasible }) => `${model} ${complete + pruned + infeasible}`);
  return `models    ${counts.join(', ')}`;
}
