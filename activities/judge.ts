/** The activity that judges a study's final test: it reads trials and predictions; what it makes of them is evaluation/judge.ts. */
import { digestOf, type ArtifactStore } from '../artifacts/store.ts';
import { judge } from '../evaluation/judge.ts';
import type { Read } from '../evaluation/judging/tested-predictions.ts';
import { parsePredictions } from '../evaluation/predictions.ts';
import { StudyDefinitionError, TrialFailedError } from '../study/errors.ts';
import type { JudgeRequest, Judgement, TestedCandidate, TestRun } from '../study/evaluation/contract.ts';
import { keepFile } from './predictions.ts';
import { allRecords } from './records.ts';

export function createJudge(store: ArtifactStore): (request: JudgeRequest, rows: Uint8Array) => Promise<Judgement> {
  const predictionsOf = (candidate: TestedCandidate | undefined): Promise<Read[]> =>
    Promise.all((candidate?.runs ?? []).map((run) => readPredictions(store, run)));

  return async function judgeStudy({ definition, evaluation, best, blocks, epochs }, bytes) {
    const trials = await allRecords(store, { definition, blocks, epochs }, bytes);
    const [champion, challenger] = await Promise.all([evaluation.champion, evaluation.challenger].map(predictionsOf));
    return judge({
      definition,
      evaluation,
      best,
      trials,
      predictions: { champion: champion!, challenger: challenger! },
    });
  };
}

/** What is not there, or not what it should be, is a fault in words: no retry would mend it. */
async function readPredictions(store: ArtifactStore, run: TestRun): Promise<Read> {
  if ('failed' in run || run.predictions === undefined) return undefined;
  try {
    // a file is left where it was by workers that are not ours
    const uri = /^file:/i.test(run.predictions) ? await keepFile(store, run.predictions) : run.predictions;
    const sha256 = digestOf(uri);
    if (sha256 === undefined)
      return {
        fault: `predictions is ${uri}, which the judge cannot read: return them as columns, or as a file: URI of a .json or .csv file`,
      };
    return parsePredictions(Buffer.from(await store.get(sha256)).toString('utf8'), 'json');
  } catch (error) {
    if (error instanceof StudyDefinitionError || error instanceof TrialFailedError) return { fault: error.message };
    throw error;
  }
}
