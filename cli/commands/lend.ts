import { userInfo } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { StudyDefinitionError } from '../../study/errors.ts';
import type { TellRequest } from '../../study/ledger/leases.ts';
import { parseDuration } from '../../study/wording/duration.ts';
import { waiting } from '../edit.ts';
import { printJson, printResult } from '../output.ts';
import { pair, paramsOf } from '../pairs.ts';
import { withClient, withPlace, type PlaceOptions } from '../place.ts';
import { resultOf, withResult, type ResultOptions } from '../result-options.ts';

interface TellOptions extends PlaceOptions, ResultOptions {
  readonly failed?: string;
  readonly giveBack?: true;
  readonly renew?: true;
  readonly json?: true;
}

/** `dtune ask STUDY`: borrows a trial, printed as one line of JSON. Exit code 3 where there is none to give now. */
export function askCommand(): Command {
  return withPlace(new Command('ask').description('borrow a trial: its parameters, to be run here and told'))
    .argument('<study>')
    .option('--lease <duration>', 'how long it is lent; then others get it', duration, 3_600_000)
    .option('--wait <duration>', 'how long to wait for one', duration, 10_000)
    .option('--id <text>', 'an id of your own for the lease: the same id again is the same lease')
    .option('--fix <name=value...>', 'values that the trial is to have; the study suggests the rest', pair)
    .option('--who <name>', 'who asks', userInfo().username)
    .action(async (study: string, options) => {
      const { lease: leaseMs, wait: waitMs, id, who, fix } = options;
      await withClient(options, async (client) => {
        const handle = client.study(study);
        const fixed = fix && paramsOf(fix, (await handle.edits()).definition.space);
        const asked = { leaseMs, waitMs, who, ...(id !== undefined && { requestId: id }), ...(fixed && { fixed }) };
        const trial = await handle.ask(asked);
        if (trial) {
          const { lease, number, params, seed, until, checkpoint } = trial;
          return printJson({ lease, number, params, seed, until, ...(checkpoint !== undefined && { checkpoint }) });
        }
        process.stderr.write(`study '${study}' has no trial to give now: the rest of its budget is lent or running\n`);
        process.exitCode = 3;
      });
    });
}

/** `dtune tell STUDY LEASE --value 0.3`: says how a borrowed trial ended. */
export function tellCommand(): Command {
  const command = new Command('tell').description('say how a borrowed trial ended').argument('<study>');
  return withResult(withPlace(command.argument('<lease>', 'as dtune ask printed it')))
    .option('--failed <reason>', 'it failed, and why')
    .option('--give-back', 'somebody else may have it')
    .option('--renew', 'the lease begins anew')
    .option('--json', 'print where the study stands as one line of JSON')
    .action(async (study: string, lease: string, options: TellOptions) => {
      const outcome = outcomeOf(options);
      await withClient(options, async (client) => {
        const status = await waiting(client.study(study).tell(lease, outcome));
        printResult(status, options.json);
      });
    });
}

function outcomeOf(options: TellOptions): TellRequest['outcome'] {
  const { failed, giveBack, renew } = options;
  const result = resultOf(options);
  const outcomes: TellRequest['outcome'][] = [
    ...(result ? [{ kind: 'result' as const, result }] : []),
    ...(failed !== undefined ? [{ kind: 'failed' as const, reason: failed }] : []),
    ...(giveBack ? [{ kind: 'give back' as const }] : []),
    ...(renew ? [{ kind: 'renew' as const }] : []),
  ];
  if (outcomes.length === 1) return outcomes[0]!;
  throw new StudyDefinitionError(
    `tell: expected one of --value, --values, --failed, --give-back and --renew, got ${outcomes.length}`,
  );
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('expected a duration, such as 10m or 1h30m');
  return ms;
}
