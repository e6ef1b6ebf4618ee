/** The files that trials are read from and written to. */
import type { StudyDefinition, TrialFormat } from '../study.ts';
import type { TrialRecord } from '../trial/trial.ts';
import { readBayesOptJson, writeBayesOptJson } from './bayes-opt.ts';
import { readCsv, writeCsv } from './csv.ts';
import type { ForeignTrial, Rename } from './foreign-trial.ts';
import { readJsonl, writeJsonl } from './jsonl.ts';

export const FORMATS: readonly TrialFormat[] = ['jsonl', 'csv', 'bayes-opt'];

/** What a file's ending says of its format; undefined if nothing. */
export function formatOf(path: string): TrialFormat | undefined {
  if (/\.csv$/i.test(path)) return 'csv';
  if (/\.(jsonl|ndjson)$/i.test(path)) return 'jsonl';
  // the ending that bayesian-optimization's own logs and states have
  return /\.json$/i.test(path) ? 'bayes-opt' : undefined;
}

/** The trials of a file that have ended. @throws StudyDefinitionError naming lines, values and what was expected */
export function readTrials(
  text: string,
  format: TrialFormat,
  definition: StudyDefinition,
  rename: Rename = {},
): ForeignTrial[] {
  if (format === 'csv') return readCsv(text, definition, rename);
  return format === 'jsonl' ? readJsonl(text, definition) : readBayesOptJson(text, definition, rename);
}

/** All trials as the text of a file, piece by piece. @throws StudyDefinitionError for a study that the format has no form for */
export function writeTrials(
  trials: readonly TrialRecord[],
  format: TrialFormat,
  definition: StudyDefinition,
): Iterable<string> {
  if (format === 'csv') return writeCsv(trials);
  return format === 'jsonl' ? writeJsonl(trials) : writeBayesOptJson(trials, definition);
}
