import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { schedulerByName, schedulerOptions, SCHEDULERS } from '../../schedulers/registry.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { isRecord, show } from '../../study/wording/json.ts';
import { wholeNumber } from '../numbers.ts';
import { conversation, type Goal } from '../scheduler/conversation.ts';

interface SchedulerFlags {
  readonly scheduler: string;
  readonly options: string;
  readonly goals: string;
  readonly trials?: number;
  readonly parallel: number;
}

/** `dtune scheduler --scheduler NAME`: a scheduler without any server, for other programs (scheduler/conversation.ts). */
export function schedulerCommand(): Command {
  return new Command('scheduler')
    .description('a scheduler without any server, as JSON lines on stdin and stdout')
    .requiredOption('--scheduler <name>', `one of ${SCHEDULERS.map(({ name }) => name).join(', ')}`)
    .option('--options <json>', "the scheduler's options", '{}')
    .option('--goals <list>', 'of each objective, minimize or maximize', 'minimize')
    .option('--trials <number>', 'trials that may start; failed ones do not count', wholeNumber)
    .option('--parallel <number>', 'slots', wholeNumber, 1)
    .option('--json', 'JSON lines are all it speaks')
    .action(async (flags: SchedulerFlags) => {
      const talk = talkOf(flags);
      for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity }))
        if (line.trim() !== '') process.stdout.write(`${JSON.stringify(talk(line))}\n`);
    });
}

function talkOf({ scheduler: name, options, goals: raw, trials, parallel }: SchedulerFlags): (line: string) => object {
  const scheduler = schedulerByName(name);
  const goals = raw.split(',').map((goal) => goal.trim());
  if (!goals.every((goal): goal is Goal => goal === 'minimize' || goal === 'maximize'))
    throw new StudyDefinitionError(
      `--goals is ${show(raw)}, expected minimize or maximize for each objective, by commas`,
    );
  const problem = {
    objectives: goals.length,
    ...(goals[0] === 'maximize' && { maximize: true as const }),
    parallel,
    seed: 0,
    ...(trials !== undefined && { trials }),
  };
  return conversation(scheduler, schedulerOptions(scheduler, optionsOf(options)), problem, goals);
}

function optionsOf(text: string): Record<string, never> {
  let options: unknown;
  try {
    options = JSON.parse(text);
  } catch {
    options = undefined;
  }
  if (isRecord(options)) return options as Record<string, never>;
  throw new StudyDefinitionError(
    `--options is ${show(text)}, expected the scheduler's options as JSON, such as '{"max": 81}'`,
  );
}
