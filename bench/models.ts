/**
 * Several model classes: equal shares, the bandit, and one conditional space beside each other, without a server.
 * `node --import tsx bench/models.ts [--seeds 30] [--budget 100] [--sampler tpe] [--exploration 2] [--trials 5] [--python python3]`;
 * `--only 'one space'` for one of the three, `--first 12` for made-up problems 12 to 23.
 *
 * Problems: cond_models of samplers/problems.json as four classes, and made-up ones: 3 to 6 classes of 2 to 6 parameters, each a
 * bowl of its own depth, width and place with a ripple, so that a class with a good best value may be one that is slow to show it.
 */
import { parseArgs } from 'node:util';
import { createRng } from '../samplers/numerics/philox.ts';
import type { Row } from '../samplers/sampler.ts';
import { createSession } from '../samplers/session.ts';
import { fromBase64 } from '../study/wording/base64.ts';
import { compileSpace } from '../study/space/dimensions.ts';
import { defineStudy } from '../study/definition.ts';
import { trialParams } from '../study/models.ts';
import { decode } from '../study/space/point.ts';
import type { Params } from '../study/space/space.ts';
import type { StudyDefinition } from '../study/study.ts';
import type { ModelClassSyntax } from '../study/syntax/models.ts';
import { startEvaluator } from './samplers/evaluator.ts';

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '30' },
    budget: { type: 'string', default: '100' },
    sampler: { type: 'string', default: 'tpe' },
    exploration: { type: 'string', default: '2' },
    trials: { type: 'string', default: '5' },
    python: { type: 'string', default: 'python3' },
    only: { type: 'string' },
    first: { type: 'string', default: '0' },
  },
});
const [seeds, budget, least] = [Number(flags.seeds), Number(flags.budget), Number(flags.trials)];
const evaluator = startEvaluator(flags.python);

interface Problem {
  readonly name: string;
  readonly classes: Readonly<Record<string, Pick<ModelClassSyntax, 'space'>>>;
  readonly loss: (params: Params, draw: number) => Promise<number>;
}

const conditional: Problem = {
  name: 'cond_models',
  classes: {
    svm: {
      space: {
        C: { float: [1e-3, 1e4], scale: 'log' },
        gamma: { float: [1e-6, 10], scale: 'log' },
        kernel: { choice: ['rbf', 'poly'] },
        degree: { int: [2, 5], when: { kernel: 'poly' } },
        coef0: { float: [0, 1], when: { kernel: 'poly' } },
      },
    },
    mlp: {
      space: {
        units: { int: [8, 512], scale: 'log' },
        lr: { float: [1e-5, 1], scale: 'log' },
        opt: { choice: ['sgd', 'adam'] },
        momentum: { float: [0, 0.99], when: { opt: 'sgd' } },
        beta2: { float: [0.9, 0.9999], when: { opt: 'adam' } },
      },
    },
    forest: {
      space: {
        max_depth: { int: [1, 30] },
        max_features: { float: [0.05, 1] },
        n_trees: { int: [10, 500], scale: 'log' },
      },
    },
    linear: { space: { l2: { float: [1e-6, 1e3], scale: 'log' } } },
  },
  loss: async (params, draw) => (await evaluator.evaluate('cond_models', params, draw)).value!,
};

function madeUp(which: number): Problem {
  const rng = createRng(9000 + which, 0);
  const shapes = Array.from({ length: 3 + Math.floor(rng.uniform(0, 0) * 4) }, (_, k) => ({
    parameters: 2 + Math.floor(rng.uniform(1, k) * 5),
    floor: 0.05 + 0.1 * rng.uniform(2, k),
    width: 0.3 * Math.exp(rng.normal(3, k)),
    centre: Array.from({ length: 6 }, (_unused, i) => 0.15 + 0.7 * rng.uniform(10 + k, i)),
  }));
  return {
    name: `made up ${which}`,
    classes: Object.fromEntries(
      shapes.map(({ parameters }, k) => [
        `class${k}`,
        { space: Object.fromEntries(Array.from({ length: parameters }, (_, i) => [`x${i}`, { float: [0, 1] }])) },
      ]),
    ),
    loss: async (params) => {
      const { parameters, floor, width, centre } = shapes[Number((params['model'] as string).slice(5))];
      let [bowl, sum] = [0, 0];
      for (let i = 0; i < parameters; i++) {
        const x = params[`x${i}`] as number;
        bowl += (x - centre[i]) ** 2 / (i < 2 ? 2 : 8);
        sum += x;
      }
      return floor + width * bowl + 0.01 * Math.sin(17 * sum);
    },
  };
}

