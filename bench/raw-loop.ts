/** The yardstick of bench/engine.ts: the same activities in the plainest loop there can be, no ledger, no rules, no edits. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import { encodeRows } from '../study/ledger/blocks.ts';
import { ACTIVITIES, STUDY_QUEUE, trialQueue, type TuningActivities } from '../study/contract.ts';
import { compileSpace } from '../study/dimensions.ts';
import { decode } from '../study/point.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import type { OwnTrialSpec, StudyDefinition } from '../study/study.ts';

export { studyWorkflow } from '../workflows/index.ts';

/** `lanes` loops at once, each asking one trial after the other, `trials` in all. */
export async function rawLoop(definition: StudyDefinition, trials: number, lanes: number): Promise<void> {
  await Promise.all(Array.from({ length: lanes }, (_, lane) => loop(definition, trials / lanes, lane)));
}

async function loop(definition: StudyDefinition, trials: number, lane: number): Promise<void> {
  const options = { heartbeatTimeout: 10_000, startToCloseTimeout: 600_000 };
  const suggest = proxyActivities<Record<string, TuningActivities['suggest']>>({ ...options, taskQueue: STUDY_QUEUE })[
    ACTIVITIES.suggest
  ]!;
  const run = proxyActivities<Record<string, TuningActivities['runTrial']>>({
    ...options,
    taskQueue: trialQueue(definition.name),
  })[ACTIVITIES.runTrial]!;
  const space = compileSpace(definition.space);
  const shape = { objectives: 1, constraints: 0 };
  const study = { study: workflowInfo().workflowId, firstRunId: `lane ${lane}` };
  const full = { definition, blocks: [] };
  let rows: LedgerRow[] = [];
  for (let number = 0; number < trials; number++) {
    const labels = number === 0 ? { label: '0', full } : { have: String(number - 1), label: String(number) };
    const { suggestions } = await suggest(
      { ...study, ...labels, asks: [{ number, asOf: number }] },
      encodeRows(rows, shape, false),
    );
    const { x, seed } = suggestions[0]!;
    const point = Float64Array.from(x, (value) => value ?? NaN);
    const answer = await run({
      ...study,
      number,
      seed,
      params: decode(space, point),
      attemptsBefore: 0,
      trial: definition.trial as OwnTrialSpec,
      objectives: ['loss'],
      constraints: [],
      phase: 'tune',
    });
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
