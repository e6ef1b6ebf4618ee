/** `dtune slots set|list|show`: pools of slots that studies share. */
import { userInfo } from 'node:os';
import { Command } from 'commander';
import type { TuningClient } from '../../client/tuning-client.ts';
import type { SlotPoolStatus } from '../../study/slots/protocol.ts';
import { printJson, tableText } from '../output.ts';
import { withClient, withPlace, type PlaceOptions } from '../place.ts';

interface SlotsFlags extends PlaceOptions {
  readonly json?: boolean;
}

export function slotsCommand(): Command {
  const command = new Command('slots').description('slots (GPUs, licences, …) that studies share');
  command.addCommand(
    verb('set', 'make a pool of so many slots, or resize it')
      .argument('<pool>', "its name, as in a study file's slots: { gpu: 1 }")
      .argument('<count>', 'how many slots it has', Number)
      .action((pool: string, count: number, options: SlotsFlags) =>
        serving(options, async (client) => {
          await client.slots.set(pool, count, { who: userInfo().username });
          print(await client.slots.show(pool), options);
        }),
      ),
  );
  command.addCommand(
    verb('list', 'all pools').action((options: SlotsFlags) =>
      serving(options, async (client) => {
        const pools = await client.slots.list();
        if (options.json) return pools.forEach((pool) => printJson(pool));
        if (pools.length === 0) return void process.stdout.write('no pools yet: dtune slots set gpu 4 makes one\n');
        const rows = pools.map(({ pool, capacity, used, studies }) => [
          pool,
          String(capacity),
          String(used),
          String(studies.filter(({ wants, granted }) => wants > granted).length),
        ]);
        process.stdout.write(`${tableText(['pool', 'slots', 'in use', 'studies waiting'], rows)}\n`);
      }),
    ),
  );
  command.addCommand(
    verb('show', 'who has slots of a pool, and who waits')
      .argument('<pool>')
      .action((pool: string, options: SlotsFlags) =>
        serving(options, async (client) => print(await client.slots.show(pool), options)),
      ),
  );
  return command;
}

function verb(name: string, description: string): Command {
  return withPlace(new Command(name).description(description)).option('--json', 'print a pool as one line of JSON');
}

/** A pool answers only while a worker runs. */
function serving(options: SlotsFlags, action: (client: TuningClient) => Promise<void>): Promise<void> {
  return withClient({ ...options, serve: true }, action);
}

function print(pool: SlotPoolStatus, { json }: SlotsFlags): void {
  if (json) return printJson(pool);
  process.stdout.write(`pool ${pool.pool}: ${pool.used} of ${pool.capacity} slots in use\n`);
  if (pool.studies.length === 0) return;
  const rows = pool.studies.map(({ study, granted, used, wants }) => [
    study.replace(/^dtune\//, ''),
    String(granted),
    String(used),
    String(wants),
  ]);
  process.stdout.write(`${tableText(['study', 'granted', 'in use', 'wants'], rows)}\n`);
}
