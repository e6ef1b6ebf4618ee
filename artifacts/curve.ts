/** The whole curve of a trial as bytes of the artifact store: a JSON list of [step, value]. */
import type { Measurement } from '../study/trial/trial.ts';
import type { ArtifactStore } from './store.ts';

export function encodeCurve(curve: readonly Measurement[]): Uint8Array {
  return Buffer.from(JSON.stringify(curve));
}

/** @throws StudyDefinitionError when it is not there or damaged */
export async function readCurve(store: ArtifactStore, sha256: string): Promise<Measurement[]> {
  return JSON.parse(Buffer.from(await store.get(sha256)).toString('utf8')) as Measurement[];
}
