import { Command } from 'commander';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { wholeNumber } from '../numbers.ts';
import { printJson, trialsText } from '../output.ts';
import { withClient, withPlace } from '../place.ts';

/** `dtune trials STUDY`: every trial in number order; --json: one row a line. */
export function trialsCommand(): Command {
  return withPlace(new Command('trials').description('the trials of a study, in number order').argument('<study>'))
    .option('--from <number>', 'the first trial', wholeNumber, 0)
    .option('--limit <number>', 'how many trials at the most (default: all)', wholeNumber)
    .option('--json', 'print one row a line of JSON')
    .action(async (study: string, { from, limit, ...options }) => {
      await withClient(options, async (client) => {
        const rows: TrialRecord[] = [];
        for await (const trial of client.study(study).trials({ from, ...(limit !== undefined && { limit }) })) {
          if (options.json) printJson(trial);
          else rows.push(trial);
        }
        if (!options.json) process.stdout.write(`${trialsText(rows)}\n`);
      });
    });
}
