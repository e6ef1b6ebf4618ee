import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { StudyDefinitionError } from '../../study/errors.ts';
import { printJson } from '../output.ts';
import { withClient, withPlace } from '../place.ts';
import { htmlReport } from '../report.ts';
import { readReportInput } from '../report/input.ts';

/** `dtune report STUDY`: the study as one HTML page that needs nothing else. */
export function reportCommand(): Command {
  return withPlace(new Command('report').description('a study as one HTML page that needs nothing else'))
    .argument('<study>', 'open or closed')
    .option('-o, --output <file>', 'where to write it (default: STUDY-report.html)')
    .option('--json', 'print {"file", "definition", "status", "warnings", "unchecked"} as one line of JSON')
    .action(async (study: string, options) => {
      await withClient(options, async (client) => {
        const input = await readReportInput(client.study(study));
        const file = resolve(options.output ?? `${study}-report.html`);
        await write(file, await htmlReport(input));
        const { definition, status, warnings, unchecked } = input;
        if (options.json) printJson({ file, definition, status, warnings, unchecked });
        else process.stdout.write(`report: ${pathToFileURL(file).href}\n`);
      });
    });
}

async function write(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (cause) {
    throw new StudyDefinitionError(
      `cannot write ${file}: ${(cause as Error).message}; name another file with --output`,
      { cause },
    );
  }
}
