/**
 * Do replicates help? Noisy problems with and without, without a server.
 * `nice -n 10 node --import tsx bench/replicates.ts [--sampler tpe] [--problems k] [--budget 100] [--seeds 0-39] [--options '{}'] [--noise 0] [--python VENV/bin/python]`.
 *
 * Every run of a trial counts against the budget. Printed is the mean regret, without the noise, of the trial that a study would take,
 * as a share of that of random search's median: of single runs the one with the smallest value, of replicates the one with the lowest
 * mean plus standard error; then how many trials each had, and the smallest regret that any of them has: what knowing would bring.
 * With --noise problems without noise get some: normal, of a standard deviation that is this share of what one random point is above the best.
 */
import { parseArgs } from 'node:util';
import { createRng } from '../samplers/numerics/philox.ts';
import type { Row } from '../samplers/sampler.ts';
import { createSession, type Session } from '../samplers/session.ts';
import { schedulerOptions } from '../schedulers/registry.ts';
import { replicates } from '../schedulers/replicates.ts';
import { compileSpace } from '../study/space/dimensions.ts';
import { mean } from '../study/numerics/mean.ts';
import { decode } from '../study/space/point.ts';
import { bestReplicated } from '../study/trial/replicates.ts';
import { startEvaluator } from './samplers/evaluator.ts';
import { countOf, seedsOf } from './samplers/flags.ts';
import { chooseProblems, studyOf, type ProblemSpec } from './samplers/problem.ts';

const { values: flags } = parseArgs({
  options: {
    sampler: { type: 'string', default: 'tpe' },
    problems: { type: 'string', default: 'k' },
    budget: { type: 'string', default: '100' },
    seeds: { type: 'string', default: '0-39' },
    options: { type: 'string', default: '{}' },
    noise: { type: 'string', default: '0' },
    python: { type: 'string', default: 'python3' },
  },
});
const budget = countOf('--budget', flags.budget);
const options = schedulerOptions(replicates, JSON.parse(flags.options) as Record<string, number>);
const evaluator = startEvaluator(flags.python);

interface Trial {
  readonly number: number;
  readonly row: Row;
  readonly replicates: readonly number[];
  readonly worth: number;
}

/** Runs of one study, told to the session as a study tells them. */
class Runs {
  readonly trials: Trial[] = [];
  spent = 0;
  private readonly session: Session;
  private readonly evaluate: (x: Float64Array) => Promise<{ readonly value: number; readonly worth: number }>;

  constructor(spec: ProblemSpec, seed: number) {
    const definition = studyOf(spec, { name: flags.sampler, options: {} }, seed, budget);
    const space = compileSpace(definition.space);
    this.session = createSession(definition);
    const noise = Number(flags.noise) * (spec.random_median![1] - spec.best_known!);
    this.evaluate = async (x) => {
      const draw = seed * 100_000 + this.spent++;
      const { value, true: worth = value } = await evaluator.evaluate(spec.id, decode(space, x), draw);
      return { value: value! + noise * createRng(seed, draw).normal(0, 0), worth: worth! };
    };
  }

  /** @returns its mean so far */
  async run(number: number, isReplicated: boolean): Promise<number> {
    const known = this.trials[number];
    const asOf = this.spent;
    const x = known?.row.x ?? this.session.ask([{ number, asOf }]).suggestions[0].x.map((value) => value ?? NaN);
    const point = Float64Array.from(x);
    const { value, worth } = await this.evaluate(point);
    const values = [...(known?.replicates ?? []), value];
    const y = Float64Array.of(mean(values));
    const segment = { to: values.length, bracket: 0, rung: values.length - 1, y, seq: this.spent };
    const segments = [...(known?.row.segments ?? []), segment];
    const base = { number, space: 1, origin: 'sampler', x: point, seed: 0, asOf: known?.row.asOf ?? asOf } as const;
    const row: Row = isReplicated
      ? { ...base, state: 'pending', segments, replicated: true }
      : { ...base, state: 'complete', y, closed: this.spent };
    this.trials[number] = { number, row, replicates: values, worth };
    this.session.push([row]);
    return y[0];
  }
}

async function single(spec: ProblemSpec, seed: number): Promise<Runs> {
  const runs = new Runs(spec, seed);
  for (let number = 0; number < budget; number++) await runs.run(number, false);
  return runs;
}

/** No new trial once what the best are promised at the end would no longer be paid for. */
async function replicated(spec: ProblemSpec, seed: number): Promise<Runs> {
  const runs = new Runs(spec, seed);
  const state = replicates.begin({ objectives: 1, parallel: 1, seed }, options);
  const [most, top] = [Number(options['most']), Number(options['top'])];
  const reserve = top * ((Number(options['final']) || 2 * most) - most);
  while (runs.spent < budget) {
    const mayStart = runs.spent < budget - reserve;
    const move = replicates.next(state, mayStart ? runs.trials.length : undefined);
    if (move.do === 'finish' || move.do === 'wait') break;
    const number = move.do === 'start' ? runs.trials.length : move.number;
    replicates.ended(state, number, { end: 'reached', y: [await runs.run(number, true)] });
  }
  return runs;
}

console.log('| problem | | single runs | trials | of them the best | replicates | trials | of them the best |');
console.log('|---|---|---:|---:|---:|---:|---:|---:|');
for (const spec of chooseProblems(flags.problems)) {
  const scale = spec.random_median![budget] - spec.best_known!;
  const regret = (worth: number): number => (worth - spec.best_known!) / scale;
  const columns: number[][] = [[], [], [], [], [], []];
  for (const seed of seedsOf(flags.seeds)) {
    for (const [k, play] of [single, replicated].entries()) {
      const { trials } = await play(spec, seed);
      const taken =
        k === 0
          ? trials.reduce((best, each) => (each.replicates[0] < best.replicates[0] ? each : best))
          : bestReplicated(trials)!;
      columns[3 * k].push(regret(taken.worth));
      columns[3 * k + 1].push(trials.length);
      columns[3 * k + 2].push(regret(Math.min(...trials.map(({ worth }) => worth))));
    }
  }
  const cells = columns.map((column, k) => mean(column).toFixed(k % 3 === 1 ? 0 : 3));
  console.log(`| ${spec.id} | ${flags.sampler} | ${cells.join(' | ')} |`);
}
evaluator.close();
