/**
 * Runs our samplers on the benchmark problems, without a server, and keeps each run as a line of OUT/runs_ours_SAMPLER.jsonl;
 * what is there already is not run again.
 *
 *     node --import tsx bench/samplers/run.ts --samplers tpe,auto --problems a25,b,c,d --seeds 0-29 --budget 100
 *
 * --out FOLDER (/tmp/durable-tune-bench)   --python PATH (python3; requirements.txt)   --processes N (1)
 * --options JSON  options of the samplers, with --label NAME  kept as runs_ours_NAME.jsonl
 * --own MODULE    exports samplers of your own
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runJobs, type Job } from './jobs.ts';
import { chooseProblems } from './problem.ts';
import { appendRun, DEFAULT_FOLDER, finished } from './runs.ts';
import { countOf, seedsOf } from './flags.ts';

const { values: flags } = parseArgs({
  options: {
    samplers: { type: 'string', default: 'tpe' },
    problems: { type: 'string', default: 'a25,b,c,d' },
    seeds: { type: 'string', default: '0-29' },
    budget: { type: 'string' },
    out: { type: 'string', default: DEFAULT_FOLDER },
    python: { type: 'string', default: 'python3' },
    processes: { type: 'string', default: '1' },
    options: { type: 'string', default: '{}' },
    label: { type: 'string' },
    own: { type: 'string' },
  },
});

const problems = chooseProblems(flags.problems);
const samplers = flags.samplers.split(',');
const options = JSON.parse(flags.options) as Job['sampler']['options'];
if (Object.keys(options).length > 0 && (flags.label === undefined || samplers.length > 1))
  throw new Error('--options needs one sampler and a --label NAME, under which its runs are kept');
const budgetOf = new Map(
  problems.map(({ id, budget }) => [id, flags.budget === undefined ? budget : countOf('--budget', flags.budget)]),
);

const jobs = samplers.flatMap((name) => {
  const peer = `ours_${flags.label ?? name}`;
  const done = finished(flags.out, peer, (problem) => budgetOf.get(problem) ?? 0);
  return seedsOf(flags.seeds).flatMap((seed) =>
    problems
      .filter(({ id }) => !done.has(`${id} ${seed}`))
      .map(({ id }): Job => ({ peer, sampler: { name, options }, problem: id, seed, budget: budgetOf.get(id)! })),
  );
});

let runs = 0;
const faults = new Map<string, string>();
await runJobs(
  jobs,
  countOf('--processes', flags.processes),
  { python: flags.python, ...(flags.own !== undefined && { own: resolve(flags.own) }) },
  ({ peer, problem, seed }, answer) => {
    if ('run' in answer) appendRun(flags.out, answer.run);
    else faults.set(`${peer} on ${problem}`, `seed ${seed}: ${answer.fault}`);
    if (++runs % 100 === 0) console.log(`${runs} of ${jobs.length} runs`);
  },
);
console.log(`${jobs.length} runs, kept in ${flags.out}`);
for (const [run, fault] of faults) console.error(`${run}, ${fault}`);
if (faults.size > 0) process.exitCode = 1;
