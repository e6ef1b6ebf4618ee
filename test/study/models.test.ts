import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../study/space/dimensions.ts';
import { classSpace, fullParams, modelOf, spaceOfModels, trialParams } from '../../study/models.ts';
import { decode, encodeFull, forbiddenAt, pointFault } from '../../study/space/point.ts';
import { draw, numbers } from './spaces.ts';
import { define } from './studies.ts';

const definition = define({
  space: undefined,
  models: {
    svm: {
      space: {
        c: { float: [1, 9] },
        kernel: { choice: ['rbf', 'poly'] },
        degree: { int: [2, 5], when: { kernel: 'poly' } },
      },
      forbid: [{ kernel: 'poly', c: { above: 5 } }],
    },
    net: {
      space: { units: { array: { int: [1, 9] }, length: [1, 3] }, 'opt.c': { float: [0, 1] }, c: { bool: true } },
    },
  },
});
const compiled = compileSpace(definition.space);

describe('the space of several models', () => {
  it('holds for a class what the class by itself does, with the class in front', () => {
    const { space, first } = classSpace(compiled, 'svm');
    const alone = define({
      space: {
        c: { float: [1, 9] },
        kernel: { choice: ['rbf', 'poly'] },
        degree: { int: [2, 5], when: { kernel: 'poly' } },
      },
      forbid: [{ kernel: 'poly', c: { above: 5 } }],
    });
    expect(space.space).toEqual(alone.space);
    expect(first).toBe(1);
    expect(classSpace(compiled, 'svm').space).toBe(space);
    expect(spaceOfModels([{ name: 'svm', space: alone.space }]).forbid).toEqual([
      { 'svm.kernel': { in: ['poly'] }, 'svm.c': { above: 5 } },
    ]);
  });

  it('has points whose part is a point of the class, with the same parameters', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seed) => {
        const x = draw(compiled, numbers(seed));
        fc.pre(forbiddenAt(compiled, x) < 0);
        const params = decode(compiled, x);
        const { space, first } = classSpace(compiled, modelOf(definition, params)!);
        const part = x.slice(first, first + space.dimensions.length);
        expect(pointFault(space, part)).toBeUndefined();
        expect({ model: params['model'], ...decode(space, part) }).toEqual(trialParams(definition, params));
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  it('takes back what trials receive', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seed) => {
        const x = draw(compiled, numbers(seed));
        fc.pre(forbiddenAt(compiled, x) < 0);
        const params = decode(compiled, x);
        const back = fullParams(compiled, trialParams(definition, params));
        expect(back).toEqual(params);
        expect(encodeFull(compiled, back)).toEqual(x);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('of one model leaves names as they are', () => {
    const one = define();
    expect(trialParams(one, { x: 0.5 })).toEqual({ x: 0.5 });
    expect(modelOf(one, { model: 'svm' })).toBeUndefined();
    expect(fullParams(compileSpace(one.space), { x: 0.5, model: 'svm' })).toEqual({ x: 0.5, model: 'svm' });
  });
});
