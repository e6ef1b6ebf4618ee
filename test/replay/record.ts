/**
 * Records histories of this version's workflow, one protobuf file a run, into test/replay/histories: all of them, or those whose names it
 * is given (`node --import tsx test/replay/record.ts evaluated`).
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { ApplicationFailure, Context, sleep } from '@temporalio/activity';
import proto from '@temporalio/proto';
import type { TrialFunction } from '../../activities/runners/trial-context.ts';
import { StudyReader } from '../../client/study-reader.ts';
import { sendUpdate } from '../../client/updates.ts';
import type { ParameterAnswer, ParameterAsks } from '../../study/trial/by-run.ts';
import { FAILURES, QUERIES, SIGNALS, STUDY_QUEUE, UPDATES, type StudyStatus } from '../../study/contract.ts';
import type { Edit } from '../../study/ledger/edits.ts';
import type { LeaseView, TellRequest } from '../../study/ledger/leases.ts';
import { keeperId, nightId, SCHEDULE_WORKFLOW } from '../../study/schedule/contract.ts';
import { defineSchedule } from '../../study/schedule/define.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf, evaluationOf } from '../study/definitions.ts';
import { Harness, World } from '../workflows/harness.ts';
import { NEVER, scheduled, ScheduleRig } from '../workflows/schedule-rig.ts';

type History = Parameters<typeof proto.temporal.api.history.v1.History.encode>[0];

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
const harness = await Harness.create();

async function record(
  name: string,
  changes: Partial<StudyDefinition>,
  world: World,
  options: Parameters<Harness['run']>[2] = {},
): Promise<void> {
  if (!isWanted(name)) return;
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

const segments = new World();
segments.trial = async ({ number, budget, checkpoint }) => ({
  values: [((number * 37) % 23) / budget! + Number(checkpoint ?? 0) / 1000],
  checkpoint: String(budget),
});
await record(
  'segments',
  {
    scheduler: { name: 'asha', options: { max: 9 } },
    order: 'trial',
    parallel: 3,
    stop: { trials: 12, maxFailures: 1 },
  },
  segments,
  { engine: { quietEvents: 60 } },
);

const reporting = new World();
reporting.trial = async ({ study, firstRunId, number, attemptsBefore }) => {
  const handle = Context.current().client.workflow.getHandle(study);
  const report = { number, attempt: attemptsBefore + 1, value: number % 3 === 2 ? 9 : 1 };
  await handle.signal(SIGNALS.reports, { firstRunId, reports: [{ ...report, step: 1 }] });
  await handle.executeUpdate(UPDATES.judge, { args: [{ firstRunId, reports: [{ ...report, step: 2 }] }] });
  return { values: [number] };
};
await record(
  'reports',
  { scheduler: { name: 'median', options: { startup: 2 } }, stop: { trials: 6, maxFailures: 1 } },
  reporting,
);

const asking = new World();
asking.trial = async ({ study, firstRunId, number }) => {
  const handle = Context.current().client.workflow.getHandle(study);
  const asks = ['a', 'b'].map((name) => ({ number, name, parameter: { float: [0, 99] as const } }));
  for (;;) {
    const answers = await handle.executeUpdate<ParameterAnswer[], [ParameterAsks]>(UPDATES.suggest, {
      args: [{ firstRunId, asks }],
    });
    if (answers.every((answer) => 'value' in answer)) return { values: [number] };
    await sleep(20);
  }
};
await record(
  'by-run',
  {
    space: { version: 1, parameters: [], forbid: [] },
    defineByRun: true,
    parallel: 2,
    stop: { trials: 8, maxFailures: 1 },
  },
  asking,
  { engine: { quietEvents: 80 } },
);

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

for (const [name, limits] of [
  ['batches', { batch: 3 }],
  ['lanes', { lane: 4, batch: 2 }],
  ['long', { long: true }],
] as const)
  await record(
    name,
    {
      trial: { ...definitionOf().trial, ...limits },
      order: 'trial',
      parallel: 6,
      stop: { trials: 24, maxFailures: 1 },
    },
    new World(),
    { engine: { quietEvents: 60 } },
  );

const edited = new World();
const held = new Set([0, 1, 2]);
edited.trial = async ({ number }) => {
  const beat = setInterval(() => Context.current().heartbeat({ attempt: 1, steps: 0 }), 20);
  try {
    do await sleep(100);
    while (held.has(number));
  } finally {
    clearInterval(beat);
  }
  return { values: [number] };
};
await record('edited', { parallel: 2, stop: { trials: 60, maxFailures: 9 } }, edited, {
  engine: { quietEvents: 100 },
  during: async (handle) => {
    let sent = 0;
    // over the end of a run
    const reader = new StudyReader(harness.client, '/nowhere', 'edited');
    const update = <Answer>(name: string, request: object): Promise<Answer> =>
      sendUpdate(reader, name, String(sent), request);
    const send = (edit: Edit): Promise<StudyStatus> => update(UPDATES.edit, { requestId: String(++sent), edit });
    const tell = (lease: string, outcome: TellRequest['outcome']): Promise<StudyStatus> => {
      sent++;
      return update(UPDATES.tell, { lease, outcome });
    };
    const ask = async (requestId: string): Promise<void> => {
      sent++;
      await update(UPDATES.ask, { requestId, leaseMs: 60_000 });
      const view = (): Promise<LeaseView | undefined> => reader.query(QUERIES.lease, requestId);
      while ((await view())?.state === 'waiting') await pause(50);
    };
    while (edited.trials.length < 2) await pause(20);
    await send({ kind: 'cancel', number: 0 });
    while (edited.trials.length < 3) await pause(20);
    await send({ kind: 'fail', number: 1 });
    await send({ kind: 'retry', number: 0 });
    await send({ kind: 'enqueue', trials: [{ params: { x: 0.5 }, baseline: false }] });
    await ask('first');
    await tell('first', { kind: 'renew' });
    await tell('first', { kind: 'give back' });
    await ask('second');
    await tell('second', { kind: 'failed', reason: 'on purpose' });
    await ask('third');
    await send({ kind: 'pause', now: true });
    held.clear();
    await tell('third', { kind: 'result', result: 0.25 });
    // the run that begins while the study is paused has nothing to do before its first update
    const { runId } = await handle.describe();
    for (let i = 0; (await handle.describe()).runId === runId; i++) {
      await send({ kind: 'tag', tags: { i: String(i) } });
      await pause(200);
    }
    await send({ kind: 'sampler', sampler: { name: 'tpe', options: {} } });
    const { space } = definitionOf();
    await send({ kind: 'space', space: { ...space, version: 2 }, was: {} });
    await send({ kind: 'parallel', parallel: 3 });
    await send({ kind: 'budget', stop: { trials: 24 } });
    await send({ kind: 'tell', params: { x: 0.25, y: 1 }, result: 0.5 });
    await send({ kind: 'import', trials: [{ params: { x: 0.75, y: 1 }, state: 'complete', value: 1 }] });
    await send({ kind: 'note', text: 'all quiet' });
    await send({ kind: 'resume' });
  },
});
await record(
  'evaluated',
  {
    parallel: 2,
    stop: { trials: 5, maxFailures: 1 },
    enqueue: [{ params: { x: 0.9, y: 1 }, baseline: true }],
    evaluate: evaluationOf({ repeats: 2 }),
    promote: {
      action: { kind: 'webhook', url: 'http://localhost/' },
      timeoutMs: 10_000,
      retries: 1,
      approvalMs: 600_000,
    },
  },
  new World(),
  {
    during: async (handle) => {
      const waits = async (): Promise<boolean> => {
        const status = await handle.query<StudyStatus>(QUERIES.status).catch(() => undefined);
        return status?.evaluation?.promotion?.state === 'waiting for approval';
      };
      while (!(await waits())) await pause(20);
      const edit: Edit = { kind: 'approve' };
      await handle.executeUpdate(UPDATES.edit, { args: [{ requestId: 'r', who: 'ann', edit }] });
    },
  },
);
await harness.close();
if (!isWanted('schedule')) process.exit(0);

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
