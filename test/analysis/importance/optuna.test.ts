/** Importances beside Optuna's own of the same trials (fixtures/importances.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fanova } from '../../../analysis/importance/fanova.ts';
import { pedAnova } from '../../../analysis/importance/ped-anova.ts';
import type { Parameter, Params } from '../../../study/space/space.ts';
import { studyOf } from '../trials.ts';

interface Recorded {
  readonly trials: readonly { readonly params: Params; readonly value: number }[];
  readonly fanova: Readonly<Record<string, number>>;
  readonly pedAnova: Readonly<Record<string, number>>;
  readonly pedAnovaMaximised: Readonly<Record<string, number>>;
}

const { flat, conditional } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/importances.json'), 'utf8'),
) as Readonly<Record<'flat' | 'conditional', Recorded>>;

const number = (name: string, low: number, high: number, scale: 'linear' | 'log' = 'linear'): Parameter => ({
  name,
  domain: { kind: 'float', low, high, scale },
});
const FLAT: readonly Parameter[] = [
  number('x', -1, 1),
  number('y', -1, 1),
  number('z', 0, 2),
  number('lr', 1e-4, 1e-1, 'log'),
  { name: 'n', domain: { kind: 'int', low: 1, high: 8, scale: 'linear' } },
  { name: 'kind', domain: { kind: 'choice', choices: ['a', 'b', 'c'] } },
];
const CONDITIONAL: readonly Parameter[] = [
  { name: 'optimizer', domain: { kind: 'choice', choices: ['sgd', 'adam'] } },
  { name: 'width', domain: { kind: 'int', low: 1, high: 256, scale: 'log' } },
  { name: 'dropout', domain: { kind: 'float', low: 0, high: 0.5, step: 0.05, scale: 'linear' } },
  { ...number('momentum', 0, 1), when: [{ parameter: 'optimizer', in: ['sgd'] }] },
];

const pointsOf = ({ trials }: Recorded, sign = 1): [Params, number][] =>
  trials.map(({ params, value }) => [params, sign * value]);
const byName = (
  parts: readonly { readonly parameter: string; readonly importance: number }[],
): Record<string, number> => Object.fromEntries(parts.map(({ parameter, importance }) => [parameter, importance]));
const sharesOf = (importances: Readonly<Record<string, number>>): [string, number][] => {
  const sum = Object.values(importances).reduce((a, b) => a + b, 0);
  return Object.entries(importances).map(([name, importance]) => [name, importance / sum]);
};

describe('fanova beside Optuna', () => {
  const { parameters } = fanova(studyOf(FLAT, pointsOf(flat)));

  it.each(Object.entries(flat.fanova))('gives %s the same share of the variance within 0.05', (name, expected) => {
    expect(Math.abs(byName(parameters)[name] - expected)).toBeLessThan(0.05);
  });

  it.each(sharesOf(flat.fanova))('gives %s the same normalised importance within 0.05', (name, expected) => {
    expect(Math.abs(parameters.find(({ parameter }) => parameter === name)!.share - expected)).toBeLessThan(0.05);
  });
});

describe('ped-anova beside Optuna', () => {
  const same = (found: Record<string, number>, expected: Readonly<Record<string, number>>): void => {
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, importance] of Object.entries(expected))
      expect(Math.abs(found[name] / importance - 1)).toBeLessThan(1e-9);
  };

  it('gives numbers and categories the same importances', () => {
    same(byName(pedAnova(studyOf(FLAT, pointsOf(flat))).parameters), flat.pedAnova);
  });

  it('turns with the goal', () => {
    same(byName(pedAnova(studyOf(FLAT, pointsOf(flat, -1), 'maximize')).parameters), flat.pedAnovaMaximised);
  });

  it('gives integers on a log scale, steps and a conditional parameter the same importances', () => {
    same(byName(pedAnova(studyOf(CONDITIONAL, pointsOf(conditional))).parameters), conditional.pedAnova);
  });
});
