import { Command } from 'commander';
import { frontOf, frontText } from '../front.ts';
import { printJson } from '../output.ts';
import { numberPair } from '../pairs.ts';
import { withClient, withPlace } from '../place.ts';

/** `dtune front STUDY`: the non-dominated trials so far, and the hypervolume; --json: `{trials, reference, hypervolume}`. */
export function frontCommand(): Command {
  return withPlace(
    new Command('front')
      .description('the trials of a study that no other is better than in all objectives, and what they dominate')
      .argument('<study>'),
  )
    .option(
      '--reference <name=value>',
      'how far the hypervolume reaches in an objective, once for each (default: a tenth beyond the worst on the front)',
      numberPair,
    )
    .option('--json', 'print {"trials", "reference", "hypervolume"} as one line of JSON')
    .action(async (study: string, { reference, ...options }) => {
      await withClient(options, async (client) => {
        const [{ front: trials }, { definition }] = await Promise.all([
          client.study(study).status(),
          client.study(study).edits(),
        ]);
        const front = frontOf(definition.objectives, trials, reference);
        if (options.json) printJson(front);
        else process.stdout.write(`${frontText(definition.objectives, front)}\n`);
      });
    });
}
