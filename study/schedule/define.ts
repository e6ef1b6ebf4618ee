/** A schedule of a study: checked in words before anything of it exists. */
import { StudyDefinitionError } from '../errors.ts';
import { isPopulation } from '../scheduling.ts';
import type { StudyDefinition } from '../study.ts';
import type { Field } from '../syntax/field.ts';
import { utf8Bytes } from '../wording/utf8.ts';
import { show } from '../wording/json.ts';
import type { Schedule } from './contract.ts';
import { MAX_SCHEDULE_NAME } from './naming.ts';
import { readTimes, type ScheduleSyntax } from './times.ts';

/** The definition stands twice in what a night starts its study with, which is a message of at most 2 MiB. */
const MAX_BYTES = 512 * 1024;

/** @throws StudyDefinitionError with one line a fault */
export function defineSchedule(definition: StudyDefinition, syntax: ScheduleSyntax): Schedule {
  const root: Field = { path: '', value: syntax, faults: [] };
  const { faults } = root;
  const { name, trial } = definition;
  if (name.length > MAX_SCHEDULE_NAME)
    faults.push(
      `name has ${name.length} characters, expected at most ${MAX_SCHEDULE_NAME}, since each night's study adds its time; shorten it`,
    );
  if (trial.kind === 'external')
    faults.push('trial is external, expected a function or a command: nights test their champions themselves');
  if (isPopulation(definition.scheduler))
    faults.push(
      `scheduler is ${definition.scheduler!.name}, expected no population, since nights hand on the parameters of their champion and a population's best is a schedule of them; use asha or hyperband`,
    );
  if (definition.warmStart)
    faults.push(
      `warmStart is ${show(definition.warmStart)}, expected none, since nights begin with what the nights before found; leave it out`,
    );
  const bytes = utf8Bytes(JSON.stringify(definition));
  if (bytes > MAX_BYTES)
    faults.push(`the study takes ${bytes} bytes as JSON, expected at most ${MAX_BYTES}; shorten its largest lists`);
  const read = readTimes(root, syntax);
  if (faults.length > 0) throw new StudyDefinitionError(faults.join('\n'));
  return { definition, ...read };
}
