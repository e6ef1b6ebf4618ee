import { describe, expect, it } from 'vitest';
import { pinned } from '../../samplers/fixed-values.ts';
import { choice, float, free, given, int, spaceOf } from './spaces.ts';

const space = spaceOf({
  kind: choice('a', 'b', 'c'),
  size: given(int(1, 5), 'kind', 'a', 'b'),
  deep: given(float(0, 1), 'size', 4, 5),
  other: given(float(0, 1), 'kind', 'b', 'c'),
});
// dimensions: kind, size, deep, other

function pin(...fixed: number[]): { fixed: number[]; among: Record<string, readonly number[]> } {
  const result = pinned(space, Float64Array.from(fixed));
  return { fixed: [...result.fixed], among: Object.fromEntries(result.among ?? []) };
}

describe('fixed values', () => {
  it('ask nothing of the others where none is fixed or none has a condition', () => {
    expect(pinned(space, free(space))).toEqual({ fixed: free(space), among: undefined });
    expect(pin(2, NaN, NaN, NaN)).toEqual({ fixed: [2, NaN, NaN, NaN], among: {} });
  });

  it('ask of free parents, and of their parents, what keeps them active', () => {
    expect(pin(NaN, 3, NaN, NaN).among).toEqual({ 0: [0, 1] });
    expect(pin(NaN, NaN, 0.5, NaN).among).toEqual({ 0: [0, 1], 1: [4, 5] });
  });

  it('together ask for what all of them allow', () => {
    expect(pin(NaN, 3, NaN, 0.5)).toEqual({ fixed: [NaN, 3, NaN, 0.5], among: { 0: [1] } });
  });

  it('are dropped where a fixed parent excludes them', () => {
    expect(pin(2, 3, NaN, 0.5)).toEqual({ fixed: [2, NaN, NaN, 0.5], among: {} });
    expect(pin(0, 3, 0.5, NaN)).toEqual({ fixed: [0, 3, NaN, NaN], among: {} });
  });

  it('are dropped where an earlier one excludes them', () => {
    const excluding = spaceOf({
      kind: choice('a', 'b'),
      one: given(float(0, 1), 'kind', 'a'),
      two: given(float(0, 1), 'kind', 'b'),
    });
    const result = pinned(excluding, Float64Array.of(NaN, 0.1, 0.2));
    expect([...result.fixed]).toEqual([NaN, 0.1, NaN]);
    expect([...result.among!]).toEqual([[0, [0]]]);
  });

  it('are left as they were lent', () => {
    const fixed = Float64Array.of(2, 3, NaN, NaN);
    pinned(space, fixed);
    expect([...fixed]).toEqual([2, 3, NaN, NaN]);
  });
});
