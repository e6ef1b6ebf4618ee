import { Command } from 'commander';
import { trialJsonSchema } from '../../study/space/json-schema.ts';
import { definitionOf, readStudyFile } from '../study-file.ts';

/** `dtune space FILE`: the search space of a study file as JSON Schema. Needs no server. */
export function spaceCommand(): Command {
  return new Command('space')
    .description('the search space of a study file as JSON Schema')
    .argument('<file>', 'study file (YAML or JSON)')
    .option('--json', 'on one line')
    .action((file: string, options) => {
      process.stdout.write(
        `${JSON.stringify(trialJsonSchema(definitionOf(readStudyFile(file), file, 0)), null, options.json ? 0 : 2)}\n`,
      );
    });
}
