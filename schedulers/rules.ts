/** A study's scheduler, ready for its ledger. */
import type { SchedulingRules } from '../study/ledger/scheduling.ts';
import type { StudyDefinition } from '../study/study.ts';
import { schedulerByName, schedulerOptions, schedulingProblem } from './registry.ts';

/**
 * @returns what the ledger decides by; undefined: every trial runs to its end
 * @throws StudyDefinitionError when the scheduler is unknown or an option is wrong
 */
export function rulesOf(definition: StudyDefinition): SchedulingRules | undefined {
  if (!definition.scheduler) return undefined;
  const scheduler = schedulerByName(definition.scheduler.name);
  const options = schedulerOptions(scheduler, definition.scheduler.options);
  const begin = (): unknown => scheduler.begin(schedulingProblem(definition), options);
  return scheduler.form === 'pruner'
    ? { rules: scheduler, crossings: scheduler.crossings(options), begin }
    : { rules: scheduler, begin };
}

/** What a complete trial is trained to; undefined: as far as it likes. */
export function fullBudgetOf({ scheduler: spec }: StudyDefinition): number | undefined {
  const scheduler = spec && schedulerByName(spec.name);
  if (scheduler?.form !== 'halving') return undefined;
  const brackets = scheduler.plan(schedulerOptions(scheduler, spec!.options));
  return Math.max(...brackets.flatMap(({ rungs }) => rungs.map(({ to }) => to)));
}
