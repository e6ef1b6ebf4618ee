import { Command } from 'commander';
import type { StudyDefinition } from '../../study/study.ts';
import { register } from '../background/registrations.ts';
import { printJson, runSummary, studyText } from '../output.ts';
import { openPlace, withPlace, type Place } from '../place.ts';
import { definitionOf, readStudyFile } from '../study-file.ts';
import { watchStudy } from '../watch.ts';

/** `dtune run FILE`: starts the study, or goes on watching it, and prints its result. */
export function runCommand(): Command {
  return withPlace(new Command('run').description('start a study, or go on watching it, and print its result'))
    .argument('<file>', 'study file (YAML or JSON)')
    .option('--new', 'start again although a study of this name has closed or was defined otherwise')
    .option('--foreground', 'keep server and worker as children of this command and end them with it')
    .option('--detach', 'do not wait for the result')
    .option('--json', 'print the result as one line of JSON; progress goes to stderr')
    .action(async (file: string, options) => {
      const content = readStudyFile(file);
      // refused here, before anything is started
      const checked = definitionOf(content, file);
      const place = await openPlace({ ...options, foreground: options.foreground === true });
      try {
        const { name } = checked;
        // a file without a seed means the seed that was drawn when the study started
        const definition = (seed?: number): StudyDefinition => definitionOf(content, file, seed);
        const again = { again: options.new === true };
        if ((await place.client.standing(definition, again)) !== 'closed') {
          const command = checked.trial.kind === 'command' ? checked.trial.command : null;
          await register(place.home, { study: name, command, registeredAt: Date.now() });
          await place.care();
          await place.client.start(definition, again);
        }
        if (options.detach) return void process.stderr.write(`${goesOn(name)}\n`);
        await finish(place, name, options.json === true);
      } finally {
        await place.close();
      }
    });
}

async function finish(place: Place, name: string, json: boolean): Promise<void> {
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
