/**
 * What early stopping costs the engine: many trials that run in segments, and many at once that report while they run.
 * `node --import tsx bench/multi-fidelity.ts [--trials 2000] [--parallel 64] [--reporting 500]`.
 */
import { parseArgs } from 'node:util';
import type { Client } from '@temporalio/client';
import { workflowId } from '../study/contract.ts';
import type { StudyDefinition } from '../study/study.ts';
import { startRig, type Rig } from './rig.ts';
import { sphereStudy } from './studies.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '2000' },
    parallel: { type: 'string', default: '64' },
    reporting: { type: 'string', default: '500' },
  },
});
const rig = await startRig();

let peak = 0;
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 100);

/** Five rungs: 1, 4, 16, 64, 256. */
async function halving(trials: number, parallel: number): Promise<void> {
  const study: StudyDefinition = {
    ...sphereStudy('segments', trials, parallel, 'random'),
    scheduler: { name: 'asha', options: { max: 256, eta: 4 } },
  };
  const before = rig.finished.length;
  const { seconds } = await rig.study(study);
  const ends = rig.finished.slice(before);
  const rate = (from: number, to: number): number => ((to - from) / (ends[to - 1]! - ends[from]!)) * 1000;
  const piece = Math.floor(ends.length / 5);
  const pieces = Array.from({ length: 5 }, (_, i) => rate(i * piece, (i + 1) * piece).toFixed(0));
  const { counts } = await rig.tuning.study('segments').status();
  console.log(
    `asha, ${trials} trials in ${ends.length} segments, parallel ${parallel}: ${(ends.length / seconds).toFixed(0)} segments/s, ` +
      `by fifths ${pieces.join(' ')}, peak memory ${(peak / 1e6).toFixed(0)} MB, ${JSON.stringify(counts)}`,
  );
  await tellRuns(rig, 'segments');
}

/** All trials at once, each with 81 reports, a tenth of a second apart. */
async function reporting(parallel: number): Promise<void> {
  const study: StudyDefinition = {
    ...sphereStudy('reports', parallel * 2, parallel, 'random'),
    trial: { kind: 'function', function: 'reporting', retries: 0, heartbeatMs: 30_000 },
    scheduler: { name: 'median', options: {} },
  };
  const { seconds } = await rig.study(study);
  const { counts } = await rig.tuning.study('reports').status();
  console.log(
    `median, ${parallel * 2} trials, ${parallel} at once, 81 reports each: ${seconds.toFixed(0)} s, ${JSON.stringify(counts)}`,
  );
  await tellRuns(rig, 'reports');
}

/** Events, bytes, signals and updates of each run of a study. */
async function tellRuns({ client }: Rig, name: string): Promise<void> {
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId(name)}'` })) {
    const { raw } = await client.workflow.getHandle(workflowId(name), runId).describe();
    const { historyLength, historySizeBytes } = raw.workflowExecutionInfo!;
    const [signals, updates] = await messagesOf(client, workflowId(name), runId);
    const size = (Number(historySizeBytes) / 1e6).toFixed(1);
    console.log(
      `  run ${runId.slice(0, 8)}: ${String(historyLength)} events, ${size} MB, ${signals} signals, ${updates} updates`,
    );
  }
}

async function messagesOf(client: Client, id: string, runId: string): Promise<[signals: number, updates: number]> {
  let [signals, updates] = [0, 0];
  let nextPageToken: Uint8Array | undefined;
  do {
    // small pages: a page of the default size may take more than a message holds
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId: id, runId },
      maximumPageSize: 100,
      ...(nextPageToken && { nextPageToken }),
    });
    for (const event of page.history?.events ?? []) {
      if (event.workflowExecutionSignaledEventAttributes) signals++;
      if (event.workflowExecutionUpdateAcceptedEventAttributes) updates++;
    }
    nextPageToken = page.nextPageToken;
  } while (nextPageToken && nextPageToken.length > 0);
  return [signals, updates];
}

await halving(Number(values.trials), Number(values.parallel));
await reporting(Number(values.reporting));
clearInterval(watch);
await rig.close();
