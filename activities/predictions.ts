/**
 * Predictions as a trial hands them over, inline or as a file: checked, kept in the artifact store as canonical JSON, and named by
 * their SHA-256 from then on.
 */
import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ArtifactStore } from '../artifacts/store.ts';
import { encodePredictions, parsePredictions, readPredictions } from '../evaluation/predictions.ts';
import { TrialFailedError } from '../study/errors.ts';
import type { Predictions } from '../study/evaluation/predictions.ts';
import { show } from '../study/wording/json.ts';
import { MAX_PREDICTIONS_BYTES } from './runners/runner.ts';

/**
 * Keeps what a trial gave inline.
 *
 * @param inline  columns, unchecked
 * @returns 'sha256:HEX'
 * @throws TrialFailedError when they are no predictions, take more than MAX_PREDICTIONS_BYTES as JSON, or nothing can keep them
 */
export async function keepInline(store: ArtifactStore | undefined, inline: unknown): Promise<string> {
  if (!store)
    throw new TrialFailedError(
      'predictions is an object, but this worker has no artifact store to keep it in: expected one started with a folder ' +
        'of artifacts; or write the columns to a file and give its URI',
    );
  return keep(store, readPredictions(inline));
}

/**
 * Keeps what a trial wrote to a file of this machine, which may be gone or another one by the time it is compared.
 *
 * @param uri  'file:///data/predictions.json', or .csv
 * @returns 'sha256:HEX'
 * @throws TrialFailedError when there is no such file, or no predictions in it
 */
export async function keepFile(store: ArtifactStore, uri: string): Promise<string> {
  const path = pathOf(uri);
  const format = { '.json': 'json', '.csv': 'csv' }[extname(path).toLowerCase()] as 'json' | 'csv' | undefined;
  if (!format) throw new TrialFailedError(`predictions is ${show(uri)}: expected a file that ends in .json or .csv`);
  const text = await read(path);
  try {
    return await keep(store, parsePredictions(text, format));
  } catch (cause) {
    if (!(cause instanceof TrialFailedError)) throw cause;
    throw new TrialFailedError(`the predictions in ${path}: ${cause.message}`, { cause });
  }
}

function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch (cause) {
    throw new TrialFailedError(
      `predictions is ${show(uri)}: expected a file of this machine, such as "file:///data/predictions.csv" ` +
        `(${(cause as Error).message})`,
      { cause },
    );
  }
}

async function read(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_PREDICTIONS_BYTES) throw tooLarge(`the file ${path} has`, size);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof TrialFailedError) throw cause;
    throw new TrialFailedError(`cannot read the predictions in ${path}: ${(cause as Error).message}`, { cause });
  }
}

async function keep(store: ArtifactStore, predictions: Predictions): Promise<string> {
  const bytes = Buffer.from(encodePredictions(predictions));
  if (bytes.length > MAX_PREDICTIONS_BYTES) throw tooLarge('predictions take, as JSON,', bytes.length);
  return `sha256:${await store.put(bytes)}`;
}

function tooLarge(what: string, bytes: number): TrialFailedError {
  return new TrialFailedError(
    `${what} ${bytes} bytes: expected at most ${MAX_PREDICTIONS_BYTES}; predict fewer rows, or write scores with fewer digits`,
  );
}
