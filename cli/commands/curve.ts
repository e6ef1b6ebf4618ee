import { Command } from 'commander';
import { wholeNumber } from '../numbers.ts';
import { printJson, tableText } from '../output.ts';
import { withClient, withPlace } from '../place.ts';

/** `dtune curve STUDY TRIAL`: everything a trial reported, by step; --json: `[[step, value], …]`. */
export function curveCommand(): Command {
  return withPlace(new Command('curve').description('what a trial reported, step by step'))
    .argument('<study>')
    .argument('<trial>', 'its number', wholeNumber)
    .option('--json', 'print [[step, value], …] as one line of JSON')
    .action(async (study: string, number: number, options) => {
      await withClient(options, async (client) => {
        const curve = await client.study(study).curve(number);
        if (options.json) printJson(curve);
        else
          process.stdout.write(
            `${tableText(
              ['step', 'value'],
              curve.map((point) => point.map(String)),
            )}\n`,
          );
      });
    });
}
