/**
 * Which studies the home's background worker serves: one small file a study in HOME/studies, written before the study starts and
 * removed when it has closed, so that a worker that died knows what to go on with.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../artifacts/store.ts';

export interface Registration {
  readonly study: string;
  /** The one command its trials may run: exactly the study file's. */
  readonly command: readonly string[] | null;
  /** Milliseconds since 1970. */
  readonly registeredAt: number;
}

const pathOf = (home: string, study: string): string => join(home, 'studies', `${study}.json`);

export async function register(home: string, registration: Registration): Promise<void> {
  await writeWhole(pathOf(home, registration.study), JSON.stringify(registration));
}

export async function unregister(home: string, study: string): Promise<void> {
  await rm(pathOf(home, study), { force: true });
}

export async function registrations(home: string): Promise<Registration[]> {
  const names = await readdir(join(home, 'studies')).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json')).sort();
  const texts = await Promise.all(
    files.map((name) => readFile(join(home, 'studies', name), 'utf8').catch(() => undefined)),
  );
  return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as Registration]));
}
