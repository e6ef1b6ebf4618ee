import { Command } from 'commander';
import { schedulerByName, schedulerOptions, SCHEDULERS } from '../../schedulers/registry.ts';
import type { HalvingScheduler } from '../../schedulers/scheduler.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import type { Options } from '../../study/options.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { listed } from '../../study/syntax/field.ts';
import { printJson } from '../output.ts';
import { planLines, totalsOf } from '../scheduler/plan.ts';
import { definitionOf, readStudyFile } from '../study-file.ts';

/** `dtune plan FILE`: what the scheduler of a study file is going to do, before anything runs. */
export function planCommand(): Command {
  return new Command('plan')
    .description('brackets, trials and total budget of a study file, before anything runs')
    .argument('<file>', 'study file with a scheduler')
    .option('--json', 'as JSON')
    .action((file: string, { json }: { json?: boolean }) => {
      const definition = definitionOf(readStudyFile(file), file);
      const { scheduler, options } = halvingOf(definition, file);
      const brackets = scheduler.plan(options);
      const totals = totalsOf(brackets);
      if (json) return printJson({ brackets, ...totals });
      const lines = planLines(brackets);
      const { trials = Infinity } = definition.stop;
      if (!scheduler.endsByItself(options))
        lines.push('trials start as slots get free: these are the shares, for one that is complete');
      else if (trials < totals.trials)
        lines.push(`stop.trials is ${trials}: the study ends before, its last bracket with the trials that it has`);
      for (const line of lines) process.stdout.write(`${line}\n`);
    });
}

function halvingOf(
  { scheduler: spec }: StudyDefinition,
  file: string,
): { scheduler: HalvingScheduler; options: Options } {
  const scheduler = spec && schedulerByName(spec.name);
  if (scheduler?.form === 'halving') return { scheduler, options: schedulerOptions(scheduler, spec!.options) };
  const names = SCHEDULERS.filter(({ form }) => form === 'halving').map(({ name }) => name);
  throw new StudyDefinitionError(
    scheduler
      ? `${file} has the scheduler ${scheduler.name}, which ends trials as they come: there is no plan; expected ${listed(names)}`
      : `${file} has no scheduler: every trial runs through; add scheduler: hyperband, for example`,
  );
}
