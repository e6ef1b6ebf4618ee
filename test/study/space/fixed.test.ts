import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../study/space/dimensions.ts';
import { contradiction, fixedFault, fixedIn, narrowed } from '../../../study/space/fixed.ts';
import { encode } from '../../../study/space/point.ts';
import type { Space } from '../../../study/space/space.ts';
import { choice, float, spaceOf } from '../ledger/rig.ts';

const space: Space = {
  ...spaceOf(
    1,
    choice('o', 'adam', 'sgd'),
    float('m', 0, 1, { when: [{ parameter: 'o', in: ['sgd'] }] }),
    float('x', 0, 1),
  ),
  forbid: [{ o: { in: ['adam'] }, x: { below: 2 } }],
};

describe('fixed values', () => {
  it('are those whose parameters a space has', () => {
    expect(fixedIn(compileSpace(space), { o: 'sgd', gone: 1 })).toEqual({ o: 'sgd' });
    expect(fixedIn(compileSpace(space), undefined)).toEqual({});
  });

  it.each([
    [{ o: 'sgd', m: 0.5 }, undefined],
    [{ x: 2 }, ': x cannot be 2: expected a number from 0 to 1'],
    [{ m: 0.5 }, '.m exists only where o is "sgd", expected o beside it; fix it too'],
    [{ o: 'adam', m: 0.5 }, '.m exists only where o is "sgd", but o is fixed to "adam"; leave one of the two out'],
    [{ o: 'adam', x: 0.5 }, ' is forbidden: forbid[0] covers it: { o: { in: ["adam"] }, x: { below: 2 } }'],
    [{ o: 'adam' }, ' leaves only points that are forbidden (forbid); fix less, or forbid less'],
    [{ o: 'sgd', m: 0.5, x: 0.5 }, ' leaves nothing to tune, expected one parameter or more that is free; fix less'],
  ])('%j: what keeps them from being kept', (fixed, fault) => {
    expect(fixedFault(space, fixed)).toBe(fault);
  });

  it('are contradicted by another value of the same parameter', () => {
    expect(contradiction({ o: 'sgd', n: [1, 2] }, { n: [1, 2], x: 0.5 })).toBeUndefined();
    expect(contradiction({ o: 'sgd' }, { o: 'adam' })).toBe(
      'o is "adam", but this study fixes it to "sgd"; leave it out',
    );
  });

  it('narrow a space to one value of each of their dimensions, where it was', () => {
    const compiled = compileSpace(space);
    const fixed = encode(compiled, { o: 'sgd' });
    const { dimensions } = narrowed(compiled, fixed);
    expect(dimensions[0]).toMatchObject({ name: 'o', low: 1, high: 1, size: 1 });
    expect(dimensions.slice(1)).toEqual(compiled.dimensions.slice(1));
    expect(narrowed(compiled, fixed)).toBe(narrowed(compiled, fixed));
    expect(narrowed(compiled, encode(compiled, {}))).toBe(compiled);
  });
});
