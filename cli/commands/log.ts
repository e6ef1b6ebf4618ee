import { Command } from 'commander';
import { effectText, editText } from '../log.ts';
import { printJson, tableText } from '../output.ts';
import { withClient, withPlace } from '../place.ts';

/** `dtune log STUDY`: who changed what and why, and where in the event log it took effect. */
export function logCommand(): Command {
  return withPlace(new Command('log').description('what was changed in a study, by whom and why').argument('<study>'))
    .option('--json', 'print one edit a line of JSON')
    .action(async (study: string, options) => {
      await withClient(options, async (client) => {
        const { edits } = await client.study(study).edits();
        if (options.json) return edits.forEach((entry) => printJson(entry));
        if (edits.length === 0) return void process.stdout.write(`nobody has changed study '${study}'\n`);
        const rows = edits.map((entry) => [
          new Date(entry.time).toISOString().slice(0, 19).replace('T', ' '),
          entry.who ?? '',
          editText(entry),
          effectText(entry),
          entry.why ?? '',
        ]);
        process.stdout.write(`${tableText(['when (UTC)', 'who', 'what', 'effect', 'why'], rows)}\n`);
      });
    });
}
