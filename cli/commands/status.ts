import { Command } from 'commander';
import { modelCounts, modelsOf } from '../models.ts';
import { printJson, studyText } from '../output.ts';
import { withClient, withPlace } from '../place.ts';

/** `dtune status STUDY`: where a study stands, open or closed. */
export function statusCommand(): Command {
  return withPlace(new Command('status').description('where a study stands').argument('<study>'))
    .option('--json', 'print the status as one line of JSON')
    .action(async (study: string, options) => {
      await withClient(options, async (client) => {
        const handle = client.study(study);
        const status = await handle.status();
        if (options.json) return printJson(status);
        const { definition } = await handle.found();
        const models = definition.models && (await modelsOf(handle, definition));
        process.stdout.write(`${studyText(status)}${models ? `\n${modelCounts(models)}` : ''}\n`);
      });
    });
}