const CONTESTANTS = (['equal shares', 'bandit', 'one space'] as const).filter(
  (name) => flags.only === undefined || name === flags.only,
);
if (CONTESTANTS.length === 0)
  throw new Error(`--only is '${flags.only}', expected 'equal shares', 'bandit' or 'one space'`);

function studyOf({ classes }: Problem, contestant: (typeof CONTESTANTS)[number], seed: number): StudyDefinition {
  const isBandit = contestant === 'bandit';
  const models = Object.entries(classes).map(([name, each]) => [name, { ...each, ...(isBandit && { trials: least }) }]);
  const study = {
    name: 'bench',
    models: Object.fromEntries(models),
    ...(isBandit && { bandit: { exploration: Number(flags.exploration) } }),
    objective: { name: 'loss', goal: 'minimize' },
    trial: 'external',
    sampler: flags.sampler,
    stop: { trials: budget },
    seed,
  };
  const { models: _classes, ...whole } = defineStudy(study, { directory: '/' });
  return contestant === 'one space' ? whole : { ...whole, models: _classes! };
}

/** The best value after `budget` trials, one at a time. */
async function play(problem: Problem, contestant: (typeof CONTESTANTS)[number], seed: number): Promise<number> {
  const definition = studyOf(problem, contestant, seed);
  const session = createSession(definition);
  const compiled = compileSpace(definition.space);
  // a trial of one space has the names of its class too
  const models = Object.keys(problem.classes).map((name) => ({ name, weight: 1 }));
  let best = Infinity;
  for (let number = 0; number < budget; number++) {
    const { x, seed: own, memo } = session.ask([{ number, asOf: number }]).suggestions[0];
    const point = Float64Array.from(x, (value) => value ?? NaN);
    const params = trialParams({ models }, decode(compiled, point));
    const loss = await problem.loss(params, seed * 1_000_000 + number);
    const row: Row = {
      number,
      space: 1,
      origin: 'sampler',
      state: 'complete',
      x: point,
      y: Float64Array.of(loss),
      seed: own,
      asOf: number,
      closed: number + 1,
      ...(memo !== undefined && { memo: fromBase64(memo) }),
    };
    session.push([row]);
    if (loss < best) best = loss;
  }
  return best;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const cells: Record<string, number[]> = {};
console.log(`| problem | ${CONTESTANTS.join(' | ')} |`);
console.log(`| --- |${' --- |'.repeat(CONTESTANTS.length)}`);
for (const problem of [conditional, ...Array.from({ length: 12 }, (_, i) => madeUp(Number(flags.first) + i))]) {
  const bests: number[][] = CONTESTANTS.map(() => []);
  for (let seed = 0; seed < seeds; seed++)
    for (const [i, contestant] of CONTESTANTS.entries()) bests[i].push(await play(problem, contestant, seed));
  for (const [i, contestant] of CONTESTANTS.entries())
    (cells[contestant] ??= []).push(...bests[i].map((value, seed) => Math.sign(bests[0][seed] - value)));
  console.log(`| ${problem.name} | ${bests.map((each) => mean(each).toFixed(5)).join(' | ')} |`);
}
const wins = CONTESTANTS.map((contestant) => {
  const count = (sign: number): number => cells[contestant].filter((each) => each === sign).length;
  return `${count(1)} : ${count(-1)}`;
});
console.log(`| runs better : worse than equal shares | ${wins.join(' | ')} |`);
console.log(`CPU ${(process.cpuUsage().user / 1e6).toFixed(0)} s`);
evaluator.close();
