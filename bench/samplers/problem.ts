/** The benchmark problems: problems.json read, chosen by group or name, and put as studies. */
import { readFileSync } from 'node:fs';
import { settledSampler } from '../../study/auto-sampler.ts';
import type { Condition, Domain, Parameter, Scalar } from '../../study/space/space.ts';
import type { StudyDefinition } from '../../study/study.ts';

interface ParameterSpec {
  readonly name: string;
  readonly type: 'float' | 'int' | 'categorical' | 'permutation';
  readonly low?: number;
  readonly high?: number;
  readonly log?: boolean;
  readonly choices?: readonly Scalar[];
  readonly items?: readonly Scalar[];
  readonly condition?: { readonly param: string; readonly in: readonly Scalar[] };
}

export interface ProblemSpec {
  readonly id: string;
  readonly group: string;
  /** Of problems that are scored and plotted together. */
  readonly class: string;
  readonly dim?: number;
  readonly objectives: number;
  readonly constraints?: number;
  /** How many trials run together; absent: 1. */
  readonly parallel?: number;
  /** What the evaluator calls it; absent: its id. */
  readonly function?: string;
  readonly budget: number;
  readonly space: readonly ParameterSpec[];
  /** Of one objective. */
  readonly best_known?: number;
  /** Of several: the hypervolume of the best known front. */
  readonly best_hv?: number;
  /** Median of the best, or of the hypervolume, of so many random evaluations, by how many. */
  readonly random_median?: Readonly<Record<string, number>>;
}

export const PROBLEMS: readonly ProblemSpec[] = (
  JSON.parse(readFileSync(new URL('problems.json', import.meta.url), 'utf8')) as { problems: ProblemSpec[] }
).problems;

/** A problem by its name, if there is one; 'svm_wine@8' is svm_wine with 8 trials in flight. */
export function problemNamed(name: string): ProblemSpec | undefined {
  const { base, parallel } = parallelOf(name);
  const spec = PROBLEMS.find(({ id }) => id === base);
  return spec && inParallel(spec, parallel);
}

function parallelOf(term: string): { base: string; parallel?: number } {
  const [, base, parallel] = /^(.+)@([1-9]\d*)$/.exec(term) ?? [];
  return base === undefined ? { base: term } : { base, parallel: Number(parallel) };
}

/** The same function and scale, evaluated several at a time. */
function inParallel(spec: ProblemSpec, parallel: number | undefined): ProblemSpec {
  if (parallel === undefined) return spec;
  return { ...spec, id: `${spec.id}@${parallel}`, class: `${spec.class} @${parallel}`, function: spec.id, parallel };
}

/**
 * Problems by names and groups: 'a' to 'n', 'a2', 'a5', 'a10' (by dimension), 'a25' (2 and 5), 'all'; each may end in @8, which is
 * with 8 trials in flight.
 * @throws Error naming what is no problem
 */
export function chooseProblems(selection: string): readonly ProblemSpec[] {
  const chosen = selection.split(',').flatMap((term) => {
    const { base, parallel } = parallelOf(term);
    const found = PROBLEMS.filter((spec) => matches(base, spec));
    if (found.length === 0)
      throw new Error(`--problems has '${term}', expected a group (a, a25, b, b@8, …) or a name of problems.json`);
    return found.map((spec) => inParallel(spec, parallel));
  });
  return [...new Map(chosen.map((spec) => [spec.id, spec])).values()];
}

function matches(term: string, { id, group, dim }: ProblemSpec): boolean {
  if (term === 'all' || term === id || term === group) return true;
  if (term === 'a25') return group === 'a' && (dim === 2 || dim === 5);
  return dim !== undefined && term === `${group}${dim}`;
}

export interface SamplerChoice {
  readonly name: string;
  readonly options: StudyDefinition['sampler']['options'];
}

/** The study a user would write for a problem, `auto` settled as there. */
export function studyOf(spec: ProblemSpec, sampler: SamplerChoice, seed: number, budget: number): StudyDefinition {
  const study: StudyDefinition = {
    name: spec.id,
    space: { version: 1, parameters: spec.space.map(parameterOf), forbid: [] },
    objectives: Array.from({ length: spec.objectives }, (_, i) => ({ name: `f${i}`, goal: 'minimize' as const })),
    constraints: Array.from({ length: spec.constraints ?? 0 }, (_, i) => ({ name: `g${i}`, below: 0 })),
    trial: { kind: 'external', retries: 0, heartbeatMs: 10_000 },
    sampler,
    stop: { trials: budget, maxFailures: 1 },
    parallel: spec.parallel ?? 1,
    order: 'completion',
    seed,
    deterministic: false,
    enqueue: [],
  };
  return { ...study, sampler: settledSampler(study, sampler) };
}

function parameterOf(spec: ParameterSpec): Parameter {
  const when: Condition[] = spec.condition ? [{ parameter: spec.condition.param, in: spec.condition.in }] : [];
  return { name: spec.name, domain: domainOf(spec), ...(when.length > 0 && { when }) };
}

function domainOf({ type, low, high, log, choices, items }: ParameterSpec): Domain {
  if (type === 'categorical') return { kind: 'choice', choices: choices! };
  if (type === 'permutation') return { kind: 'permutation', items: items! };
  return { kind: type, low: low!, high: high!, scale: log ? 'log' : 'linear' };
}
