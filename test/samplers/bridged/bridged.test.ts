import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bridgedSamplers } from '../../../samplers/bridged/bridged.ts';
import type { Answer, Call } from '../../../samplers/bridged/call.ts';
import { checkDefinition } from '../../../samplers/check.ts';
import { conformanceCases } from '../../../samplers/conformance/cases.ts';
import { conformanceSpaces } from '../../../samplers/conformance/spaces.ts';
import { sessionOf } from '../../../samplers/session.ts';
import { resolveOptions } from '../../../samplers/registry.ts';
import type { Sampler } from '../../../samplers/sampler.ts';
import { StudyDefinitionError } from '../../../study/errors.ts';
import { defineStudy } from '../../../study/definition.ts';
import type { StudyInput } from '../../../study/syntax/input.ts';
import { problemOf, spaceOf, float } from '../spaces.ts';

/** What a library would say that has lived through these lines: for each number something else. */
function sayings({ spec, ask }: Call, log: readonly string[], seed: number, asked = ask): Answer {
  const lived = createHash('sha256').update(`${seed} ${asked.ask} ${asked.fixed.join()} ${log.join()}`).digest();
  const x = spec.dimensions.map(({ low, high, size }, i) => {
    const u = lived.readUInt32BE((4 * i) % 28) / 2 ** 32;
    return size === undefined
      ? (1 - u) * low + u * high
      : low + Math.floor(u * size) * ((high - low) / Math.max(1, size - 1));
  });
  return {
    x: x.map((value, i) => (spec.dimensions[i]!.kind === 'float' ? value : Math.round(value))),
    versions: 'fake',
  };
}

/** As a process with the library: asked again, it has to say what the rows say that it said. */
function oracle(call: Call): Answer {
  const { spec, log, ask } = call;
  if (spec.exact === 'reseed') return sayings(call, log, ask.seed);
  const lived: string[] = [];
  for (const line of log) {
    const said = JSON.parse(line) as { recall?: number; fixed?: (number | null)[]; x: (number | null)[] };
    if (said.recall !== undefined) {
      const { x } = sayings(call, lived, 1, { ask: said.recall, fixed: said.fixed!, seed: 0 });
      for (const [i, value] of x.entries()) {
        const { step, low, when } = spec.dimensions[i]!;
        // conditions may leave out what was said
        if (said.fixed![i] !== null || said.x[i] === null || when.length > 0) continue;
        const [recorded, expected] = [said.x[i]!, step === 0 ? value! : low + step * Math.round((value! - low) / step)];
        if (Math.abs(recorded - expected) > 1e-9 * Math.abs(expected))
          throw new Error(`number ${i} of trial ${said.recall} is ${recorded}, asked again it is ${expected}`);
      }
      lived.push(JSON.stringify([said.recall, said.fixed]));
    } else lived.push(line);
  }
  return sayings(call, lived, 1);
}

const optuna = bridgedSamplers(oracle).find(({ name }) => name === 'optuna')!;

/** The others have no condition, or values that only a library could lose. */
const SPACES = [
  'floats and ints on every scale',
  'conditional branches',
  'arrays and a permutation',
  'forbidden regions',
];

describe.each(['replay', 'reseed'])('what is asked of a library, and becomes of its answers (%s)', (exact) => {
  const spaces = conformanceSpaces().filter(({ name }) => SPACES.includes(name));
  for (const { title, run } of conformanceCases(optuna, { exact }, spaces)) it(title, run);
});

