import { Command } from 'commander';
import { editOptions, refuseLater, waiting, withAt, type EditFlags } from '../edit.ts';
import { printResult } from '../output.ts';
import { withClient } from '../place.ts';

/** `dtune stop STUDY`: trials in flight finish, unless --now. Waits until the study has closed. */
export function stopCommand(): Command {
  return withAt(new Command('stop').description('end a study early; what is recorded stays').argument('<study>'))
    .option('--now', 'cancel the trials in flight instead of letting them finish')
    .action(async (study: string, flags: EditFlags & { now?: true }) => {
      refuseLater(flags);
      await withClient(flags, async (client) => {
        const handle = client.study(study);
        await waiting(handle.stop({ why: 'stopped on request', ...editOptions(flags), now: flags.now === true }));
        const status = await handle.result();
        printResult(status, flags.json);
      });
    });
}
