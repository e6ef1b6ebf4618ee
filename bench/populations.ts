/**
 * Populations on problems whose best answer is a schedule, without a server: `node --import tsx bench/populations.ts [seeds]`.
 *
 * pbt_anneal: m = 1, then m <- (1 - h)^2 m + h^2, 200 steps, h from 0.001 to 1 on a log scale; the best constant h comes to 0.00960, the
 * best schedule to 0.00498. pbt_toy [Jaderberg 2017, fig. 2]: the paper's two-dimensional surrogate, whose best value is 1.2.
 */
import { playPopulation, type Problem } from './populations/play.ts';

const anneal: Problem = {
  space: { h: { float: [0.001, 1], scale: 'log' } },
  begin: [1],
  step: ([m], { h }) => [(1 - h) * (1 - h) * m + h * h],
  value: ([m]) => m,
};
const toy: Problem = {
  space: { h0: { float: [0, 1] }, h1: { float: [0, 1] } },
  begin: [0.9, 0.9],
  step: ([a, b], { h0, h1 }) => [a - 0.02 * h0 * a, b - 0.02 * h1 * b],
  value: ([a, b]) => a * a + b * b - 1.2,
};

const seeds = Number(process.argv[2] ?? 20);
const WAYS = [
  ['pbt', {}],
  ['pbt', { selection: 'tournament' }],
  ['pb2', {}],
] as const;

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

for (const [sampler, options] of WAYS) {
  const runs = Array.from({ length: seeds }, (_, seed) =>
    playPopulation(anneal, sampler, { population: 32, generations: 50, interval: 4, ...options }, seed),
  );
  const best = runs.map((run) => run.best);
  const toys = Array.from({ length: seeds }, (_, seed) =>
    playPopulation(toy, sampler, { population: 4, generations: 40, interval: 5, ...options }, seed),
  ).map((run) => -run.best);
  const line = [
    sampler.padEnd(4),
    JSON.stringify(options).padEnd(28),
    `anneal median ${median(best).toFixed(5)}, ${Math.min(...best).toFixed(5)} to ${Math.max(...best).toFixed(5)}`,
    `replayed equal ${runs.filter((run) => run.replayed === run.best).length}/${seeds}`,
    `toy median ${median(toys).toFixed(4)}, from ${Math.min(...toys).toFixed(4)}`,
    `${median(runs.map((run) => run.askMs)).toFixed(2)} ms an ask`,
  ];
  process.stdout.write(`${line.join('; ')}\n`);
}
