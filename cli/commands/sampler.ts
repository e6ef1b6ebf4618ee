import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { samplerNames } from '../../samplers/registry.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { isRecord, show } from '../../study/wording/json.ts';
import { conversation } from '../sampler/conversation.ts';
import { definitionOf, readStudyFile } from '../study-file.ts';

/** What of a study file a sampler has to know; the rest may be there, too. */
const KEYS = ['space', 'forbid', 'objective', 'objectives', 'constraints', 'fixed', 'parallel', 'deterministic'];

/** `dtune sampler --space FILE --sampler NAME --seed N`: a sampler without any server, for other programs (sampler/conversation.ts). */
export function samplerCommand(): Command {
  return new Command('sampler')
    .description('a sampler without any server, as JSON lines on stdin and stdout')
    .requiredOption('--space <file>', `file with space, objective(s) and what else of a study file concerns a sampler`)
    .requiredOption('--sampler <name>', `one of ${samplerNames().join(', ')}`)
    .option('--options <json>', "the sampler's options", '{}')
    .requiredOption('--seed <number>', 'seed, a whole number')
    .option('--json', 'JSON lines are all it speaks')
    .action(async (options: SamplerFlags) => {
      const talk = conversation(definitionFor(options));
      for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity }))
        if (line.trim() !== '') process.stdout.write(`${JSON.stringify(talk(line))}\n`);
    });
}

interface SamplerFlags {
  readonly space: string;
  readonly sampler: string;
  readonly options: string;
  readonly seed: string;
}

function definitionFor({ space, sampler, options, seed }: SamplerFlags): StudyDefinition {
  const file = readStudyFile(space);
  const content = Object.entries(isRecord(file) ? file : {}).filter(([key]) => KEYS.includes(key));
  return definitionOf(
    {
      ...Object.fromEntries(content),
      name: 'sampler',
      trial: { function: 'told' },
      sampler: { [sampler]: optionsOf(options) },
      stop: { trials: 1e9 },
      seed: Number(seed),
    },
    space,
  );
}

function optionsOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StudyDefinitionError(
      `--options is ${show(text)}, expected the sampler's options as JSON, such as '{"candidates": 24}' (${(cause as Error).message})`,
      { cause },
    );
  }
}
