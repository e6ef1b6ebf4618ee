/** The schedulers by name, and a definition checked against them. */
import { StudyDefinitionError } from '../study/errors.ts';
import { readOptions, type Options } from '../study/options.ts';
import { mostTrials } from '../study/ledger/scheduling.ts';
import type { SchedulerSpec } from '../study/scheduling.ts';
import { objectivesSeen } from '../study/scalarize.ts';
import type { StudyDefinition } from '../study/study.ts';
import { listed, meant } from '../study/syntax/field.ts';
import { show } from '../study/wording/json.ts';
import { asha } from './asha.ts';
import { dehb } from './dehb.ts';
import { hyperband } from './hyperband.ts';
import { pbt } from './pbt.ts';
import { racing } from './racing.ts';
import { replay } from './replay.ts';
import { replicates } from './replicates.ts';
import { ashaStopping } from './pruners/asha-stopping.ts';
import { hyperbandStopping } from './pruners/hyperband-stopping.ts';
import { patient } from './pruners/patient.ts';
import { median, percentile } from './pruners/percentile.ts';
import { threshold } from './pruners/threshold.ts';
import { wilcoxon } from './pruners/wilcoxon.ts';
import type { PlannedBracket, Scheduler, SchedulingProblem } from './scheduler.ts';
import { successiveHalving } from './successive-halving.ts';

/** In the order a person would try them. */
export const SCHEDULERS: readonly Scheduler[] = [
  asha,
  hyperband,
  successiveHalving,
  dehb,
  pbt,
  replay,
  racing,
  replicates,
  ashaStopping,
  hyperbandStopping,
  median,
  percentile,
  patient,
  wilcoxon,
  threshold,
];

/** @throws StudyDefinitionError with the names there are. */
export function schedulerByName(name: string): Scheduler {
  const scheduler = SCHEDULERS.find((known) => known.name === name);
  if (scheduler) return scheduler;
  const names = SCHEDULERS.map((known) => known.name);
  throw new StudyDefinitionError(
    `scheduler: there is no scheduler ${show(name)}, expected ${listed(names)}; ${meant(name, names, 'choose one of these')}`,
  );
}

/** @throws StudyDefinitionError naming the option, the value got and what it can be */
export function schedulerOptions({ name, options }: Scheduler, raw: SchedulerSpec['options']): Options {
  return readOptions(`scheduler.${name}`, options, raw);
}

export function schedulingProblem(definition: StudyDefinition): SchedulingProblem {
  const { objectives, stop, parallel, seed } = definition;
  return {
    objectives: objectivesSeen(definition),
    ...(objectives[0]!.goal === 'maximize' && { maximize: true as const }),
    ...(stop.trials !== undefined && { trials: stop.trials }),
    parallel,
    seed,
  };
}

/** @throws StudyDefinitionError when the scheduler is unknown, an option is wrong, or the study is not one for it */
export function checkScheduler(definition: StudyDefinition): void {
  if (!definition.scheduler) return;
  const scheduler = schedulerByName(definition.scheduler.name);
  const options = schedulerOptions(scheduler, definition.scheduler.options);
  const verdict = scheduler.supports(schedulingProblem(definition), options);
  if (verdict !== true) throw new StudyDefinitionError(`scheduler ${scheduler.name}: ${verdict}`);
  if (definition.scalarize && scheduler.form === 'halving' && scheduler.folds)
    throw new StudyDefinitionError(
      `scheduler ${scheduler.name}: it compares the first objective fold by fold, and this study scalarises its objectives; use asha or hyperband`,
    );
  const most = mostTrials(definition);
  // the trials of a population rest nowhere
  const rests = scheduler.form === 'halving' && !scheduler.parents;
  if (rests && (definition.stop.trials ?? 0) > most)
    throw new StudyDefinitionError(
      `stop.trials is ${definition.stop.trials}, expected at most ${most} with the scheduler ${scheduler.name} and this space; ` +
        'use one that prunes, such as asha-stopping, or several studies with warmStart',
    );
  if (scheduler.form === 'halving' && scheduler.parents) checkFinalTest(definition, scheduler.plan(options));
  const rules = Object.keys(definition.stop).filter((rule) => rule !== 'maxFailures');
  const ends = scheduler.form === 'halving' && scheduler.endsByItself(options);
  if (ends || rules.length > 0 || definition.sampler.name === 'grid') return;
  throw new StudyDefinitionError(
    `scheduler ${scheduler.name}: the study would never end; add stop: { trials: 100 }, or another rule`,
  );
}

/** Intervals that a final test may train, all repeats together: each is a few events of one history. */
const MOST_TESTED = 2000;

/** In its final test a population's best is trained again interval by interval. */
function checkFinalTest({ evaluate, scheduler }: StudyDefinition, brackets: readonly PlannedBracket[]): void {
  const intervals = Math.max(...brackets.map(({ rungs }) => rungs.length));
  if (!evaluate || intervals * evaluate.repeats <= MOST_TESTED) return;
  throw new StudyDefinitionError(
    `evaluate.repeats is ${evaluate.repeats}, and each trains the ${intervals} intervals of the best schedule of scheduler ${scheduler!.name} again: ` +
      `expected at most ${MOST_TESTED} intervals in all; lower evaluate.repeats, or have fewer and longer intervals`,
  );
}
