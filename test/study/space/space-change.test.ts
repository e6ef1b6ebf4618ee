import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../study/space/dimensions.ts';
import type { Epoch } from '../../../study/ledger/ledger.ts';
import { decode, encodeFull, pointFault } from '../../../study/space/point.ts';
import { pointIn } from '../../../study/space/space-change.ts';
import type { Domain, Params, Parameter, Space } from '../../../study/space/space.ts';
import { draw, numbers, spaces } from '../spaces.ts';
import { choice, float, spaceOf } from '../ledger/rig.ts';

const sampler = { name: 'random', options: {} };

/** One epoch a space, with what its new parameters were worth. */
function epochsOf(...changes: readonly (readonly [Space, Params?])[]): Epoch[] {
  return changes.map(([space, was = {}], i) => ({ seq: i * 10, space, sampler, parallel: 1, was }));
}

/** What a trial with these parameters in the first space is in the last one; undefined where it is not there. */
function later(params: Params, epochs: readonly Epoch[]): Params | undefined {
  const [first] = epochs;
  const last = epochs.at(-1)!;
  const x = pointIn(epochs, last, first.space.version, encodeFull(compileSpace(first.space), params));
  return x && decode(compileSpace(last.space), x);
}

const param = (name: string, domain: Domain, more: Partial<Parameter> = {}): Parameter => ({ name, domain, ...more });
const int = (low: number, high: number): Domain => ({ kind: 'int', low, high, scale: 'linear' });

