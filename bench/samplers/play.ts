/**
 * One study played without a server: a sampler's session asked and told as a study does it, trials evaluated at once.
 * With several trials in flight each takes a seeded time, so that results come in the order they would come in.
 */
import { performance } from 'node:perf_hooks';
import { compileSpace } from '../../study/space/dimensions.ts';
import { fromBase64 } from '../../study/wording/base64.ts';
import { decode } from '../../study/space/point.ts';
import { createSession } from '../../samplers/session.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import type { Row, Sampler } from '../../samplers/sampler.ts';
import type { Evaluation, Evaluator } from './evaluator.ts';
import { studyOf, type ProblemSpec, type SamplerChoice } from './problem.ts';

/** One run as it is kept: a line of a runs_*.jsonl file. */
export interface Run {
  readonly peer: string;
  readonly problem: string;
  readonly seed: number;
  /** Evaluations. */
  readonly n: number;
  readonly wall_s?: number;
  /** CPU time of an ask and a tell: the mean over the run, and over its last tenth; milliseconds. */
  readonly ask_ms?: number;
  readonly last_ask_ms?: number;
  /** Suggestions that fell back to random ones. */
  readonly fallbacks?: number;
  /** Best value so far after 1, 2, … n evaluations (noisy: the true value of what looks best); null: none is feasible yet. */
  readonly curve?: readonly (number | null)[];
  /** The same as [evaluations, best value] where it changes. */
  readonly steps?: readonly (readonly [number, number])[];
  /** Hypervolume after so many evaluations. */
  readonly hv?: Readonly<Record<string, number>>;
}

interface InFlight {
  readonly row: Row;
  readonly result: Evaluation;
  readonly ends: number;
}

const HYPERVOLUME_AT = [25, 50, 100, 150, 200, 250, 500, 1000];

/** @param own  samplers beside the built-in ones */
export async function play(
  evaluator: Evaluator,
  spec: ProblemSpec,
  sampler: SamplerChoice,
  seed: number,
  budget: number,
  own?: readonly Sampler[],
): Promise<Omit<Run, 'peer'>> {
  const definition = studyOf(spec, sampler, seed, budget);
  const session = createSession(definition, own);
  const space = compileSpace(definition.space);
  const rng = createRng(seed, 0);
  const flying: InFlight[] = [];
  const closed: Evaluation[] = [];
  const asks: number[] = [];
  let clock = 0;
  let number = 0;
  let fallbacks = 0;
  let exhausted = false;
  const started = performance.now();

  const launch = async (): Promise<void> => {
    const asOf = closed.length;
    const before = process.cpuUsage();
    const answer = session.ask([{ number, asOf }]);
    asks[number] = cpuSince(before);
    exhausted = answer.exhausted;
    if (exhausted) return;
    const [{ x, seed: trialSeed, memo, fallback }] = answer.suggestions;
    if (fallback !== undefined) fallbacks++;
    const row: Row = {
      number,
      space: 1,
      origin: fallback === undefined ? 'sampler' : 'fallback',
      state: 'pending',
      x: Float64Array.from(x, (value) => value ?? NaN),
      seed: trialSeed,
      asOf,
      ...(memo !== undefined && { memo: fromBase64(memo) }),
    };
    const result = await evaluator.evaluate(spec.function ?? spec.id, decode(space, row.x), seed * 1_000_000 + number);
    // a run's time varies about as trainings do
    flying.push({ row, result, ends: clock + Math.exp(rng.normal(DURATION, number)) });
    number++;
  };

  const land = (): void => {
    flying.sort((a, b) => a.ends - b.ends);
    const { row, result, ends } = flying.shift()!;
    clock = ends;
    closed.push(result);
    const before = process.cpuUsage();
    session.push([closedRow(row, result, closed.length)]);
    asks[row.number] += cpuSince(before);
  };

  while (closed.length < budget) {
    while (!exhausted && flying.length < definition.parallel && number < budget) await launch();
    if (flying.length === 0) break;
    land();
  }

  const tenth = asks.slice(-Math.max(1, Math.floor(asks.length / 10)));
  return {
    problem: spec.id,
    seed,
    n: budget,
    wall_s: round((performance.now() - started) / 1000),
    ask_ms: round(mean(asks)),
    last_ask_ms: round(mean(tenth)),
    ...(fallbacks > 0 && { fallbacks }),
    ...(spec.objectives === 1
      ? { curve: bestSoFar(closed, budget) }
      : { hv: await hypervolumes(evaluator, spec.function ?? spec.id, closed) }),
  };
}

/** Of the streams of trial 0 of a study, one that no sampler draws from. */
const DURATION = 4_000_000_000;

function closedRow(row: Row, { value, values, constraints: c }: Evaluation, position: number): Row {
  const isFeasible = c === undefined || c.every((g) => g <= 0);
  return {
    ...row,
    state: isFeasible ? 'complete' : 'infeasible',
    y: Float64Array.from(values ?? [value!]),
    ...(c && { c: Float64Array.from(c) }),
    closed: position,
  };
}

/** What a user who stopped after 1, 2, … trials would have: of the feasible ones the best observed, by its true value. */
export function bestSoFar(results: readonly Evaluation[], budget: number): (number | null)[] {
  let observed = Infinity;
  let best: number | null = null;
  const curve = results.map(({ value, true: truth, constraints }) => {
    if (value! < observed && !constraints?.some((g) => g > 0)) {
      observed = value!;
      best = Number((truth ?? value!).toPrecision(8));
    }
    return best;
  });
  // a sampler that ended by itself keeps what it has
  while (curve.length < budget) curve.push(best);
  return curve;
}

async function hypervolumes(
  evaluator: Evaluator,
  problem: string,
  results: readonly Evaluation[],
): Promise<Record<string, number>> {
  const hv: Record<string, number> = {};
  for (const n of HYPERVOLUME_AT.filter((at) => at <= results.length))
    hv[n] = await evaluator.hypervolume(
      problem,
      results.slice(0, n).map(({ values }) => values!),
    );
  return hv;
}

/** Milliseconds of this process's CPU time. */
function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}

function round(figure: number): number {
  return Number(figure.toPrecision(4));
}