describe("another library's sampler", () => {
  it('is told trials in the order of the log, and asked again for those it was asked for', () => {
    const calls: Call[] = [];
    const seen = bridgedSamplers((call) => {
      calls.push(call);
      return sayings(call, call.log, 1);
    })[0] as Sampler;
    const problem = problemOf(spaceOf({ x: float(0, 1) }), { parallel: 2 });
    const session = sessionOf(
      seen,
      resolveOptions(seen, { 'options.gamma': 0.2, 'options.deep.er': true }),
      problem,
      7,
    );
    const told = { origin: 'told', state: 'complete', space: 1, seed: 0, x: Float64Array.of(0.5) } as const;
    session.push([{ ...told, number: 0, asOf: 0, closed: 0, y: Float64Array.of(3) }]);
    const { suggestions } = session.ask([
      { number: 1, asOf: 1 },
      { number: 2, asOf: 1, fixed: { x: 0.25 } },
    ]);
    const [first] = calls;
    expect(first!.spec.arguments).toEqual({ gamma: 0.2, deep: { er: true } });
    expect(first!.log).toEqual(['{"add":0,"x":[0.5]}', '{"tell":0,"state":"complete","y":[3]}']);
    const recall = JSON.stringify({ recall: 1, fixed: [null], x: suggestions[0]!.x });
    expect(calls[1]!.log).toEqual([...first!.log, recall]);
    expect(calls[1]!.ask.fixed).toEqual([0.25]);
    session.ask([{ number: 3, asOf: 1 }]);
    expect(calls.at(-1)!.log.at(-1)).toBe('{"recall":2,"fixed":[0.25],"x":[0.25]}');
  });

  it('hears of a trial that runs in segments when it first brought something', () => {
    const logs: (readonly string[])[] = [];
    for (const exact of ['replay', 'reseed']) {
      const seen = bridgedSamplers((call) => {
        logs.push(call.log);
        return sayings(call, call.log, 1);
      })[0] as Sampler;
      const session = sessionOf(seen, resolveOptions(seen, { exact }), problemOf(spaceOf({ x: float(0, 1) })), 7);
      const rung = (to: number, seq: number): object => ({ to, bracket: 0, rung: 0, y: Float64Array.of(10 - to), seq });
      const row = { number: 0, space: 1, origin: 'told', state: 'pending', x: Float64Array.of(0.5), seed: 0, asOf: 0 };
      session.push([{ ...row, segments: [rung(1, 1), rung(3, 2)] } as never]);
      session.ask([{ number: 1, asOf: 2 }]);
    }
    expect(logs.map((log) => log.at(-1))).toEqual([
      '{"tell":0,"state":"pruned","y":[9],"step":1}',
      '{"tell":0,"state":"pruned","y":[7],"step":3}',
    ]);
  });

  const x = { float: [0, 1] } as const;
  const cases: readonly (readonly [string, object, string])[] = [
    [
      'skopt',
      { space: { k: { choice: ['a', 'b'] }, x: { ...x, when: { k: 'a' } } } },
      'it knows no conditions, and x has one',
    ],
    [
      'bayes_opt',
      { space: { k: { choice: ['a', 'b'] }, x: { ...x, when: { k: 'a' } } } },
      'use optuna or hyperopt, or tpe',
    ],
    ['optuna', { forbid: [{ x: { above: 0.5 } }] }, 'it knows no forbidden regions'],
    [
      'optuna',
      { space: { x: { ...x, prior: { normal: { mean: 0.5, sd: 1 } } } } },
      'it knows no priors, weights or distances, and x has',
    ],
    ['optuna', { deterministic: true }, 'it may suggest a point twice'],
    ['optuna', { space: { x: { float: [1, 1] } } }, 'nothing is to be tuned'],
    [
      'hyperopt',
      {
        objectives: [
          { name: 'a', goal: 'minimize' },
          { name: 'b', goal: 'minimize' },
        ],
      },
      'it takes one objective, and there are 2; use optuna',
    ],
    ['skopt', { constraints: { size: { below: 1 } } }, 'it knows no constraints; use optuna'],
    [
      'optuna',
      { sampler: { optuna: { sampler: 'QMCSampler' } }, constraints: { size: { below: 1 } } },
      'use its TPESampler',
    ],
    ['optuna', { sampler: { optuna: { sampler: 'CmaEsSampler', exact: 'reseed' } } }, 'use exact: replay'],
    ['optuna', { sampler: { optuna: { options: { seed: 3 } } } }, "options.seed is the study's own affair"],
    ['optuna', { sampler: { optuna: { sampler: 'Best' } } }, 'sampler.optuna.sampler is "Best", expected'],
    ['optuna', { sampler: { optuna: { python: '' } } }, 'sampler.optuna.python is "", expected text'],
    ['hyperopt', { sampler: { hyperopt: { seed: 3 } } }, 'sampler.hyperopt.seed (value 3) is not an option'],
  ];

  it.each(cases)('is refused where it cannot serve a study (%s %j)', (name, change, words) => {
    const { objectives, ...rest } = change as { objectives?: object };
    const study = {
      name: 's',
      space: { x },
      ...(objectives ? { objectives } : { objective: { name: 'loss', goal: 'minimize' } }),
      trial: { command: ['true'] },
      sampler: name,
      stop: { trials: 3 },
      seed: 1,
      ...rest,
    };
    const check = (): void => checkDefinition(defineStudy(study as unknown as StudyInput, { directory: '/' }));
    expect(check).toThrow(StudyDefinitionError);
    expect(check).toThrow(words);
  });

  it('is not asked where there is no worker, which is said in words', () => {
    const [unanswered] = bridgedSamplers();
    const session = sessionOf(unanswered!, resolveOptions(unanswered!, {}), problemOf(spaceOf({ x: float(0, 1) })), 1);
    expect(() => session.ask([{ number: 0, asOf: 0 }])).toThrow('its numbers come from a Python process');
  });
});
