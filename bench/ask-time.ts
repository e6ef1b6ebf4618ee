/**
 * CPU time of one suggestion: mean over 20 consecutive ask+tell after n finished trials of 10 floats, ours (its code compiled by
 * 2,000 asks before) beside Optuna's in one run; median over the rounds.
 * `node --import tsx bench/ask-time.ts [--optuna PYTHON] [--sampler tpe] [--rounds 9]
 * [--objectives 1]`, the objectives being spheres around points one unit from 0, of which Optuna runs one alone.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { fromBase64 } from '../study/wording/base64.ts';
import { createRng } from '../samplers/numerics/philox.ts';
import { createSession, type Session } from '../samplers/session.ts';
import { sphereStudy } from './studies.ts';

const DIMENSIONS = 10;
const { values: flags } = parseArgs({
  options: {
    optuna: { type: 'string' },
    sampler: { type: 'string', default: 'tpe' },
    rounds: { type: 'string', default: '9' },
    objectives: { type: 'string', default: '1' },
  },
});
const objectives = Array.from({ length: Number(flags.objectives) }, (_, k) => ({
  name: `f${k}`,
  goal: 'minimize' as const,
}));

// a worker serves asks for weeks: its code is compiled
for (let round = 0; round < 100; round++) askTime(100, 1000 + round);
console.log('| finished trials | ours, ms | Optuna, ms | ratio |\n|---|---|---|---|');
for (const n of [100, 1000, 10_000]) {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < Number(flags.rounds); round++) {
    ours.push(askTime(n, round));
    if (flags.optuna) theirs.push(optunaTime(flags.optuna, n, round));
  }
  const [a, b] = [median(ours), median(theirs)];
  console.log(`| ${n} | ${a.toFixed(2)} | ${flags.optuna ? `${b.toFixed(1)} | ${(b / a).toFixed(1)}` : '- | -'} |`);
}

function askTime(n: number, seed: number): number {
  const session = createSession({ ...sphereStudy('ask-time', n + 100, 1, flags.sampler), objectives, seed });
  const rng = createRng(seed, 0);
  for (let number = 0; number < n; number++)
    push(
      session,
      number,
      Float64Array.from({ length: DIMENSIONS }, (_, i) => 10 * rng.uniform(number, i) - 5),
    );
  // one to fill the cache, as a worker has it
  step(session, n);
  const started = process.cpuUsage();
  for (let number = n + 1; number <= n + 20; number++) step(session, number);
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000 / 20;
}

function step(session: Session, number: number): void {
  const [{ x, memo }] = session.ask([{ number, asOf: number }]).suggestions;
  push(
    session,
    number,
    Float64Array.from(x, (value) => value ?? NaN),
    memo === undefined ? undefined : fromBase64(memo),
  );
}

function push(session: Session, number: number, x: Float64Array, memo?: Uint8Array): void {
  const y = Float64Array.from(objectives, (_, k) =>
    x.reduce((sum, value, i) => sum + (value - Number(k > 0 && i === k)) * (value - Number(k > 0 && i === k)), 0),
  );
  const row = { number, space: 1, x, y, seed: number, asOf: number, closed: number + 1, ...(memo && { memo }) };
  session.push([{ ...row, origin: 'sampler', state: 'complete' }]);
}

function optunaTime(python: string, n: number, seed: number): number {
  const { OPENBLAS_CORETYPE: _type, OPENBLAS_L2_SIZE: _size, ...env } = process.env;
  const script = new URL('./ask_time.py', import.meta.url).pathname;
  const options = { env: { ...env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' }, encoding: 'utf8' as const };
  return Number(execFileSync(python, [script, String(n), String(DIMENSIONS), String(seed)], options));
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)];
}
