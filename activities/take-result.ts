/** What becomes of what a trial returned: it is checked, and what is large goes into the artifact store. */
import { encodeCurve } from '../artifacts/curve.ts';
import type { ArtifactStore } from '../artifacts/store.ts';

import { MAX_REPORTS, type TrialRequest } from '../study/contract.ts';
import { readRuledResult } from '../study/evaluation/gap-rule.ts';
import { curveOf, readTraining, splitPredictions, type LiveProgress } from '../study/trial/result.ts';
import type { TrialResult } from '../study/trial/trial.ts';
import { keepFile, keepInline } from './predictions.ts';

/**
 * The result of an attempt. Predictions that it gives inline are kept, and in a study with an evaluation those in a file of this
 * machine too; a URI of any other kind stands as it is.
 *
 * @param store  absent: long curves are thinned, and files of predictions stay where they are
 * @throws TrialFailedError naming the field, its value and what was expected
 */
export async function takeResult(
  raw: unknown,
  request: TrialRequest,
  live: LiveProgress,
  store: ArtifactStore | undefined,
): Promise<TrialResult> {
  const isTraining = request.stage === 'train';
  const { rest, inline } = isTraining ? { rest: raw } : splitPredictions(raw);
  const result = isTraining ? readTraining(rest, live) : readRuledResult(rest, request, live);
  const curve = store ? curveOf(rest, live) : [];
  const predictions = inline ? await keepInline(store, inline) : await keptUri(result.predictions, request, store);
  return {
    ...result,
    ...(predictions !== undefined && { predictions }),
    ...(store && curve.length > MAX_REPORTS && { curve: await store.put(encodeCurve(curve)) }),
  };
}

async function keptUri(
  uri: string | undefined,
  { evaluation }: TrialRequest,
  store: ArtifactStore | undefined,
): Promise<string | undefined> {
  return uri !== undefined && /^file:/i.test(uri) && evaluation && store ? keepFile(store, uri) : uri;
}
