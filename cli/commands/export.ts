import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Command, Option } from 'commander';
import { allTrials } from '../../client/all-trials.ts';
import { FORMATS, writeTrials } from '../../study/exchange/formats.ts';
import { withClient, withPlace } from '../place.ts';

/** `dtune export STUDY`: all trials as JSON lines, CSV or a log for bayesian-optimization, to stdout or a file. */
export function exportCommand(): Command {
  return withPlace(new Command('export').description('all trials of a study as a file of trials').argument('<study>'))
    .addOption(new Option('--format <format>', 'file format').choices(FORMATS).default('jsonl'))
    .option('-o, --output <file>', 'write to a file instead of stdout')
    .option('--json', 'the same as --format jsonl')
    .action(async (study: string, options) => {
      await withClient(options, async (client) => {
        const rows = await allTrials(client.study(study));
        const { definition } = await client.study(study).edits();
        const lines = writeTrials(rows, options.json ? 'jsonl' : options.format, definition);
        if (options.output) await pipeline(Readable.from(lines), createWriteStream(options.output));
        else for (const line of lines) process.stdout.write(line);
      });
    });
}
