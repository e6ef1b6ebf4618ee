/**
 * What imported trials of a related study are worth: trials of one data set's table as prior data for another's, without a server.
 * `nice -n 19 node --import tsx bench/transfer.ts [--sampler tpe] [--source 100] [--trials 25] [--seeds 0-9] [--suites hpobench,hpolib,nasbench201] [--arms cold,transfer] [--python VENV/bin/python]`.
 *
 * Each data set of a suite is a target, the next one its source: random points with their values. Printed is the mean normalised regret
 * over the seeds (0 is the table's best, 1 the median of random search): without imported trials, with them, with their values negated,
 * which is as misleading as can be, with both as two sources, and with them as own rows (without `transfer`).
 */
import { parseArgs } from 'node:util';
import { createRng } from '../samplers/numerics/philox.ts';
import type { Row } from '../samplers/sampler.ts';
import { createSession } from '../samplers/session.ts';
import { drawPoint, unitDraws } from '../samplers/unit-cube.ts';
import { compileSpace } from '../study/space/dimensions.ts';
import { decode } from '../study/space/point.ts';
import { startEvaluator } from './samplers/evaluator.ts';
import { countOf, seedsOf } from './samplers/flags.ts';
import { problemNamed, studyOf } from './samplers/problem.ts';

const SUITES: Readonly<Record<string, { readonly base: string; readonly datasets: readonly string[] }>> = {
  hpobench: {
    base: 'hpobench_vehicle',
    datasets: ['australian', 'blood_transfusion', 'car', 'credit_g', 'kc1', 'phoneme', 'segment', 'vehicle'],
  },
  hpolib: {
    base: 'hpolib_protein_structure',
    datasets: ['naval_propulsion', 'parkinsons_telemonitoring', 'protein_structure', 'slice_localization'],
  },
  nasbench201: { base: 'nasbench201_cifar10', datasets: ['cifar10', 'cifar100', 'imagenet'] },
};
const ARMS = ['cold', 'transfer', 'negated', 'both', 'as own rows'] as const;
type Arm = (typeof ARMS)[number];

const { values: flags } = parseArgs({
  options: {
    sampler: { type: 'string', default: 'tpe' },
    source: { type: 'string', default: '100' },
    trials: { type: 'string', default: '25' },
    seeds: { type: 'string', default: '0-9' },
    arms: { type: 'string', default: ARMS.join(',') },
    suites: { type: 'string', default: Object.keys(SUITES).join(',') },
    python: { type: 'string', default: 'python3' },
  },
});
const [sources, trials] = [countOf('--source', flags.source), countOf('--trials', flags.trials)];
const seeds = seedsOf(flags.seeds);
const arms = flags.arms.split(',').map((name) => {
  const arm = ARMS.find((known) => known === name);
  if (!arm) throw new Error(`there is no arm '${name}', expected some of ${ARMS.join(', ')}`);
  return arm;
});
const evaluator = startEvaluator(flags.python);

async function bestOf(base: string, target: string, source: string, arm: Arm, seed: number): Promise<number> {
  const spec = problemNamed(base)!;
  const options = { transfer: arm !== 'as own rows' };
  const definition = studyOf(spec, { name: flags.sampler, options }, seed, trials);
  const space = compileSpace(definition.space);
  const session = createSession(definition);
  const valueOf = async (table: string, x: Float64Array, number: number): Promise<number> =>
    (await evaluator.evaluate(`${base}/${table}`, decode(space, x), number)).value!;
  const rowOf = (number: number, origin: Row['origin'], x: Float64Array, y: number): Row => {
    return {
      number,
      space: 1,
      origin,
      state: 'complete',
      x,
      y: Float64Array.of(y),
      seed: 0,
      asOf: number,
      closed: number + 1,
    };
  };
  const signs = arm === 'cold' ? [] : arm === 'both' ? [1, -1] : [arm === 'negated' ? -1 : 1];
  const imported = signs.length * sources;
  for (let number = 0; number < imported; number++) {
    const free = { number, fixed: new Float64Array(space.dimensions.length).fill(NaN) };
    const x = drawPoint(space, free, unitDraws(createRng(1_000_000 + seed, number % sources), 0));
    const sign = signs[Math.floor(number / sources)];
    const row = rowOf(number, 'imported', x, sign * (await valueOf(source, x, number % sources)));
    session.push([{ ...row, source: `source ${sign}` }]);
  }
  let best = Infinity;
  for (let number = imported; number < imported + trials; number++) {
    const [suggestion] = session.ask([{ number, asOf: number }]).suggestions;
    const x = Float64Array.from(suggestion.x, (value) => value ?? NaN);
    const y = await valueOf(target, x, number);
    session.push([rowOf(number, 'sampler', x, y)]);
    best = Math.min(best, y);
  }
  return best;
}

const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
const figures: number[][] = [];
const before = process.cpuUsage();
console.log(`| target | source | ${arms.join(' | ')} |\n|---|---|${arms.map(() => '---:|').join('')}`);
for (const suite of flags.suites.split(',')) {
  const { base, datasets } = SUITES[suite];
  for (const [i, target] of datasets.entries()) {
    const source = datasets[(i + 1) % datasets.length];
    const values = await evaluator.table(`${base}/${target}`);
    // half of random searches have a value as good or better
    const random = values[Math.floor((1 - 0.5 ** (1 / trials)) * values.length)];
    const row: number[] = [];
    for (const arm of arms) {
      const scores: number[] = [];
      for (const seed of seeds)
        scores.push(((await bestOf(base, target, source, arm, seed)) - values[0]) / (random - values[0]));
      row.push(mean(scores));
    }
    figures.push(row);
    console.log(`| ${target} | ${source} | ${row.map((score) => score.toFixed(3)).join(' | ')} |`);
  }
}
const means = arms.map((_, k) => mean(figures.map((row) => row[k])));
console.log(`| mean | | ${means.map((score) => score.toFixed(3)).join(' | ')} |`);
console.log(`| ratio to the first | | ${means.map((score) => (score / means[0]).toFixed(2)).join(' | ')} |`);
const { user, system } = process.cpuUsage(before);
console.log(`\n${Math.round((user + system) / 1e6)} s of CPU time without the evaluator`);
evaluator.close();
