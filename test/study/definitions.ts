/** Small definitions for tests; each test changes what it is about. */
import { DEFAULT_GUARDS, type EvaluationSpec } from '../../study/evaluation/spec.ts';
import type { StudyDefinition } from '../../study/study.ts';

export function definitionOf(changes: Partial<StudyDefinition> = {}): StudyDefinition {
  return {
    name: 'test',
    space: {
      version: 1,
      parameters: [
        { name: 'x', domain: { kind: 'float', low: 0, high: 1, scale: 'linear' } },
        { name: 'y', domain: { kind: 'float', low: 1e-3, high: 1e3, scale: 'log' } },
      ],
      forbid: [],
    },
    objectives: [{ name: 'loss', goal: 'minimize' }],
    constraints: [],
    trial: { kind: 'function', function: 'trial', retries: 0, heartbeatMs: 10_000 },
    sampler: { name: 'random', options: {} },
    stop: { trials: 10, maxFailures: 10 },
    parallel: 1,
    order: 'completion',
    seed: 7,
    deterministic: false,
    enqueue: [],
    ...changes,
  };
}

export function evaluationOf(changes: Partial<EvaluationSpec> = {}): EvaluationSpec {
  return {
    test: { kind: 'hold-out', size: 0.2 },
    metrics: [],
    minimumEffect: 0,
    alpha: 0.05,
    repeats: 1,
    guards: DEFAULT_GUARDS,
    seed: 7,
    look: 1,
    ...changes,
  };
}
