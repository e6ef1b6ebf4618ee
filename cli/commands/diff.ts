import { Command } from 'commander';
import { recordedStudy } from '../../client/record.ts';
import { compareStudies, describeComparison, type StudyTable } from '../../study/compare.ts';
import type { TuningClient } from '../../client/tuning-client.ts';
import { printJson } from '../output.ts';
import { withClient, withPlace } from '../place.ts';

/** `dtune diff A B`: definitions, tables and the order of ending; exit code 0 if they are equal, 1 if not. */
export function diffCommand(): Command {
  return withPlace(new Command('diff').description('how two studies differ, by definition and trial by trial'))
    .argument('<a>')
    .argument('<b>')
    .option('--json', 'print {"equal", "definition", "trials", "differing", "first", "order"} as one line of JSON')
    .action(async (a: string, b: string, options) => {
      await withClient(options, async (client) => {
        const comparison = compareStudies(await tableOf(client, a), await tableOf(client, b));
        if (options.json) printJson(comparison);
        else process.stdout.write(`${describeComparison(comparison)}\n`);
        if (!comparison.equal) process.exitCode = 1;
      });
    });
}

async function tableOf(client: TuningClient, name: string): Promise<StudyTable> {
  const { definition, log, rows } = await recordedStudy(client.study(name));
  return { definition, epochs: log.epochs, rows };
}
