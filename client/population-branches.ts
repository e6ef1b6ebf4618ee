/**
 * What is particular in forks and continuations of populations: where a generation begins, how many there are, and that the checkpoints
 * which its members go on from are still there. A branch refers to those of the study that it comes from, and never takes them away.
 */
import { readManifest } from '../artifacts/checkpoint.ts';
import { readCheckpointUri } from '../artifacts/checkpoint-name.ts';
import { objectsAt } from '../artifacts/store.ts';
import { rulesOf } from '../schedulers/rules.ts';
import { isStored } from '../study/trial/checkpoints.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { keepsAll } from '../study/ledger/ended-checkpoints.ts';
import type { Rewound } from '../study/ledger/rewind.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import type { SchedulingRules } from '../study/ledger/scheduling.ts';
import { isPopulation } from '../study/scheduling.ts';
import type { StudyDefinition } from '../study/study.ts';
import { show } from '../study/wording/json.ts';

/** How many generations there are to be, by how many there are. */
export type GenerationChange = (now: number) => number;

/**
 * What a study's scheduler decides by, for rewind.
 * @throws StudyDefinitionError where its state is no function of the trials before: it cannot be what it was at an earlier one
 */
export function rewindable(definition: StudyDefinition): SchedulingRules | undefined {
  const { name, scheduler } = definition;
  if (!scheduler || isPopulation(scheduler)) return rulesOf(definition);
  throw new StudyDefinitionError(
    `study '${name}' has the scheduler ${scheduler.name}, and cannot be forked or continued; start a study with warmStart: { study: ${name} }`,
  );
}

/** @throws StudyDefinitionError where it is open and may just be taking away what a fork goes on from */
export function refuseTidying(definition: StudyDefinition): void {
  if (!isPopulation(definition.scheduler) || keepsAll(definition)) return;
  throw new StudyDefinitionError(
    `study '${definition.name}' is running, and takes checkpoints away that its own members need no more: wait until it has closed, stop it, ` +
      'or have the next one keep them all (scheduler: { pbt: { keep: true } })',
  );
}

/** @returns the number of the first trial of a generation. @throws StudyDefinitionError where there is no such number */
export function generationStart(
  { name, scheduler }: StudyDefinition,
  rows: readonly LedgerRow[],
  generation: number,
): number {
  const given = `study '${name}' cannot be forked at generation ${show(generation)}`;
  if (!isPopulation(scheduler))
    throw new StudyDefinitionError(`${given}: expected one with a population (scheduler pbt); give a number of trials`);
  if (scheduler!.options['synchronous'] === false)
    throw new StudyDefinitionError(`${given}, since its members are decided one by one; give a number of trials`);
  const last = rows.reduce((most, { rung }) => Math.max(most, rung?.rung ?? 0), 0);
  if (!Number.isInteger(generation) || generation < 0 || generation > last + 1)
    throw new StudyDefinitionError(`${given}: expected a whole number from 0 to ${last + 1}`);
  const first = rows.find(({ rung }) => rung !== undefined && rung.rung >= generation);
  return first?.number ?? rows.length;
}

/** @throws StudyDefinitionError where members know that it ends where it does, or have been trained beyond the new end */
export function withGenerations(
  definition: StudyDefinition,
  kept: readonly LedgerRow[],
  change: GenerationChange,
): StudyDefinition {
  const { name, scheduler } = definition;
  const { rules, begin } = rulesOf(definition) ?? {};
  const study = `study '${name}'`;
  if (scheduler?.name !== 'pbt' || rules?.form !== 'halving')
    throw new StudyDefinitionError(`${study} has no generations: expected one with a population (scheduler pbt)`);
  if (scheduler.options['synchronous'] === false)
    throw new StudyDefinitionError(
      `${study} decides its members one by one, knowing where they end: its generations stay; start a study with more`,
    );
  const now = (begin!() as { readonly rules: { readonly generations: number } }).rules.generations;
  const least = kept.reduce((most, { rung }) => Math.max(most, (rung?.rung ?? 0) + 1), 1);
  const generations = change(now);
  if (!Number.isInteger(generations) || generations < least)
    throw new StudyDefinitionError(
      `${study}: ${show(generations)} generations, expected a whole number from ${least}, the generation that it is in`,
    );
  const changed = { ...definition, scheduler: { ...scheduler, options: { ...scheduler.options, generations } } };
  // more than there may be is refused there
  rulesOf(changed)!.begin();
  return changed;
}

/** @throws StudyDefinitionError where a member would have nothing left to go on from */
export async function refuseGone(
  { definition, past }: { readonly definition: StudyDefinition; readonly past: Rewound },
  source: string,
): Promise<void> {
  if (!isPopulation(definition.scheduler)) return;
  const { state, rows, isNeeded = () => false } = past;
  const needed = new Map<string, number>();
  const isOpen = new Set(state.open);
  for (const row of rows) {
    const { number, lineage, notes } = row;
    if (isOpen.has(number) && lineage) needed.set(lineage.checkpoint, lineage.parent);
    if (isNeeded(row) && notes?.checkpoint !== undefined) needed.set(notes.checkpoint, number);
  }
  for (const { lineage } of state.opened) if (lineage) needed.set(lineage.checkpoint, lineage.parent);
  for (const [checkpoint, number] of needed) {
    const place = isStored(checkpoint) ? readCheckpointUri(checkpoint) : undefined;
    if (!place || (await readManifest(objectsAt(place.store), place.name))) continue;
    throw new StudyDefinitionError(
      `the checkpoint of trial ${number} of study '${source}' is gone, and members were to go on from it: a population keeps those of its last ` +
        'two generations; go on from one of these, or have the next study keep them all (scheduler: { pbt: { keep: true } })',
    );
  }
}
