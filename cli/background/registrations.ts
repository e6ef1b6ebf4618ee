/**
 * What the home's background worker serves, so that a worker that died knows what to go on with: one small file a study in HOME/studies,
 * written before the study starts and removed when it has closed, and one a schedule in HOME/schedules, which stays until the schedule
 * is deleted.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../artifacts/folder.ts';
import type { RemoteSpec } from '../../study/trial/remote.ts';
import { isForeign, type StudyDefinition } from '../../study/study.ts';

export interface Registration {
  /** Of the study, or of the schedule. */
  readonly study: string;
  readonly schedule?: true;
  /** The one command its trials may run: exactly the study file's. */
  readonly command: readonly string[] | null;
  /** The one that measures what they left, where that is a step of its own. */
  readonly evaluate?: readonly string[];
  /** What its trials may ask to run them elsewhere: the study file's, and of a schedule those from before. */
  readonly remotes?: readonly RemoteSpec[];
  /** Workers of somebody else's run its trials, and measure them. */
  readonly elsewhere?: true;
  /** Of a schedule that was changed: a night that had begun goes on with the command from before. */
  readonly earlier?: readonly (readonly string[])[];
  /** The commands its promotions may run: the study file's, and of a schedule those from before. */
  readonly promotions?: readonly (readonly string[])[];
  /** Milliseconds since 1970. */
  readonly registeredAt: number;
}

type Named = Pick<Registration, 'study' | 'schedule'>;

const folderOf = (home: string, { schedule }: Pick<Named, 'schedule'>): string =>
  join(home, schedule ? 'schedules' : 'studies');

const pathOf = (home: string, named: Named): string => join(folderOf(home, named), `${named.study}.json`);

export async function register(home: string, registration: Registration): Promise<void> {
  await writeWhole(pathOf(home, registration), JSON.stringify(registration));
}

export async function unregister(home: string, named: Named): Promise<void> {
  await rm(pathOf(home, named), { force: true });
}

export async function registrations(home: string): Promise<Registration[]> {
  return [...(await registeredIn(folderOf(home, {}))), ...(await registeredIn(folderOf(home, { schedule: true })))];
}

/** What the trials of a study may run. */
export function commandsOf({ trial }: Pick<StudyDefinition, 'trial'>): Pick<Registration, 'command' | 'evaluate'> {
  const { evaluate } = trial;
  return {
    command: trial.kind === 'command' ? trial.command : null,
    ...(evaluate?.kind === 'command' && { evaluate: evaluate.command }),
  };
}

/** Where trials of a study may run, if elsewhere. */
export function remotesOf({ trial }: Pick<StudyDefinition, 'trial'>): RemoteSpec[] {
  return trial.kind === 'http' ? [trial.http] : trial.kind === 'job' ? [trial.job] : [];
}

/** Whether no worker of ours is needed for its trials. */
export function runsElsewhere({ trial }: Pick<StudyDefinition, 'trial'>): boolean {
  return isForeign(trial) && (trial.evaluate === undefined || isForeign(trial.evaluate));
}

/** What the promotions of a study may run. */
export function promotionsOf({ promote }: Pick<StudyDefinition, 'promote'>): (readonly string[])[] {
  return promote?.action.kind === 'command' ? [promote.action.command] : [];
}

async function registeredIn(folder: string): Promise<Registration[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json')).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8').catch(() => undefined)));
  return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as Registration]));
}
