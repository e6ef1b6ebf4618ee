/** The benchmark problems: problems.json read, chosen by group or name, and put as studies. */
import { readFileSync } from 'node:fs';
import type { Condition, Domain, Parameter, Scalar } from '../../study/space.ts';
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
  readonly budget: number;
  readonly space: readonly ParameterSpec[];
  /** Of one objective. */
  readonly best_known?: number;
  /** Median of the best of so many random evaluations, by how many. */
  readonly random_median?: Readonly<Record<string, number>>;
}

export const PROBLEMS: readonly ProblemSpec[] = (
  JSON.parse(readFileSync(new URL('problems.json', import.meta.url), 'utf8')) as { problems: ProblemSpec[] }
).problems;

/**
 * Problems by names and groups: 'a' to 'f', 'a2', 'a5', 'a10' (by dimension), 'a25' (2 and 5), 'all'.
 * @throws Error naming what is no problem
 */
export function chooseProblems(selection: string): readonly ProblemSpec[] {
  const wanted = selection.split(',').map((term) => {
    const found = PROBLEMS.filter((spec) => matches(term, spec));
    if (found.length === 0)
      throw new Error(`--problems has '${term}', expected a group (a, a25, b, …) or a name of problems.json`);
    return found;
  });
  const chosen = new Set(wanted.flat());
  return PROBLEMS.filter((spec) => chosen.has(spec));
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

/** The study a user would write for a problem. */
export function studyOf(spec: ProblemSpec, sampler: SamplerChoice, seed: number, budget: number): StudyDefinition {
  return {
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
