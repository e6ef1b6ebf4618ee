/**
 * The activity that plans a night: asks the schedule's keeper what to run, and reads the last good study from the artifact store.
 * The same night gives the same study: its name and its seed follow from the schedule and the night's time.
 */
import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import { readArchive, readBlocks } from '../artifacts/archive.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import { trialSeed } from '../samplers/numerics/philox.ts';
import { toBase64 } from '../study/wording/base64.ts';
import { trialQueue } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { beginWith } from '../study/ledger/begin.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import { carriedResults, championIn, type CarriedResults } from '../study/schedule/carry.ts';
import {
  keeperId,
  SCHEDULE_QUERIES,
  type NightPlan,
  type PlanNightRequest,
  type ScheduleState,
} from '../study/schedule/contract.ts';
import { seedOfNight, studyOfNight } from '../study/schedule/naming.ts';
import { resultOfNight } from '../study/schedule/nights.ts';

import type { Params } from '../study/space/space.ts';
import { isForeign, type StudyDefinition } from '../study/study.ts';

/** Rows a study begins with, bytes: with the definition they are one message of at most 2 MiB. */
const MAX_BYTES = 256 * 1024;

export function createPlanNight(store: ArtifactStore): (request: PlanNightRequest) => Promise<NightPlan> {
  return async function planNight({ schedule, night }) {
    const state = await keptBy(schedule);
    const record = resultOfNight(state, night);
    if (record) return { kind: 'known', record };
    const { schedule: kept, champion, lastGood, engine } = state;
    const plain = definitionOfNight(kept.definition, schedule, night);
    const placed = champion ? championIn(plain, champion.params) : undefined;
    const params = placed && 'params' in placed ? placed.params : undefined;
    const definition = evaluated(plain, params, state.looks ?? 0);
    const first = params && { params, baseline: false, seed: trialSeed(definition.seed, 0) };
    const { imported, note } = lastGood === null ? NOTHING : await carriedFrom(store, lastGood, definition, kept.carry);
    const begin = first || imported.length > 0 ? fitting(definition, first, imported) : undefined;
    return {
      kind: 'study',
      input: { definition, ...(engine && { engine }), ...(begin && { carried: begin.carried }) },
      ...(begin && { rows: toBase64(begin.rows) }),
      champion: champion && params ? { ...champion, params } : champion,
      ...(placed && 'left' in placed && { championLeft: placed.left }),
      ...(lastGood !== null && { from: lastGood }),
      imported: begin?.imported ?? 0,
      ...(note !== undefined && { note }),
    };
  };
}

const NOTHING: CarriedResults = { imported: [] };

/** What the schedule's keeper says. @throws StudyDefinitionError if there is none */
async function keptBy(schedule: string): Promise<ScheduleState> {
  const keeper = Context.current().client.workflow.getHandle(keeperId(schedule));
  try {
    const { status } = await keeper.describe();
    // one that has ended would answer, too
    if (status.name === 'RUNNING') return await keeper.query<ScheduleState>(SCHEDULE_QUERIES.state);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  throw new StudyDefinitionError(`there is no schedule named '${schedule}', it was deleted`);
}

function definitionOfNight(definition: StudyDefinition, schedule: string, night: string): StudyDefinition {
  return {
    ...definition,
    name: studyOfNight(schedule, night),
    seed: seedOfNight(definition.seed, night),
    // one worker serves all nights
    trial: servedBy(definition.trial, trialQueue(schedule)),
  };
}

function servedBy(trial: StudyDefinition['trial'], queue: string): StudyDefinition['trial'] {
  const { evaluate } = trial;
  return {
    ...trial,
    queue: trial.queue ?? queue,
    ...(evaluate && isForeign(trial) && { evaluate: { ...evaluate, queue: evaluate.queue ?? queue } }),
  };
}

/** The night's best has to beat the champion, at the price of one more look at the test data. */
function evaluated(definition: StudyDefinition, champion: Params | undefined, looks: number): StudyDefinition {
  const { evaluate } = definition;
  if (!evaluate) return definition;
  return { ...definition, evaluate: { ...evaluate, look: looks + 1, ...(champion && { champion }) } };
}

/** A study that is not to be read any more costs its results alone: the champion is with the keeper. */
async function carriedFrom(
  store: ArtifactStore,
  name: string,
  definition: StudyDefinition,
  carry: number,
): Promise<CarriedResults> {
  try {
    const archive = await readArchive(store, name);
    if (!archive) return { imported: [], note: `begins anew: the artifact store has no study ${name}` };
    const rows: LedgerRow[] = [];
    for await (const block of readBlocks(store, archive.blocks)) rows.push(...block);
    return carriedResults(definition, { ...archive, rows }, carry);
  } catch (error) {
    if (!(error instanceof StudyDefinitionError)) throw error;
    return { imported: [], note: `begins anew: ${error.message}` };
  }
}

/** As many of the newest imported trials as one message takes. */
function fitting(
  definition: StudyDefinition,
  first: Parameters<typeof beginWith>[1]['first'],
  imported: CarriedResults['imported'],
): ReturnType<typeof beginWith> & { readonly imported: number } {
  for (let count = imported.length; ; count = Math.floor(count / 2)) {
    const newest = imported.slice(imported.length - count);
    const begin = beginWith(definition, { ...(first && { first }), imported: newest }, Date.now());
    if (begin.rows.length <= MAX_BYTES || count === 0) return { ...begin, imported: count };
  }
}
