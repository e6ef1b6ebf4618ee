/** Waiting for a study that a command has started: shown until it has closed, and left working on Ctrl-C. */
import type { StudyDefinition } from '../study/study.ts';
import { register } from './background/registrations.ts';
import { printJson, runSummary, studyText } from './output.ts';
import type { Place } from './place.ts';
import { watchStudy } from './watch.ts';

export interface FollowFlags {
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** Has the home's worker serve a study that is about to start. */
export async function serve(place: Place, { name, trial }: StudyDefinition): Promise<void> {
  const command = trial.kind === 'command' ? trial.command : null;
  await register(place.home, { study: name, command, registeredAt: Date.now() });
  await place.care();
}

/** Prints the study's result once it has closed; with `detach` says how to see it. */
export async function followStudy(place: Place, name: string, { detach, json }: FollowFlags): Promise<void> {
  if (detach) return void process.stderr.write(`${goesOn(name)}\n`);
  const interrupted = (): void => {
    process.stderr.write(
      place.foreground ? '\nended; the study goes on when it is run again\n' : `\n${goesOn(name)}\n`,
    );
    void place.close().finally(() => process.exit(130));
  };
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', interrupted);
  const status = await watchStudy(place, name);
  process.off('SIGINT', interrupted);
  process.off('SIGTERM', interrupted);
  if (json) printJson(runSummary(status));
  else process.stdout.write(`${studyText(status)}\n`);
  if (status.status === 'failed') process.exitCode = 1;
}

function goesOn(name: string): string {
  return `study '${name}' goes on in the background: dtune watch ${name} shows it, dtune stop ${name} ends it`;
}
