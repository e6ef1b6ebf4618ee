import { Command } from 'commander';
import { printJson, tableText } from '../output.ts';
import { withClient, withPlace } from '../place.ts';
import { shortNumber } from '../progress.ts';

/** `dtune list`: open studies of the server and closed ones of the artifact store. */
export function listCommand(): Command {
  return withPlace(new Command('list').description('all studies, open and closed'))
    .option('--json', 'print one status a line')
    .action(async (options) => {
      await withClient(options, async (client) => {
        const names = [...new Set([...(await client.openStudies()), ...(await client.closedStudies())])].sort();
        const statuses = await Promise.all(names.map((name) => client.study(name).status()));
        if (options.json) return statuses.forEach((status) => printJson(status));
        if (names.length === 0) return void process.stdout.write('no studies yet: dtune run FILE starts one\n');
        const rows = statuses.map(({ study, status, counts, trials, best, startedAt }) => [
          study,
          status,
          `${counts.complete + counts.pruned + counts.infeasible}${trials === undefined ? '' : `/${trials}`}`,
          best ? Object.values(best.values).map(shortNumber).join(', ') : '',
          startedAt.slice(0, 16).replace('T', ' '),
        ]);
        process.stdout.write(`${tableText(['study', 'status', 'trials', 'best', 'started (UTC)'], rows)}\n`);
      });
    });
}
