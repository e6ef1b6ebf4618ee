import { Command } from 'commander';
import { printJson, studyText } from '../output.ts';
import { withClient, withPlace } from '../place.ts';

/** `dtune status STUDY`: where a study stands, open or closed. */
export function statusCommand(): Command {
  return withPlace(new Command('status').description('where a study stands').argument('<study>'))
    .option('--json', 'print the status as one line of JSON')
    .action(async (study: string, options) => {
      await withClient(options, async (client) => {
        const status = await client.study(study).status();
        if (options.json) printJson(status);
        else process.stdout.write(`${studyText(status)}\n`);
      });
    });
}
