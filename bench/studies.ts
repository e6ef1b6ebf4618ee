/** The study that benchmarks run: ten floats and an objective that costs next to nothing. */
import type { StudyDefinition } from '../study/study.ts';

export function sphereStudy(name: string, trials: number, parallel: number, sampler = 'tpe'): StudyDefinition {
  return {
    name,
    space: {
      version: 1,
      parameters: Array.from({ length: 10 }, (_, i) => ({
        name: `x${i}`,
        domain: { kind: 'float' as const, low: -5, high: 5, scale: 'linear' as const },
      })),
      forbid: [],
    },
    objectives: [{ name: 'loss', goal: 'minimize' }],
    constraints: [],
    trial: { kind: 'function', function: 'sphere', retries: 0, heartbeatMs: 10_000 },
    sampler: { name: sampler, options: {} },
    stop: { trials, maxFailures: 10 },
    parallel,
    order: 'completion',
    seed: 1,
    deterministic: false,
    enqueue: [],
  };
}
