import { userInfo } from 'node:os';
import { Command } from 'commander';
import { printJson, runSummary, studyText } from '../output.ts';
import { withClient, withPlace } from '../place.ts';

/** `dtune stop STUDY`: trials in flight finish, unless --now. Waits until the study has closed. */
export function stopCommand(): Command {
  return withPlace(new Command('stop').description('end a study early; what is recorded stays').argument('<study>'))
    .option('--now', 'cancel the trials in flight instead of letting them finish')
    .option('--why <text>', 'the reason, for the record', 'stopped on request')
    .option('--json', 'print the result as one line of JSON')
    .action(async (study: string, options) => {
      await withClient(options, async (client) => {
        await client.study(study).stop({ now: options.now === true, why: options.why, who: userInfo().username });
        const status = await client.study(study).result();
        if (options.json) printJson(runSummary(status));
        else process.stdout.write(`${studyText(status)}\n`);
      });
    });
}
