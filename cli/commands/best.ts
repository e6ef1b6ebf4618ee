import { Command } from 'commander';
import { StudyDefinitionError } from '../../study/errors.ts';
import { comparedModels, modelsText } from '../models.ts';
import { printJson, studyText } from '../output.ts';
import { withClient, withPlace } from '../place.ts';

/** `dtune best STUDY`: the best trial so far; --json: `{best, front}`, with --per-model `{models}`. */
export function bestCommand(): Command {
  return withPlace(new Command('best').description('the best trial of a study so far').argument('<study>'))
    .option('--per-model', 'of each model class, and how far behind the best one it is')
    .option('--json', 'print {"best", "front"}, or {"models"}, as one line of JSON')
    .action(async (study: string, options) => {
      await withClient(options, async (client) => {
        const handle = client.study(study);
        if (options.perModel) {
          const { definition } = await handle.found();
          if (!definition.models)
            throw new StudyDefinitionError(`study '${study}' has one model; leave --per-model out`);
          const models = await comparedModels(handle, definition);
          if (options.json) return printJson({ models });
          process.stdout.write(`${modelsText(definition.objectives[0]!.name, models)}\n`);
          return;
        }
        const status = await handle.status();
        if (options.json) printJson({ best: status.best, front: status.front });
        else process.stdout.write(`${studyText(status)}\n`);
      });
    });
}
