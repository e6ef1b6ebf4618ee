import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { TrialFacts } from '../../activities/runners/runner.ts';
import { NO_EVALUATION } from '../../activities/runners/splitting.ts';
import { splitsOf } from '../../evaluation/splits/trial-splits.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { isRecord, show } from '../../study/wording/json.ts';
import { wholeNumber } from '../numbers.ts';
import { printJson } from '../output.ts';
import { readRowFile } from '../row-file.ts';

interface SplitFlags {
  readonly rows?: number;
  readonly data?: string;
  readonly label: string;
  readonly group: string;
  readonly trial?: string;
}

/**
 * `dtune split --rows N` within a trial that is a command: the folds that its study asks for, as one line of JSON,
 * `[{"train": [0, 2, …], "test": [1, …]}, …]`. What to divide by is in the environment of the trial (DTUNE_EVALUATION), so nothing
 * has to be handed on; elsewhere --trial names a file with a trial as a command reads it on stdin.
 */
export function splitCommand(): Command {
  return new Command('split')
    .description('divide rows as the study of this trial says: run it from within a trial')
    .option('--rows <number>', 'how many rows there are', wholeNumber)
    .option('--data <file.csv>', 'the rows, of which their labels and groups are read')
    .option('--label <column>', 'the column of the classes to stratify by', 'label')
    .option('--group <column>', 'the column of the groups that stay together', 'group')
    .option('--trial <file>', 'a trial as a command reads it on stdin, - for stdin (default: the one that runs this)')
    .option('--json', 'one line of JSON is all it speaks')
    .action((flags: SplitFlags, command: Command) => {
      const { phase, evaluation } = trialOf(flags);
      const chosen = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
      const data =
        flags.data === undefined
          ? countOf(flags)
          : readRowFile(flags.data, { ...flags, chosen: { label: chosen('label'), group: chosen('group') } });
      const folds = splitsOf(evaluation, phase, data);
      printJson(folds.map(({ train, test }) => ({ train: Array.from(train), test: Array.from(test) })));
    });
}

function countOf({ rows }: SplitFlags): number {
  if (rows === undefined) throw new StudyDefinitionError('what is to be divided is missing: give --rows or --data');
  return rows;
}

type Divided = Pick<TrialFacts, 'phase'> & { readonly evaluation: NonNullable<TrialFacts['evaluation']> };

function trialOf({ trial }: SplitFlags): Divided {
  const [text, where] =
    trial === undefined
      ? [process.env['DTUNE_EVALUATION'], 'DTUNE_EVALUATION']
      : [read(trial), trial === '-' ? 'stdin' : trial];
  if (text === undefined)
    throw new StudyDefinitionError(
      'there is no DTUNE_EVALUATION in the environment: expected to be run by a trial of a study with evaluate, ' +
        'or --trial FILE with a trial as a command reads it on stdin',
    );
  const facts = parse(text, where);
  if (!isRecord(facts) || (facts['phase'] !== 'tune' && facts['phase'] !== 'test'))
    throw new StudyDefinitionError(
      `${where} is ${show(facts)}: expected a trial, {"phase": "tune", "evaluation": {…}, …}`,
    );
  if (!isRecord(facts['evaluation'])) throw new StudyDefinitionError(NO_EVALUATION);
  return facts as unknown as Divided;
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StudyDefinitionError(`${where} is ${show(text)}: expected a trial as JSON`, { cause });
  }
}

function read(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (cause) {
    throw new StudyDefinitionError(`cannot read ${path}: ${(cause as Error).message}; expected a trial as JSON`, {
      cause,
    });
  }
}
