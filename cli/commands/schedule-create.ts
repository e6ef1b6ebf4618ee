import { Command } from 'commander';
import { defineSchedule } from '../../study/schedule/define.ts';
import type { ScheduleSyntax } from '../../study/schedule/times.ts';
import type { StudyDefinition } from '../../study/study.ts';
import {
  commandsOf,
  promotionsOf,
  register,
  registrations,
  remotesOf,
  unregister,
  type Registration,
} from '../background/registrations.ts';
import { printJson } from '../output.ts';
import { openPlace, withPlace, type PlaceOptions } from '../place.ts';
import { scheduleText } from '../schedule-text.ts';
import { definitionOf, readStudyFile } from '../study-file.ts';

interface Flags extends PlaceOptions, Omit<ScheduleSyntax, 'carry'> {
  readonly carry?: string;
  readonly update?: boolean;
  readonly json?: boolean;
}

const HELP = `
The time zone's clock counts: a time that a change of clocks leaves out does not come, one that it repeats comes twice.
Home's server and worker stay while there is a schedule. After the machine was off, the next dtune command of this home starts
both again; nights missed by no more than --catch-up begin then, earlier ones need dtune schedule backfill.`;

/** `dtune schedule create FILE`: refused before anything exists, or made to its end by doing it again. */
export function scheduleCreateCommand(): Command {
  return withPlace(new Command('create').description('run a study every night, with what the nights before found'))
    .argument('<file>', 'study file (YAML or JSON); its name is the name of the schedule')
    .option('--cron <expression>', "when nights begin: minute, hour, day of month, month, day of week ('0 2 * * *')")
    .option('--every <duration>', 'the same as an interval: 6h, 1d')
    .option('--time-zone <name>', 'the clock of --cron, as Europe/Berlin (default: UTC)')
    .option('--jitter <duration>', 'begin up to this much later, at random (default: none)')
    .option('--catch-up <duration>', 'how late a night that was missed may still begin (default: 10m)')
    .option('--carry <results>', 'most results of earlier nights that a night begins with (default: 200, at most 1000)')
    .option('--update', 'change the schedule that is there to this one; its champion and nights stay')
    .option('--json', 'print the schedule as one line of JSON')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: Flags) => {
      const content = readStudyFile(file);
      const { cron, every, timeZone, jitter, catchUp, carry } = flags;
      const syntax: ScheduleSyntax = {
        ...(cron !== undefined && { cron }),
        ...(every !== undefined && { every }),
        ...(timeZone !== undefined && { timeZone }),
        ...(jitter !== undefined && { jitter }),
        ...(catchUp !== undefined && { catchUp }),
        // what is no number is refused as it was written
        ...(carry !== undefined && { carry: (Number.isNaN(Number(carry)) ? carry : Number(carry)) as number }),
      };
      // refused here, before anything is started
      const { definition } = defineSchedule(definitionOf(content, file), syntax);
      const { name } = definition;
      const place = await openPlace(flags);
      try {
        const before = await registered(place.home, name);
        await register(place.home, registrationOf(definition, before));
        await place.care();
        const update = flags.update === true;
        const done = await place.client.schedules
          .create((seed) => definitionOf(content, file, seed), syntax, { update })
          .catch(async (error: unknown) => {
            await (before ? register(place.home, before) : unregister(place.home, { study: name, schedule: true }));
            throw error;
          });
        const view = await place.client.schedules.show(name);
        if (flags.json) printJson(view);
        else process.stdout.write(`${scheduleText(view)}\n`);
        process.stderr.write(`schedule '${name}' ${done}\n`);
      } finally {
        await place.close();
      }
    });
}

async function registered(home: string, name: string): Promise<Registration | undefined> {
  return (await registrations(home)).find(({ study, schedule }) => schedule && study === name);
}

/** With the commands that nights under way may still run. */
function registrationOf(definition: StudyDefinition, before: Registration | undefined): Registration {
  const { name } = definition;
  const commands = commandsOf(definition);
  const ran = present([before?.command, before?.evaluate, ...(before?.earlier ?? [])]);
  const earlier = without(ran, present([commands.command, commands.evaluate]));
  const promoting = promotionsOf(definition);
  const promotions = [...promoting, ...without(before?.promotions ?? [], promoting)];
  const running = remotesOf(definition);
  const remotes = [...running, ...without(before?.remotes ?? [], running)];
  return {
    study: name,
    schedule: true,
    ...commands,
    registeredAt: Date.now(),
    ...(earlier.length > 0 && { earlier }),
    ...(promotions.length > 0 && { promotions }),
    ...(remotes.length > 0 && { remotes }),
  };
}

function without<Item>(items: readonly Item[], these: readonly Item[]): Item[] {
  const left = these.map((each) => JSON.stringify(each));
  return items.filter((each) => !left.includes(JSON.stringify(each)));
}

function present<Item>(items: readonly (Item | null | undefined)[]): Item[] {
  return items.filter((item) => item !== null && item !== undefined);
}
