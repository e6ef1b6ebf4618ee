/** Records histories of this version's workflow, one protobuf file a run, into test/replay/histories. */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ApplicationFailure, Context, sleep } from '@temporalio/activity';
import proto from '@temporalio/proto';
import type { TrialFunction } from '../../activities/runners/trial-context.ts';
import { FAILURES, STUDY_QUEUE, UPDATES } from '../../study/contract.ts';
import { keeperId, nightId, SCHEDULE_WORKFLOW } from '../../study/schedule/contract.ts';
import { defineSchedule } from '../../study/schedule/define.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf } from '../study/definitions.ts';
import { Harness, World } from '../workflows/harness.ts';
import { NEVER, scheduled, ScheduleRig } from '../workflows/schedule-rig.ts';

type History = Parameters<typeof proto.temporal.api.history.v1.History.encode>[0];

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
const harness = await Harness.create();

async function record(
  name: string,
  changes: Partial<StudyDefinition>,
  world: World,
  options: Parameters<Harness['run']>[2] = {},
): Promise<void> {
  await harness.run(definitionOf({ name, ...changes }), world, options);
  let run = 0;
  for (const history of (await harness.histories(name)).reverse()) write(`study-${version}-${name}-${++run}`, history);
}

function write(name: string, history: History): void {
  writeFileSync(
    new URL(`./histories/${name}.bin`, import.meta.url),
    proto.temporal.api.history.v1.History.encode(history).finish(),
  );
}

const failing = new World();
failing.trial = async ({ number, attemptsBefore }) => {
  if (number % 4 !== 1) return { values: [number] };
  const reason = 'every fourth fails';
  throw ApplicationFailure.create({
    message: reason,
    type: FAILURES.trial,
    nonRetryable: true,
    details: [{ reason, attempt: attemptsBefore + 1, reports: [] }],
  });
};
await record('failures', { trial: { ...definitionOf().trial, retries: 1 } }, failing);

const cold = new World();
cold.trial = async ({ number }) => {
  if (number % 3 === 1) cold.label = 'lost';
  return { values: [number] };
};
await record('cold-caches', { stop: { trials: 8, maxFailures: 1 } }, cold);

const slow = new World();
slow.trial = async ({ number }) => {
  await sleep((number * 37) % 60);
  return { values: [number] };
};
await record(
  'continued',
  { order: 'trial', parallel: 4, stop: { trials: 30, timeMs: 600_000, maxFailures: 1 } },
  slow,
  {
    engine: { quietEvents: 40, hardEvents: 60, inlineBytes: 700 },
  },
);

const stopped = new World();
stopped.trial = async ({ number }) => {
  if (number < 3) return { values: [number] };
  const beat = setInterval(() => Context.current().heartbeat({ attempt: 1, steps: 0 }), 50);
  return Context.current().cancelled.finally(() => clearInterval(beat));
};
await record('stopped-now', { parallel: 3 }, stopped, {
  during: async (handle) => {
    while (stopped.trials.length < 6) await new Promise((resolve) => setTimeout(resolve, 20));
    await handle.executeUpdate(UPDATES.edit, { args: [{ requestId: 'r', edit: { kind: 'stop', now: true } }] });
  },
});
await harness.close();

const schedules = await ScheduleRig.create();
let broken = false;
const trial: TrialFunction = ({ params, phase }) => {
  if (broken) throw new Error('no data tonight');
  return Number(params['x']) * (phase === 'test' ? -1 : 1);
};
await schedules.serving('recorded', trial, async () => {
  const definition = scheduled('recorded');
  const { workflow } = schedules.env.client;
  const keeper = { workflowId: keeperId('recorded'), taskQueue: STUDY_QUEUE };
  // the fourth night is one of another run
  const args = [{ schedule: defineSchedule(definition, NEVER), quietEvents: 20 }];
  await workflow.start(SCHEDULE_WORKFLOW, { ...keeper, args });
  await schedules.schedules.create(definition, NEVER);
  const first = (await workflow.getHandle(keeper.workflowId).describe()).runId;
  for (const name of ['first', 'second', 'failed', 'fourth']) {
    broken = name === 'failed';
    const { night } = await schedules.night('recorded');
    write(`night-${version}-${name}`, await workflow.getHandle(`${nightId('recorded')}-${night}`).fetchHistory());
  }
  await schedules.schedules.create(definition, { every: '364d' }, { update: true });
  await schedules.schedules.delete('recorded');
  write(`schedule-${version}-1`, await workflow.getHandle(keeper.workflowId, first).fetchHistory());
  write(`schedule-${version}-2`, await workflow.getHandle(keeper.workflowId).fetchHistory());
});
await schedules.close();
