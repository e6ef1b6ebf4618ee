/** `dtune artifacts list|collect`: what the artifact store holds, and taking away what nothing needs. */
import { Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../../study/wording/duration.ts';
import { bytesText, printJson, tableText } from '../output.ts';
import { withClient, withPlace, type PlaceOptions } from '../place.ts';

interface CollectFlags extends PlaceOptions {
  readonly dryRun?: boolean;
  readonly grace?: number;
  readonly orphans?: boolean;
  readonly json?: boolean;
}

export function artifactsCommand(): Command {
  const command = new Command('artifacts').description('what the artifact store holds, and what of it may go');
  command.addCommand(
    withPlace(new Command('list').description('what there is, by study, kind and trial'))
      .argument('[study]', 'of this study alone')
      .option('--json', 'print one line of JSON for each')
      .action((study: string | undefined, options: PlaceOptions & { readonly json?: boolean }) =>
        withClient(options, async (client) => {
          const groups = await client.stored.list(study);
          if (options.json) return groups.forEach((group) => printJson(group));
          const rows = groups.map(({ study: owner, kind, trial, count, bytes }) => [
            owner ?? '(none known)',
            kind,
            trial ?? '',
            String(count),
            bytesText(bytes),
          ]);
          process.stdout.write(`${tableText(['study', 'kind', 'trial', 'count', 'size'], rows)}\n`);
        }),
      ),
  );
  command.addCommand(
    withPlace(new Command('collect').description('take away what nothing needs'))
      .argument('[study]', 'of this study alone')
      .option('--dry-run', 'tell what would go, and leave it')
      .option('--grace <duration>', 'what is younger stays (default: 1h)', duration)
      .option('--orphans', 'also what belongs to no study that this server and this store know, once it is a week old')
      .option('--json', 'print one line of JSON for each')
      .addHelpText('after', HELP)
      .action((study: string | undefined, { dryRun, grace, orphans, json, ...options }: CollectFlags) =>
        withClient(options, async (client) => {
          const gone = await client.stored.collect({
            ...(study !== undefined && { study }),
            ...(dryRun && { dryRun }),
            ...(grace !== undefined && { graceMs: grace }),
            ...(orphans && { orphans }),
          });
          if (json) return gone.forEach((each) => printJson(each));
          const rows = gone.map(({ kind, name, bytes }) => [kind, bytesText(bytes), name]);
          if (gone.length > 0) process.stdout.write(`${tableText(['kind', 'size', 'name'], rows)}\n`);
          const total = bytesText(gone.reduce((sum, { bytes }) => sum + bytes, 0));
          process.stdout.write(`${gone.length} ${dryRun ? 'would go' : 'gone'}, ${total}\n`);
        }),
      ),
  );
  return command;
}

const HELP = `
Stays: every checkpoint of a trial that has not ended, that is a best one, on the front, a baseline or a champion, that another trial
began from, or that failed in an open study; of all studies that the server or the store knows, their blocks, curves, predictions and
archives; and whatever is younger than --grace. A fork at an earlier point can let trials go on only from checkpoints that are there.
`;

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('expected a duration, such as 1h or 2d');
  return ms;
}
