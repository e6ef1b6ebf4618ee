import { userInfo } from 'node:os';
import { Command } from 'commander';
import { budgetChange, generationsChange, withBudget, withGenerations } from '../budget.ts';
import { followStudy, serve, withFollow } from '../follow.ts';
import { openPlace, withPlace } from '../place.ts';

const HELP = `
The study goes on as if its stopping rules had been these from the beginning. One that was stopped needs no change of them; its trials
that were cut off go on from their checkpoints. (Where a failed trial near the end of a budget was replaced, it was replaced a little
later than it would have been in a larger one.) A population goes on with --generations +5, from the checkpoints of its last generation; an
asynchronous one only where it was stopped.`;

/** `dtune continue STUDY --trials +100`, or `--generations +5`: a closed study goes on under its name. */
export function continueCommand(): Command {
  const command = new Command('continue').description('go on with a study that has closed, with a larger budget');
  return withGenerations(withBudget(withFollow(withPlace(command))))
    .argument('<study>')
    .option('--why <text>', 'the reason, for the log')
    .addHelpText('after', HELP)
    .action(async (study: string, options) => {
      const place = await openPlace(options);
      try {
        await place.client.continue(study, {
          stop: (now) => budgetChange(options, now),
          ...generationsChange(options.generations),
          who: userInfo().username,
          ...(options.why !== undefined && { why: options.why }),
          beforeStart: (definition) => serve(place, definition),
        });
        await followStudy(place, study, options);
      } finally {
        await place.close();
      }
    });
}
