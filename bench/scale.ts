/**
 * Many trials in one study: the rate over its first and last thousand, and the memory of the process that runs server connection,
 * workflow, sampler and trials. `node --import tsx bench/scale.ts [--trials 20000] [--parallel 16] [--sampler random]`.
 */
import { parseArgs } from 'node:util';
import { QUERIES, STUDY_WORKFLOW, workflowId, type StudyStatus } from '../study/contract.ts';
import { startRig } from './rig.ts';
import { sphereStudy } from './studies.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '20000' },
    parallel: { type: 'string', default: '16' },
    sampler: { type: 'string', default: 'random' },
  },
});
const trials = Number(values.trials);
const rig = await startRig();
const name = `scale-${values.sampler}`;
let peak = 0;
const finished: [at: number, done: number][] = [];
const handle = rig.client.workflow.getHandle<() => Promise<StudyStatus>>(workflowId(name));
let watching = true;
const watch = (async () => {
  while (watching) {
    peak = Math.max(peak, process.memoryUsage().rss);
    const status = await handle.query<StudyStatus>(QUERIES.status).catch(() => undefined);
    if (status) finished.push([performance.now(), status.counts.complete]);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
})();
const started = performance.now();
const { seconds } = await rig.study(sphereStudy(name, trials, Number(values.parallel), values.sampler));
watching = false;
await watch;
finished.unshift([started, 0]);
finished.push([started + seconds * 1000, trials]);

/** Trials a second between two counts, interpolated between the moments that were seen. */
function rate(from: number, to: number): number {
  const when = (count: number): number => {
    const i = finished.findIndex(([, done]) => done >= count);
    if (i <= 0) return finished[0][0];
    const [[t0, n0], [t1, n1]] = [finished[i - 1], finished[i]];
    return n1 === n0 ? t1 : t0 + ((count - n0) / (n1 - n0)) * (t1 - t0);
  };
  return ((to - from) / (when(to) - when(from))) * 1000;
}

const [first, last] = [rate(0, 1000), rate(trials - 1000, trials)];
console.log(
  `${STUDY_WORKFLOW}: ${trials} trials, sampler ${values.sampler}, parallel ${values.parallel}, ${seconds.toFixed(1)} s`,
);
console.log(
  `first 1,000 ${first.toFixed(1)}/s, last 1,000 ${last.toFixed(1)}/s, ratio ${(last / first).toFixed(2)}, peak memory ${(peak / 1e6).toFixed(0)} MB`,
);
await rig.close();
