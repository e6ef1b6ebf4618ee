/** Waiting for a study that a command has started: shown until it has closed, and left working on Ctrl-C. */
import type { Command } from 'commander';
import type { StudyDefinition } from '../study/study.ts';
import { commandsOf, promotionsOf, register, remotesOf, runsElsewhere } from './background/registrations.ts';
import { printResult } from './output.ts';
import type { Place } from './place.ts';
import { watchStudy } from './watch.ts';

export interface FollowFlags {
  readonly detach?: boolean;
  readonly json?: boolean;
}

export function withFollow(command: Command): Command {
  return command
    .option('--detach', 'do not wait for the result')
    .option('--json', 'print the result as one line of JSON; progress goes to stderr');
}

/** Has the home's worker serve a study that is about to start. */
export async function serve(place: Place, definition: StudyDefinition): Promise<void> {
  const { name } = definition;
  const promotions = promotionsOf(definition);
  const remotes = remotesOf(definition);
  await register(place.home, {
    study: name,
    ...commandsOf(definition),
    ...(runsElsewhere(definition) && { elsewhere: true }),
    registeredAt: Date.now(),
    ...(promotions.length > 0 && { promotions }),
    ...(remotes.length > 0 && { remotes }),
  });
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
  printResult(status, json);
  if (status.status === 'failed') process.exitCode = 1;
}

function goesOn(name: string): string {
  return `study '${name}' goes on in the background: dtune watch ${name} shows it, dtune stop ${name} ends it`;
}
