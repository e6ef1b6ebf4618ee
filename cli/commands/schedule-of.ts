import { Command } from 'commander';
import type { LineageInterval } from '../../study/trial/lineage.ts';
import { wholeNumber } from '../numbers.ts';
import { cell, printJson, tableText } from '../output.ts';
import { withClient, withPlace } from '../place.ts';
import { shortNumber } from '../progress.ts';

const HELP = `
A schedule is what a member of a population was trained with, interval after interval, from the first checkpoint that it goes back to.
dtune run FILE --replay-schedule STUDY#TRIAL trains it once, on its own; dtune plot schedule STUDY draws it, dtune plot lineage STUDY who
went on from whom.`;

/** `dtune schedule-of STUDY`: the parameters by budget of a population's trial; --json: the intervals, root first. */
export function scheduleOfCommand(): Command {
  return withPlace(new Command('schedule-of').description('the schedule of parameters that a population found'))
    .argument('<study>', 'open or closed, of a population (scheduler pbt)')
    .option('--trial <number>', 'of this trial (default: the best)', wholeNumber)
    .option('--json', 'print the intervals as one line of JSON, the first one first')
    .addHelpText('after', HELP)
    .action(async (study: string, options) => {
      await withClient(options, async (client) => {
        const lineage = await client.study(study).lineage(options.trial);
        if (options.json) printJson(lineage);
        else process.stdout.write(`${lineageText(lineage)}\n`);
      });
    });
}

/** A line an interval. */
export function lineageText(lineage: readonly LineageInterval[]): string {
  return tableText(
    ['from', 'to', 'trial', 'member', 'begins', 'value', 'parameters'],
    lineage.map(({ from, to, number, member, begins, values, state, params }) => [
      shortNumber(from),
      shortNumber(to),
      String(number),
      String(member),
      begins,
      values ? Object.values(values).map(shortNumber).join(', ') : state,
      Object.entries(params)
        .map(([name, value]) => `${name}=${cell(value)}`)
        .join(' '),
    ]),
  );
}
