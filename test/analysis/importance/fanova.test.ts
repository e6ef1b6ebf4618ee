import { describe, expect, it } from 'vitest';
import { fanova } from '../../../analysis/importance/fanova.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import type { Parameter, Params } from '../../../study/space/space.ts';
import { messageOf } from '../../study/studies.ts';
import { studyOf, trialOf } from '../trials.ts';

const unit = (name: string): Parameter => ({ name, domain: { kind: 'float', low: 0, high: 1, scale: 'linear' } });
const rng = createRng(3, 0);
const u = (i: number, dim: number): number => rng.uniform(dim, i);
const importanceOf = (
  parts: readonly { readonly parameter: string; readonly importance: number }[],
  name: string,
): number => parts.find(({ parameter }) => parameter === name)!.importance;

describe('fanova', () => {
  it('finds the interaction that has no effect of its own on either side', () => {
    // (x - 1/2) (y - 1/2) has main effects of 0: all variance is that of the pair
    const points = Array.from({ length: 400 }, (_, i): [Params, number] => [
      { x: u(i, 0), y: u(i, 1), z: u(i, 2) },
      (u(i, 0) - 0.5) * (u(i, 1) - 0.5),
    ]);
    const { parameters, interactions } = fanova(studyOf(['x', 'y', 'z'].map(unit), points), { interactions: true });
    expect(interactions![0].parameters).toEqual(['x', 'y']);
    expect(interactions![0].importance).toBeGreaterThan(0.75);
    for (const { importance } of parameters) expect(importance).toBeLessThan(0.1);
  });

  it('does not take the parameters of a branch for the choice of it', () => {
    const parameters: Parameter[] = [
      { name: 'kind', domain: { kind: 'choice', choices: ['a', 'b'] } },
      { ...unit('x'), when: [{ parameter: 'kind', in: ['a'] }] },
    ];
    const points = Array.from({ length: 200 }, (_, i): [Params, number] =>
      u(i, 0) < 0.5 ? [{ kind: 'a', x: u(i, 1) }, 1] : [{ kind: 'b' }, 0],
    );
    const { parameters: parts } = fanova(studyOf(parameters, points));
    expect(importanceOf(parts, 'kind')).toBeCloseTo(1, 9);
    expect(importanceOf(parts, 'x')).toBeCloseTo(0, 9);
  });

  it('weighs a conditional parameter by how often it is active', () => {
    const parameters: Parameter[] = [
      { name: 'kind', domain: { kind: 'choice', choices: ['a', 'b'], weights: [1, 3] } },
      { ...unit('x'), when: [{ parameter: 'kind', in: ['a'] }] },
      unit('y'),
    ];
    // x where it is active and y everywhere have one variance: shares of 1/5 and 4/5
    const points = Array.from({ length: 600 }, (_, i): [Params, number] => {
      const y = u(i, 2) < 0.5 ? 0 : 1;
      const rest = { y: u(i, 2) };
      if (u(i, 0) >= 0.5) return [{ kind: 'b', ...rest }, 0.5 + y];
      return [{ kind: 'a', x: u(i, 1), ...rest }, (u(i, 1) < 0.5 ? 0 : 1) + y];
    });
    const { parameters: parts } = fanova(studyOf(parameters, points));
    expect(Math.abs(importanceOf(parts, 'x') - 0.2)).toBeLessThan(0.03);
    expect(Math.abs(importanceOf(parts, 'y') - 0.8)).toBeLessThan(0.03);
    expect(importanceOf(parts, 'kind')).toBeLessThan(0.02);
  });

  it('gives nothing to parameters of one value, and nothing at all where all values are equal', () => {
    const parameters: Parameter[] = [unit('x'), { name: 'one', domain: { kind: 'choice', choices: ['only'] } }];
    const points = Array.from({ length: 5 }, (_, i): [Params, number] => [{ x: u(i, 0), one: 'only' }, 7]);
    expect(fanova(studyOf(parameters, points)).parameters).toEqual([
      { parameter: 'one', importance: 0, deviation: 0, share: 0 },
      { parameter: 'x', importance: 0, deviation: 0, share: 0 },
    ]);
  });

  it('takes the largest numbers there are, and is the same in any order of the trials', () => {
    const points = Array.from({ length: 40 }, (_, i): [Params, number] => [
      { x: u(i, 0), y: u(i, 1) },
      u(i, 0) < 0.5 ? -1.7e308 : 1.7e308,
    ]);
    const study = studyOf(['x', 'y'].map(unit), points);
    const found = fanova(study);
    expect(found.parameters[0].parameter).toBe('x');
    expect(found.parameters[0].importance).toBeGreaterThan(0.9);
    expect(fanova({ ...study, trials: study.trials.toReversed() })).toEqual(found);
  });

  it('counts what was measured to its end, in the space as it is', () => {
    const study = studyOf(
      [unit('x')],
      [
        [{ x: 0.1 }, 1],
        [{ x: 0.9 }, 2],
      ],
    );
    const trials = [
      ...study.trials,
      trialOf(2, { x: 0.5 }, 3, { state: 'infeasible', origin: 'told' }),
      trialOf(3, { x: 0.5 }, 4, { state: 'pruned' }),
      trialOf(4, { x: 0.5 }, null, { state: 'failed' }),
      trialOf(5, { x: 7 }, 5),
    ];
    expect(fanova({ ...study, trials })).toMatchObject({ trials: 3, outside: 1 });
  });

  it('refuses fewer than two trials and an objective that is not there, in words', () => {
    const study = studyOf([unit('x')], [[{ x: 0.1 }, 1]]);
    expect(messageOf(() => fanova(study))).toBe(
      "study 'study' has 1 complete trials in its space, expected at least 2; wait until more are done",
    );
    expect(messageOf(() => fanova(study, { objective: 'cost' }))).toBe(
      "study 'study' has no objective 'cost'; its objectives are loss",
    );
  });

  it('refuses conditions with too many combinations, in words', () => {
    const switches = Array.from({ length: 13 }, (_, i): Parameter => ({ name: `s${i}`, domain: { kind: 'bool' } }));
    const all = switches.map(({ name }) => ({ parameter: name, in: [true] }));
    const parameters = [...switches, { ...unit('x'), when: all }];
    const params = Object.fromEntries(switches.map(({ name }) => [name, false]));
    const study = studyOf(parameters, [
      [params, 1],
      [{ ...params, s1: true }, 2],
    ]);
    expect(messageOf(() => fanova(study))).toContain('more than 4096 combinations of conditions on s0, s1');
  });
});
