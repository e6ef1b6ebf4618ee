import { userInfo } from 'node:os';
import { Command, Option } from 'commander';
import { StudyDefinitionError } from '../../study/errors.ts';
import { FORMATS, formatOf } from '../../study/exchange/formats.ts';
import { wholeNumber } from '../numbers.ts';
import { jsonOf, pair } from '../pairs.ts';
import { printJson } from '../output.ts';
import { withClient, withPlace } from '../place.ts';

type Pairs = readonly (readonly [name: string, value: string])[];

/** `dtune import STUDY FILE`: an open study's sampler learns from the trials of a file. */
export function importCommand(): Command {
  return withPlace(new Command('import').description("give an open study a file's trials to learn from"))
    .argument('<study>')
    .argument('<file>', 'trials of an export, of Optuna, of bayesian-optimization, or written by hand')
    .addOption(new Option('--format <format>', 'file format (default: by its ending)').choices(FORMATS))
    .option('--map <theirs=ours...>', 'our parameter names by theirs', pair)
    .option('--values <theirs=ours...>', 'our names of what is measured by theirs', pair)
    .option('--assume <name=value...>', 'what trials effectively had for parameters that they lack', pair)
    .option('--drop <name...>', 'parameters of theirs to forget where the space has no place for them')
    .option('--keep <trials>', 'the best so many complete trials alone', wholeNumber)
    .option('--skip', 'leave out what does not fit the space, instead of refusing all')
    .option('--why <text>', 'the reason, for the log (default: the file)')
    .option('--json', 'print {"trials", "known", "words"} as one line of JSON')
    .action(async (study: string, file: string, options) => {
      const format = options.format ?? formatOf(file);
      if (!format)
        throw new StudyDefinitionError(
          `${file} does not say by its ending what it is, expected .csv, .jsonl or .json; give --format`,
        );
      await withClient(options, async (client) => {
        const { map, values, assume, drop, keep, skip, why } = options;
        const imported = await client.importTrials(study, file, format, {
          who: userInfo().username,
          ...(map && { map: Object.fromEntries(map as Pairs) as Record<string, string> }),
          ...(values && { values: Object.fromEntries(values as Pairs) as Record<string, string> }),
          ...(assume && { assume: Object.fromEntries((assume as Pairs).map(([name, text]) => [name, jsonOf(text)])) }),
          ...(drop && { drop }),
          ...(keep !== undefined && { keep }),
          ...(skip && { skip: true }),
          ...(why !== undefined && { why }),
        });
        if (options.json) return printJson(imported);
        const { trials, known, words } = imported;
        const before = known === 0 ? '' : `, of which ${known} were there already`;
        process.stdout.write(`${words}\nstudy '${study}' has ${trials} of them${before}\n`);
      });
    });
}
