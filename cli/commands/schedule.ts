/** `dtune schedule …`: a study that is run again every night. */
import { userInfo } from 'node:os';
import { Command } from 'commander';
import type { TuningClient } from '../../client/tuning-client.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { unregister } from '../background/registrations.ts';
import { printJson, tableText } from '../output.ts';
import { openPlace, withClient, withPlace, type PlaceOptions } from '../place.ts';
import { shortNumber } from '../progress.ts';
import { pausedText, scheduleText, timesText } from '../schedule-text.ts';
import { scheduleCreateCommand } from './schedule-create.ts';

interface Flags extends PlaceOptions {
  readonly json?: boolean;
  readonly note?: string;
  readonly from?: string;
  readonly to?: string;
}

export function scheduleCommand(): Command {
  const command = new Command('schedule').description('studies that are run again every night');
  for (const each of [
    scheduleCreateCommand(),
    listCommand(),
    verb('show', 'its champion and its nights', show),
    verb('trigger', 'begin a night now, unless one runs', trigger),
    verb('pause', 'let no night begin by itself; one that runs goes on', pause).option('--note <text>', 'why'),
    verb('resume', 'let nights begin by themselves again', resume).option('--note <text>', 'why'),
    verb('backfill', 'begin the nights between two times, one after the other', backfill)
      .requiredOption('--from <time>', 'ISO 8601: 2026-11-20T00:00Z')
      .requiredOption('--to <time>', 'ISO 8601'),
    deleteCommand(),
  ])
    command.addCommand(each);
  return command;
}

function listCommand(): Command {
  return withPlace(new Command('list').description('all schedules'))
    .option('--json', 'print one schedule a line')
    .action((flags: Flags) =>
      withClient(flags, async ({ schedules }) => {
        const views = await Promise.all((await schedules.names()).map((name) => schedules.show(name)));
        if (flags.json) return views.forEach((view) => printJson(view));
        if (views.length === 0)
          return void process.stdout.write('no schedules yet: dtune schedule create FILE makes one\n');
        const rows = views.map(({ name, schedule, champion, ended, ...rest }) => [
          name,
          timesText(schedule.times) + pausedText(rest),
          String(ended),
          champion ? Object.values(champion.test).map(shortNumber).join(', ') : '',
          rest.next[0]?.slice(0, 16).replace('T', ' ') ?? '',
        ]);
        process.stdout.write(`${tableText(['schedule', 'times', 'nights', 'champion', 'next (UTC)'], rows)}\n`);
      }),
    );
}

type Schedules = TuningClient['schedules'];

function verb(
  name: string,
  description: string,
  act: (schedules: Schedules, schedule: string, flags: Flags) => Promise<void>,
): Command {
  return withPlace(new Command(name).description(description).argument('<schedule>'))
    .option('--json', 'print the result as one line of JSON')
    .action((schedule: string, flags: Flags) => withClient(flags, ({ schedules }) => act(schedules, schedule, flags)));
}

async function show(schedules: Schedules, name: string, { json }: Flags): Promise<void> {
  const view = await schedules.show(name);
  if (json) printJson(view);
  else process.stdout.write(`${scheduleText(view)}\n`);
}

async function trigger(schedules: Schedules, name: string, { json }: Flags): Promise<void> {
  const begun = await schedules.trigger(name);
  const text = begun
    ? `night ${begun.night} has begun: dtune watch ${begun.study} follows it`
    : 'no night has begun, since one runs';
  if (json) printJson(begun ?? null);
  else process.stdout.write(`${text}\n`);
}

async function pause(schedules: Schedules, name: string, flags: Flags): Promise<void> {
  await schedules.pause(name, flags.note ?? `paused by ${userInfo().username}`);
  await show(schedules, name, flags);
}

async function resume(schedules: Schedules, name: string, flags: Flags): Promise<void> {
  await schedules.resume(name, flags.note ?? `resumed by ${userInfo().username}`);
  await show(schedules, name, flags);
}

async function backfill(schedules: Schedules, name: string, { from, to, json }: Flags): Promise<void> {
  const nights = await schedules.backfill(name, timeOf('from', from!), timeOf('to', to!));
  if (json) printJson(nights);
  else process.stdout.write(`${nights.length} nights begin, one after the other: ${nights[0]} to ${nights.at(-1)}\n`);
}

function timeOf(option: string, text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new StudyDefinitionError(`--${option} is '${text}', expected a time as 2026-11-20T02:00Z; correct it`);
}

function deleteCommand(): Command {
  return withPlace(
    new Command('delete').description('end it, and cancel the night that runs; studies of its nights stay'),
  )
    .argument('<schedule>')
    .option('--json', 'print its name as one line of JSON')
    .action(async (name: string, flags: Flags) => {
      const place = await openPlace(flags);
      try {
        const forget = (): Promise<void> => unregister(place.home, { study: name, schedule: true });
        await place.client.schedules.delete(name).catch(async (error: unknown) => {
          // one that is not there any more is not to be served any more
          if (error instanceof StudyDefinitionError) await forget();
          throw error;
        });
        await forget();
      } finally {
        await place.close();
      }
      if (flags.json) printJson({ deleted: name });
      else process.stdout.write(`schedule '${name}' is deleted\n`);
    });
}