describe('a trial in a space that has changed', () => {
  it.each<[string, Parameter, Parameter, Params, boolean]>([
    ['narrowed around it', float('x', 0, 10), float('x', 2, 4), { x: 3 }, true],
    ['narrowed past it', float('x', 0, 10), float('x', 2, 4), { x: 5 }, false],
    ['narrowed to its very bound', float('x', 0, 10), float('x', 2, 4), { x: 4 }, true],
    ['widened', float('x', 0, 1), float('x', -5, 5), { x: 0.5 }, true],
    [
      'with a step that it is on',
      float('x', 0, 1),
      param('x', { kind: 'float', low: 0, high: 1, scale: 'linear', step: 0.25 }),
      { x: 0.75 },
      true,
    ],
    [
      'with a step that it is not on',
      float('x', 0, 1),
      param('x', { kind: 'float', low: 0, high: 1, scale: 'linear', step: 0.25 }),
      { x: 0.7 },
      false,
    ],
    ['of whole numbers that holds it', float('x', 0, 9), param('x', int(0, 9)), { x: 4 }, true],
    ['of whole numbers that does not', float('x', 0, 9), param('x', int(0, 9)), { x: 4.5 }, false],
    ['with one more choice', choice('k', 'a', 'b'), choice('k', 'c', 'b', 'a'), { k: 'b' }, true],
    ['without another choice', choice('k', 'a', 'b', 'c'), choice('k', 'c', 'b'), { k: 'c' }, true],
    ['without its choice', choice('k', 'a', 'b', 'c'), choice('k', 'c', 'b'), { k: 'a' }, false],
    ['fixed at its value', float('x', 0, 1), param('x', { kind: 'fixed', value: 0.5 }), { x: 0.5 }, true],
    ['fixed elsewhere', float('x', 0, 1), param('x', { kind: 'fixed', value: 0.5 }), { x: 0.25 }, false],
    ['not fixed any more', param('x', { kind: 'fixed', value: 0.5 }), float('x', 0, 1), { x: 0.5 }, true],
    ['of another type', float('x', 0, 1), choice('x', 'a', 'b'), { x: 0.5 }, false],
    [
      'with lists as long as its own',
      param('u', { kind: 'array', element: int(1, 9) as never, length: [1, 4] }),
      param('u', { kind: 'array', element: int(1, 9) as never, length: [2, 3] }),
      { u: [7, 8] },
      true,
    ],
    [
      'with longer lists',
      param('u', { kind: 'array', element: int(1, 9) as never, length: [1, 4] }),
      param('u', { kind: 'array', element: int(1, 9) as never, length: [3, 4] }),
      { u: [7, 8] },
      false,
    ],
  ])('%s: it keeps its values, or is not there', (_how, before, after, params, isThere) => {
    const epochs = epochsOf([spaceOf(1, before)], [spaceOf(2, after)]);
    expect(later(params, epochs)).toEqual(isThere ? params : undefined);
  });

  it('forgets parameters that are gone', () => {
    const epochs = epochsOf([spaceOf(1, float('x', 0, 1), float('y', 0, 1))], [spaceOf(2, float('y', 0, 1))]);
    expect(later({ x: 0.25, y: 0.75 }, epochs)).toEqual({ y: 0.75 });
  });

  it('has of new parameters what was said of them, and is not there without', () => {
    const after = spaceOf(2, float('x', 0, 1), float('y', 0, 9), choice('k', 'a', 'b'));
    expect(later({ x: 0.5 }, epochsOf([spaceOf(1, float('x', 0, 1))], [after, { y: 3, k: 'b' }]))).toEqual({
      x: 0.5,
      y: 3,
      k: 'b',
    });
    expect(later({ x: 0.5 }, epochsOf([spaceOf(1, float('x', 0, 1))], [after, { y: 3 }]))).toBeUndefined();
  });

  it('is not there where a region that is forbidden now covers it', () => {
    const forbidding = { ...spaceOf(2, float('x', 0, 1)), forbid: [{ x: { above: 0.5 } }] };
    const epochs = epochsOf([spaceOf(1, float('x', 0, 1))], [forbidding]);
    expect([later({ x: 0.5 }, epochs), later({ x: 0.75 }, epochs)]).toEqual([{ x: 0.5 }, undefined]);
  });

  describe('with conditions', () => {
    const adam = float('beta', 0, 1, { when: [{ parameter: 'optimizer', in: ['adam'] }] });
    const optimizer = choice('optimizer', 'adam', 'sgd');

    it('has the value said of a new parameter only where that exists', () => {
      const epochs = epochsOf([spaceOf(1, optimizer)], [spaceOf(2, optimizer, adam), { beta: 0.9 }]);
      expect(later({ optimizer: 'adam' }, epochs)).toEqual({ optimizer: 'adam', beta: 0.9 });
      expect(later({ optimizer: 'sgd' }, epochs)).toEqual({ optimizer: 'sgd' });
    });

    it('needs no value of a parameter that does not exist for it', () => {
      const epochs = epochsOf([spaceOf(1, optimizer)], [spaceOf(2, optimizer, adam)]);
      expect(later({ optimizer: 'adam' }, epochs)).toBeUndefined();
      expect(later({ optimizer: 'sgd' }, epochs)).toEqual({ optimizer: 'sgd' });
    });

    it('loses the value of a parameter that does not exist for it any more', () => {
      const epochs = epochsOf([spaceOf(1, optimizer, float('beta', 0, 1))], [spaceOf(2, optimizer, adam)]);
      expect(later({ optimizer: 'sgd', beta: 0.5 }, epochs)).toEqual({ optimizer: 'sgd' });
      expect(later({ optimizer: 'adam', beta: 0.5 }, epochs)).toEqual({ optimizer: 'adam', beta: 0.5 });
    });

    it('is not there where a parameter exists for it that did not before', () => {
      const epochs = epochsOf([spaceOf(1, optimizer, adam)], [spaceOf(2, optimizer, float('beta', 0, 1))]);
      expect(later({ optimizer: 'sgd' }, epochs)).toBeUndefined();
      expect(later({ optimizer: 'adam', beta: 0.5 }, epochs)).toEqual({ optimizer: 'adam', beta: 0.5 });
    });

    it('keeps a parameter whose parent is gone', () => {
      const epochs = epochsOf([spaceOf(1, optimizer, adam)], [spaceOf(2, float('beta', 0, 1))]);
      expect(later({ optimizer: 'adam', beta: 0.5 }, epochs)).toEqual({ beta: 0.5 });
    });
  });

  it('over several changes has what each said, its own values first', () => {
    const epochs = epochsOf(
      [spaceOf(1, float('x', 0, 1))],
      [spaceOf(2, float('x', 0, 1), float('y', 0, 9)), { y: 1 }],
      [spaceOf(3, float('x', 0, 1))],
      [spaceOf(4, float('x', 0, 1), float('y', 0, 9)), { y: 2 }],
    );
    expect(later({ x: 0.5 }, epochs)).toEqual({ x: 0.5, y: 2 });
    // one of the second space had a y of its own
    expect(later({ x: 0.5, y: 7 }, epochs.slice(1))).toEqual({ x: 0.5, y: 7 });
  });

  it('says nothing of what came after the epoch that looks at it', () => {
    const epochs = epochsOf(
      [spaceOf(1, float('x', 0, 1))],
      [spaceOf(2, float('x', 0, 1), float('y', 0, 9)), { y: 1 }],
      [spaceOf(3, float('x', 0, 1), float('y', 0, 9), float('z', 0, 9)), { z: 2 }],
    );
    const x = Float64Array.of(0.5);
    expect([...pointIn(epochs, epochs[1], 1, x)!]).toEqual([0.5, 1]);
    expect([...pointIn(epochs, epochs[2], 1, x)!]).toEqual([0.5, 1, 2]);
  });

  it('is itself in its own space, over changes of the sampler too', () => {
    const space = spaceOf(1, float('x', 0, 1));
    const epochs = epochsOf([space], [space]);
    const x = Float64Array.of(0.5);
    expect(pointIn(epochs, epochs[1], 1, x)).toBe(x);
  });

  it('of any kind is itself where nothing but the version has changed, and a point of the space if it is there at all', () => {
    fc.assert(
      fc.property(spaces, spaces, fc.nat(), (one, two, seed) => {
        const before = { ...one, version: 1 };
        const compiled = compileSpace(before);
        const x = draw(compiled, numbers(seed));
        fc.pre(pointFault(compiled, x) === undefined);
        const same = epochsOf([before], [{ ...one, version: 2 }]);
        expect(pointIn(same, same[1], 1, x)).toEqual(x);
        const other = epochsOf([before], [{ ...two, version: 2 }]);
        const there = pointIn(other, other[1], 1, x);
        if (there) expect(pointFault(compileSpace(other[1].space), there)).toBeUndefined();
      }),
      { seed: 51, numRuns: 300 },
    );
  });
});
