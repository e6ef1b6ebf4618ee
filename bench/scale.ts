/**
 * Many trials in one study: the rate over its first and last thousand, and the memory of the process that runs workflow, sampler and
 * trials. `node --import tsx bench/scale.ts [--trials 20000] [--parallel 16] [--sampler random]`.
 */
import { parseArgs } from 'node:util';
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
let peak = 0;
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 100);
const { seconds } = await rig.study(
  sphereStudy(`scale-${values.sampler}`, trials, Number(values.parallel), values.sampler),
);
clearInterval(watch);
const { finished } = rig;
const rate = (from: number, to: number): number => ((to - from) / (finished[to - 1] - finished[from])) * 1000;

const [first, last] = [rate(0, 1000), rate(trials - 1000, trials)];
console.log(`${trials} trials, sampler ${values.sampler}, parallel ${values.parallel}, ${seconds.toFixed(1)} s`);
console.log(
  `first 1,000 ${first.toFixed(1)}/s, last 1,000 ${last.toFixed(1)}/s, ratio ${(last / first).toFixed(2)}, ` +
    `peak memory ${(peak / 1e6).toFixed(0)} MB`,
);
await rig.close();
