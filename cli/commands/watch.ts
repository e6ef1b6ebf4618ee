import { Command } from 'commander';
import { printResult } from '../output.ts';
import { openPlace, withPlace } from '../place.ts';
import { watchStudy } from '../watch.ts';

/** `dtune watch STUDY`: follows an open study to its end; Ctrl-C leaves it working. */
export function watchCommand(): Command {
  return withPlace(new Command('watch').description('follow a study to its end').argument('<study>'))
    .option('--json', 'print the result as one line of JSON; progress goes to stderr')
    .action(async (study: string, options) => {
      const place = await openPlace(options);
      try {
        process.on('SIGINT', () => process.exit(130));
        const status = await watchStudy(place, study);
        printResult(status, options.json);
        if (status.status === 'failed') process.exitCode = 1;
      } finally {
        await place.close();
      }
    });
}
