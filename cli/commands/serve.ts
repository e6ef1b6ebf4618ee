import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { careFor, openPlace, withPlace, type Place } from '../place.ts';
import { reply } from '../serve/conversation.ts';

/** `dtune serve`: starts and watches studies for a program that hosts their trials itself (serve/conversation.ts). */
export function serveCommand(): Command {
  return withPlace(new Command('serve').description('start and watch studies for another program, as JSON lines'))
    .option('--foreground', 'keep server and worker as children of this command and end them with it')
    .option('--json', 'JSON lines are all it speaks')
    .action(async (options) => {
      const place = await openPlace({ ...options, foreground: options.foreground === true });
      const done = new AbortController();
      try {
        await Promise.race([answerAll(place), careFor(place, done.signal)]);
      } finally {
        done.abort();
        await place.close();
      }
      // calls that nobody waits for any more
      process.exit();
    });
}

async function answerAll(place: Place): Promise<void> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity }))
    if (line.trim() !== '')
      void reply(place, line).then((answer) => process.stdout.write(`${JSON.stringify(answer)}\n`));
}
