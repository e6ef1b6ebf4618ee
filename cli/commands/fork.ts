import { userInfo } from 'node:os';
import { Command } from 'commander';
import { checkDefinition } from '../../samplers/check.ts';
import { settledSampler } from '../../study/auto-sampler.ts';
import { defineSampler } from '../../study/definition.ts';
import type { SamplerSyntax } from '../../study/syntax/input.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { budgetChange, generationsChange, withBudget, withGenerations } from '../budget.ts';
import { followStudy, serve, withFollow } from '../follow.ts';
import { openPlace, withPlace } from '../place.ts';
import { wholeNumber } from '../numbers.ts';
import { jsonOf } from '../pairs.ts';

const HELP = `
The fork's first trials are those of the study, and with nothing changed the others are the same as well: with order: trial, and with
order: completion one trial after another. Changes of the study after that trial are not part of the fork. With order: trial and several
trials in flight, a new sampler begins after those that were open then. A population's members go on from the study's checkpoints, which have to
be there: those of its last two generations are, and all with scheduler: { pbt: { keep: true } }.`;

/** `dtune fork STUDY --at 40`, or `--generation 5`: a new study that begins where another was. */
export function forkCommand(): Command {
  const command = new Command('fork').description('start a new study where another was after some of its trials');
  return withGenerations(withBudget(withFollow(withPlace(command))))
    .argument('<study>', 'open or closed')
    .option('--at <trials>', 'how many trials to take over', wholeNumber)
    .option('--generation <number>', 'of a population, instead: how many generations to take over', wholeNumber)
    .option('--name <name>', "the fork's name (default: STUDY-fork-AT)")
    .option('--sampler <sampler>', 'what suggests from there on: a name, or \'{ "tpe": { "candidates": 48 } }\'')
    .option('--why <text>', 'the reason, for the log')
    .addHelpText('after', HELP)
    .action(async (study: string, options) => {
      const { at, generation } = options;
      if ((at === undefined) === (generation === undefined))
        throw new StudyDefinitionError('say where to fork: --at 40, or --generation 5 of a population');
      const place = await openPlace(options);
      try {
        const { definition } = await place.client.study(study).edits();
        const sampler =
          options.sampler === undefined
            ? undefined
            : settledSampler(definition, defineSampler(jsonOf(options.sampler) as SamplerSyntax));
        if (sampler) checkDefinition({ ...definition, sampler });
        const fork = await place.client.fork(study, {
          ...(at === undefined ? { generation } : { at }),
          ...(options.name !== undefined && { name: options.name }),
          who: userInfo().username,
          beforeStart: (fork) => serve(place, fork),
          ...(options.why !== undefined && { why: options.why }),
          ...(sampler && { sampler }),
          stop: (now) => budgetChange(options, now),
          ...generationsChange(options.generations),
        });
        await followStudy(place, fork.name, options);
      } finally {
        await place.close();
      }
    });
}
