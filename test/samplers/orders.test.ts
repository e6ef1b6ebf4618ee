import { describe, expect, it } from 'vitest';
import { nearCount, nearOrder, orderAt, unitsOfOrder } from '../../samplers/acquisition/order-moves.ts';
import { digitsOf, itemsOf, ordersOf } from '../../samplers/orders.ts';
import { decode } from '../../study/space/point.ts';
import { choice, float, spaceOf } from './spaces.ts';

describe('the digits of a permutation', () => {
  const space = spaceOf({ order: { kind: 'permutation', items: [0, 1, 2, 3] }, rate: float(0, 1) });

  it('are read as a study reads them, for every order', () => {
    for (let code = 0; code < 24; code++) {
      const digits = [Math.floor(code / 6), Math.floor((code % 6) / 2), code % 2];
      const items = itemsOf(4, (i) => digits[i]!);
      expect(items).toEqual(decode(space, Float64Array.of(...digits, 0.5))['order']);
      expect(digitsOf(items)).toEqual(digits);
      const unit = Float64Array.of(...unitsOfOrder(items, [0, 1, 2]).units);
      expect(orderAt(unit, [0, 1, 2])).toEqual(items);
    }
  });

  it('are those of three and more items: fewer are a category', () => {
    expect(ordersOf(space)).toEqual([[0, 1, 2]]);
    expect(ordersOf(spaceOf({ pair: { kind: 'permutation', items: ['a', 'b'] }, c: choice('x', 'y') }))).toEqual([]);
  });
});

describe('the orders near one', () => {
  it('are each swap of two items and each move of one, none of them the order itself', () => {
    const items = [3, 1, 0, 4, 2];
    const near = Array.from({ length: nearCount(5) }, (_, which) => nearOrder(items, which));
    const swaps = near.slice(0, 10);
    expect(new Set(swaps.map((order) => order.join())).size).toBe(10);
    for (const order of swaps) expect(order.filter((item, i) => item !== items[i])).toHaveLength(2);
    // a move by one place is a swap: of 20 moves 4 are there from both sides
    expect(new Set(near.slice(10).map((order) => order.join())).size).toBe(16);
    for (const order of near) {
      expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
      expect(order).not.toEqual(items);
    }
    // each move leaves the others in their order
    for (const order of near.slice(10))
      expect(
        items.some((item) => order.filter((o) => o !== item).join() === items.filter((o) => o !== item).join()),
      ).toBe(true);
  });
});
