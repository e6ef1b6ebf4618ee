/** The yardsticks of bench/engine.ts and bench/population-cost.ts: the same activities in the plainest loops there can be, no ledger, no rules, no edits. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import { encodeRows } from '../study/ledger/blocks.ts';
import { ACTIVITIES, STUDY_QUEUE, trialQueue, type TrialRequest, type TuningActivities } from '../study/contract.ts';
import { compileSpace } from '../study/space/dimensions.ts';
import { decode } from '../study/space/point.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import type { OwnTrialSpec, StudyDefinition } from '../study/study.ts';

export { studyWorkflow } from '../workflows/index.ts';

/** `lanes` loops at once, each asking one trial after the other, `trials` in all. */
export async function rawLoop(definition: StudyDefinition, trials: number, lanes: number): Promise<void> {
  await Promise.all(Array.from({ length: lanes }, (_, lane) => loop(definition, trials / lanes, lane)));
}

/** `size` trials at once, again once all of them have ended: `generations` times. */
export async function rawGenerations(definition: StudyDefinition, size: number, generations: number): Promise<void> {
  const run = trialActivity(definition);
  const space = compileSpace(definition.space);
  const params = decode(
    space,
    Float64Array.from(space.dimensions, ({ low }) => low),
  );
  for (let generation = 0; generation < generations; generation++)
    await Promise.all(
      Array.from({ length: size }, (_, member) =>
        run({
          ...requestOf(definition, 'alone'),
          number: generation * size + member,
          seed: 1,
          params,
          budget: generation + 1,
        }),
      ),
    );
}

async function loop(definition: StudyDefinition, trials: number, lane: number): Promise<void> {
  const suggest = proxyActivities<Record<string, TuningActivities['suggest']>>({ ...OPTIONS, taskQueue: STUDY_QUEUE })[
    ACTIVITIES.suggest
  ]!;
  const run = trialActivity(definition);
  const space = compileSpace(definition.space);
  const shape = { objectives: 1, constraints: 0 };
  const asking = requestOf(definition, `lane ${lane}`);
  const { study, firstRunId } = asking;
  const full = { definition, blocks: [] };
  let rows: LedgerRow[] = [];
  for (let number = 0; number < trials; number++) {
    const labels = number === 0 ? { label: '0', full } : { have: String(number - 1), label: String(number) };
    const { suggestions } = await suggest(
      { study, firstRunId, ...labels, asks: [{ number, asOf: number }] },
      encodeRows(rows, shape, false),
    );
    const { x, seed } = suggestions[0]!;
    const point = Float64Array.from(x, (value) => value ?? NaN);
    const answer = await run({ ...asking, number, seed, params: decode(space, point) });
    rows = [
      {
        number,
        state: 'complete',
        origin: 'sampler',
        x: point,
        space: 1,
        sampler: 1,
        seed,
        asOf: number,
        closed: number + 1,
        values: answer.values,
        reports: [],
        attempts: 1,
      },
    ];
  }
}

const OPTIONS = { heartbeatTimeout: 10_000, startToCloseTimeout: 600_000 };

function trialActivity({ name }: StudyDefinition): TuningActivities['runTrial'] {
  const activities = proxyActivities<Record<string, TuningActivities['runTrial']>>({
    ...OPTIONS,
    taskQueue: trialQueue(name),
  });
  return activities[ACTIVITIES.runTrial]!;
}

function requestOf(
  { trial }: StudyDefinition,
  firstRunId: string,
): Omit<TrialRequest, 'number' | 'seed' | 'params' | 'budget'> {
  return {
    study: workflowInfo().workflowId,
    firstRunId,
    attemptsBefore: 0,
    trial: trial as OwnTrialSpec,
    objectives: ['loss'],
    constraints: [],
    phase: 'tune',
  };
}
