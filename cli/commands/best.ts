import { Command } from 'commander';
import { printJson, studyText } from '../output.ts';
import { withClient, withPlace } from '../place.ts';

/** `dtune best STUDY`: the best trial so far; --json: `{best, front}`. */
export function bestCommand(): Command {
  return withPlace(new Command('best').description('the best trial of a study so far').argument('<study>'))
    .option('--json', 'print {"best", "front"} as one line of JSON')
    .action(async (study: string, options) => {
      await withClient(options, async (client) => {
        const status = await client.study(study).status();
        if (options.json) printJson({ best: status.best, front: status.front });
        else process.stdout.write(`${studyText(status)}\n`);
      });
    });
}
