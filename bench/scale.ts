/**
 * Many trials in one study: the rate over its first and last thousand, the memory of the process that runs workflow, sampler and
 * trials, and how long the study takes to answer when it has them all. `node --import tsx bench/scale.ts [--trials 100000]
 * [--parallel 64] [--batch 16] [--lane 0] [--sampler random]`.
 */
import { parseArgs } from 'node:util';
import { startRig } from './rig.ts';
import { sphereStudy } from './studies.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '100000' },
    parallel: { type: 'string', default: '64' },
    batch: { type: 'string', default: '16' },
    lane: { type: 'string', default: '0' },
    sampler: { type: 'string', default: 'random' },
  },
});
const [trials, parallel, batch, lane] = [values.trials, values.parallel, values.batch, values.lane].map(Number);
const rig = await startRig();
const name = `scale-${values.sampler}`;
const study = sphereStudy(name, trials + parallel, parallel, values.sampler);
const trial = { ...study.trial, ...(batch > 1 && { batch }), ...(lane > 1 && { lane }) };

let peak = 0;
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 100);
const ended = rig.study({ ...study, trial });
const { finished, tuning } = rig;
while (finished.length < trials) await new Promise((resolve) => setTimeout(resolve, 50));
const handle = tuning.study(name);
await handle.pause();
while ((await handle.status()).running > 0) await new Promise((resolve) => setTimeout(resolve, 100));
const running = peak;

const rate = (from: number, to: number): number => ((to - from) / (finished[to - 1] - finished[from])) * 1000;
const [first, last] = [rate(0, 1000), rate(trials - 1000, trials)];
const all = trials / ((finished[trials - 1] - finished[0]) / 1000);
console.log(
  `${trials} trials, sampler ${values.sampler}, parallel ${parallel}, batch ${batch}, lane ${lane}, ${all.toFixed(0)} trials/s`,
);
console.log(
  `first 1,000 ${first.toFixed(1)}/s, last 1,000 ${last.toFixed(1)}/s, ratio ${(last / first).toFixed(2)}, ` +
    `peak memory ${(running / 1e6).toFixed(0)} MB`,
);

// a thousand trials take two seconds: whether a continue-as-new falls into them shows, so here are larger pieces, too
const tenth = Math.floor(trials / 10);
const pieces = Array.from({ length: 10 }, (_, i) => rate(i * tenth, (i + 1) * tenth).toFixed(0));
console.log(`by tenths, trials/s: ${pieces.join(' ')}`);
const thousands = Array.from({ length: Math.floor(tenth / 1000) }, (_, i) => {
  const to = trials - i * 1000;
  return rate(to - 1000, to);
}).sort((a, b) => a - b);
const median = thousands[Math.floor(thousands.length / 2)] ?? last;
console.log(
  `median thousand of the last tenth ${median.toFixed(1)}/s, ${(median / first).toFixed(2)} of the first thousand`,
);

const timed = async (what: string, ask: () => Promise<unknown>): Promise<void> => {
  const started = performance.now();
  const answer = await ask();
  console.log(`${what}: ${((performance.now() - started) / 1000).toFixed(2)} s (${String(answer)})`);
};
const rows = async (limit: number): Promise<string> => {
  let count = 0;
  for await (const _ of handle.trials({ limit })) count++;
  return `${count} rows`;
};
await timed('status', async () => (await handle.status()).asked);
await timed('best', async () => (await handle.best())?.number);
await timed('first page of trials', () => rows(100));
await timed('first row of an export', () => rows(1));
await timed('whole export', () => rows(Infinity));
await handle.stop();
await ended;
clearInterval(watch);
console.log(`peak memory with reading ${(peak / 1e6).toFixed(0)} MB`);
await rig.close();
