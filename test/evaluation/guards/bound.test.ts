import { describe, expect, it } from 'vitest';
import { bound } from '../../../evaluation/guards/bound.ts';
import type { GuardInput } from '../../../evaluation/guards/guard.ts';
import type { Params, Parameter, ParameterValue, Domain } from '../../../study/space/space.ts';
import { guardsOf, read, studyOf } from './studies.ts';

function bestAt(params: Params, parameters: readonly Parameter[]): GuardInput {
  const study = studyOf([], { best: { number: 4, params, values: { accuracy: 1 } } });
  return { ...study, definition: { ...study.definition, space: { version: 1, parameters, forbid: [] } } };
}

const at = (value: ParameterValue, domain: Domain): GuardInput => bestAt({ p: value }, [{ name: 'p', domain }]);
const float = (low: number, high: number, more = {}): Domain => ({
  kind: 'float',
  low,
  high,
  scale: 'linear',
  ...more,
});
const int = (low: number, high: number, more = {}): Domain => ({ kind: 'int', low, high, scale: 'linear', ...more });
const log = { scale: 'log' };
const sizes: Domain = { kind: 'ordinal', choices: ['small', 'medium', 'large'] };

describe('the bound guard', () => {
  it('names the parameters whose ranges end at the best, which end, and what to widen to', () => {
    const study = bestAt({ lr: 0.0999, layers: 1, size: 'large', dropout: 0.2 }, [
      { name: 'lr', domain: float(1e-5, 0.1, log) },
      { name: 'layers', domain: int(1, 8) },
      { name: 'size', domain: sizes },
      { name: 'dropout', domain: float(0, 0.5) },
    ]);
    expect(read(bound, study)).toBe(
      'The best, trial 4, lies at the end of a range: lr = 0.0999, at the high end of 0.00001 to 0.1; layers = 1, at the low end of ' +
        '1 to 8; size = "large", at the high end of "small" to "large". Better values may lie beyond: widen lr to 1; layers to 0; ' +
        'size by a value after "large".',
    );
  });

  it.each<[string, ParameterValue, Domain, string]>([
    ['a linear float', 9.95, float(5, 10), 'p to 15'],
    ['a linear float at its low end', 5.01, float(5, 10), 'p to 0'],
    ['a float at 0', 0.001, float(0, 10), 'p below 0, if less makes sense'],
    ['a float at 1', 1, float(0, 1), 'p to 2, if more makes sense'],
    ['a negative float', -3.001, float(-10, -3), 'p to 0'],
    ['a float up to 0', 0, float(-10, 0), 'p above 0, if more makes sense'],
    ['a float on a log scale', 1.02e-5, float(1e-5, 0.1, log), 'p to 0.000001'],
    ['a whole number on a log scale', 16, int(16, 512, log), 'p to 1'],
    ['1 on a log scale', 1, int(1, 512, log), 'p below 1, if less makes sense'],
    ['a large whole number', 991, int(1, 1000), 'p to 1999'],
    ['a number on a grid', 0.9, float(0, 0.9, { step: 0.1 }), 'p to 1.8'],
    ['the first of ordered choices', 'small', sizes, 'p by a value before "small"'],
  ])('fires at the end of %s', (_, value, domain, words) => {
    expect(read(bound, at(value, domain))).toContain(`beyond: widen ${words}.`);
  });

  it.each<[string, ParameterValue, Domain]>([
    ['inside a range', 9.94, float(5, 10)],
    ['inside on a log scale, where a linear one would be at its end', 1e-3, float(1e-5, 1, log)],
    ['next to the end of a small grid', 2, int(1, 10)],
    ['between ordered choices', 'medium', sizes],
    ['one of two values', 2, int(1, 2)],
    ['the only value', 3, float(3, 3)],
    ['one of choices without an order', 'a', { kind: 'choice', choices: ['a', 'b', 'c'] }],
    ['true', true, { kind: 'bool' }],
    ['fixed', 7, { kind: 'fixed', value: 7 }],
    ['a permutation', ['a', 'b', 'c', 'd'], { kind: 'permutation', items: ['a', 'b', 'c', 'd'] }],
  ])('is silent where the best is %s', (_, value, domain) => {
    expect(bound(at(value, domain))).toBeNull();
  });

  it('takes as much of a range for its end as the study says', () => {
    const study = at(9, float(5, 10));
    expect(bound({ ...study, guards: guardsOf({ bound: 0.2 }) })).not.toBeNull();
    expect(bound({ ...study, guards: guardsOf({ bound: 0.19 }) })).toBeNull();
    expect(bound({ ...at(10, float(5, 10)), guards: guardsOf({ bound: 0 }) })).not.toBeNull();
    // of a small grid only its first and last value
    expect(bound({ ...at(2, int(1, 10)), guards: guardsOf({ bound: 0.2 }) })).toBeNull();
    expect(bound({ ...at(2, int(1, 11)), guards: guardsOf({ bound: 0.2 }) })).not.toBeNull();
  });

  it('looks at a conditional parameter only where it is active', () => {
    const parameters: Parameter[] = [
      { name: 'kind', domain: { kind: 'choice', choices: ['tree', 'line'] } },
      { name: 'depth', domain: int(1, 9), when: [{ parameter: 'kind', in: ['tree'] }] },
    ];
    expect(bound(bestAt({ kind: 'line' }, parameters))).toBeNull();
    expect(bound(bestAt({ kind: 'line', depth: 9 }, parameters))).toBeNull();
    expect(read(bound, bestAt({ kind: 'tree', depth: 9 }, parameters))).toContain(
      'depth = 9, at the high end of 1 to 9',
    );
  });

  it('looks at the length of an array and at its elements', () => {
    const units: Domain = { kind: 'array', element: int(1, 64, log) as never, length: [1, 3] };
    expect(read(bound, at([8, 64, 9], units))).toMatch(
      /p\.length = 3, at the high end of 1 to 3; p\.1 = 64, at the high end of 1 to 64\..* widen p\.length to 5; p\.1 to 640\.$/,
    );
  });

  it('says what it lacks', () => {
    expect(read(bound, studyOf([]))).toBe('lacks: there is no best trial');
    expect(read(bound, at(11, float(5, 10)))).toBe(
      'lacks: trial 4 is not in the space as it is now: p cannot be 11: expected a number from 5 to 10',
    );
  });
});
