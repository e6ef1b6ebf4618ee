/**
 * What a population costs beside its training, on a server of its own:
 * - a generation of members that train nothing, against as many raw activities of the same kind, interleaved: by the clock, and by the
 *   CPU time of this process, which is worker and client, where others use the machine too;
 * - a long population: time a generation, first tenth against last, and events and bytes of each run of its workflow.
 * `node --import tsx bench/population-cost.ts [--rounds 5] [--size 32] [--members 200] [--generations 50] [--sampler pbt] [--batch 1]`.
 */
import { parseArgs } from 'node:util';
import { workflowId } from '../study/contract.ts';
import type { StudyDefinition } from '../study/study.ts';
import { startRig } from './rig.ts';
import { sphereStudy } from './studies.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    size: { type: 'string', default: '32' },
    members: { type: 'string', default: '200' },
    generations: { type: 'string', default: '50' },
    sampler: { type: 'string', default: 'pbt' },
    batch: { type: 'string', default: '1' },
  },
});
const [rounds, size, members, generations] = [values.rounds, values.size, values.members, values.generations].map(
  Number,
);
const batch = Number(values.batch);
const rig = await startRig();

function population(name: string, many: number, long: number): StudyDefinition {
  const study = sphereStudy(name, 1, many, values.sampler);
  return {
    ...study,
    trial: { kind: 'function', function: 'member', retries: 0, heartbeatMs: 10_000, ...(batch > 1 && { batch }) },
    scheduler: { name: 'pbt', options: { population: many, generations: long } },
    stop: { maxFailures: 10 },
  };
}

/** When each generation of the last run had ended, milliseconds from its start. */
function generationTimes(from: number, many: number): number[] {
  const ends = rig.finished.slice(from).filter((_, i) => i % many === many - 1);
  return ends.slice(1).map((end, i) => end - ends[i]!);
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
const PIECE = 12;

await rig.study(population('warm-up', size, 3));
const [ours, raw, ratios, cpuRatios]: [number[], number[], number[], number[]] = [[], [], [], []];
/** The median generation and the CPU time of all, milliseconds. */
async function measured(run: () => Promise<unknown>): Promise<{ ms: number; cpu: number }> {
  const [from, before] = [rig.finished.length, process.cpuUsage()];
  await run();
  const { user, system } = process.cpuUsage(before);
  return { ms: median(generationTimes(from, size)), cpu: (user + system) / 1000 };
}
for (let round = 0; round < rounds; round++) {
  const plain = await measured(() => rig.rawGenerations(population(`raw-${round}`, size, PIECE), size, PIECE));
  const whole = await measured(() => rig.study(population(`population-${round}`, size, PIECE)));
  raw.push(plain.ms);
  ours.push(whole.ms);
  ratios.push(whole.ms / plain.ms);
  cpuRatios.push(whole.cpu / plain.cpu);
}
const shown = (numbers: readonly number[]): string => numbers.map((each) => each.toFixed(2)).join(' ');
console.log(
  `a generation of ${size}, batch ${batch}, median ms of ${rounds} rounds: ${median(ours).toFixed(0)}, raw activities ${median(raw).toFixed(0)}; ` +
    `ratio by round ${shown(ratios)}, median ${median(ratios).toFixed(2)}; of CPU time ${shown(cpuRatios)}, median ${median(cpuRatios).toFixed(2)}`,
);

if (members > 0) {
  const from = rig.finished.length;
  const { seconds } = await rig.study(population('long', members, generations));
  const times = generationTimes(from, members);
  const tenth = Math.max(1, Math.floor(times.length / 10));
  const [first, last] = [median(times.slice(0, tenth)), median(times.slice(-tenth))];
  console.log(
    `${members} members, ${generations} generations, ${values.sampler}: ${seconds.toFixed(0)} s; ms a generation, first tenth ${first.toFixed(0)}, ` +
      `last ${last.toFixed(0)}, ratio ${(last / first).toFixed(2)}; by tenths ${byTenths(times).join(' ')}`,
  );
  for await (const { runId } of rig.client.workflow.list({ query: `WorkflowId = '${workflowId('long')}'` })) {
    const { historyLength, historySize } = await rig.client.workflow.getHandle(workflowId('long'), runId).describe();
    console.log(`run ${runId}: ${historyLength} events, ${(Number(historySize) / 1024).toFixed(0)} KiB`);
  }
  console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
}
await rig.close();

function byTenths(times: readonly number[]): string[] {
  const piece = times.length / 10;
  return Array.from({ length: 10 }, (_, i) =>
    median(
      times.slice(Math.floor(i * piece), Math.max(Math.floor(i * piece) + 1, Math.floor((i + 1) * piece))),
    ).toFixed(0),
  );
}
