/** Random scripts of edits, for studies of order trial and of order completion. */
import fc from 'fast-check';
import type { Edit } from '../../../study/ledger/edits.ts';
import type { Space } from '../../../study/space/space.ts';
import type { Scripted } from './play.ts';
import { choice, float, spaceOf } from './rig.ts';

/** Three spaces after the first: x alone, with something new, without it, and narrower. */
const SPACES: readonly Space[] = [
  spaceOf(
    2,
    float('x', 0, 1),
    choice('kind', 'a', 'b'),
    float('z', 0, 4, { when: [{ parameter: 'kind', in: ['b'] }] }),
  ),
  spaceOf(3, float('x', 0, 2), choice('kind', 'b', 'c')),
  spaceOf(4, float('x', 0, 0.5)),
];
const WAS = [{ kind: 'a' }, {}, {}];

const unit = fc.integer({ min: 0, max: 8 }).map((n) => n / 16);

const simple: fc.Arbitrary<Edit> = fc.oneof(
  unit.map((x): Edit => ({ kind: 'enqueue', trials: [{ params: { x }, baseline: false }] })),
  unit.map((x): Edit => ({ kind: 'tell', params: { x }, result: { value: x - 1, cost: 1 } })),
  fc.tuple(unit, unit).map(([a, b]): Edit => ({
    kind: 'import',
    trials: [
      { params: { x: a }, state: 'complete', value: 0 },
      { params: { x: b }, state: 'failed' },
    ],
  })),
  fc.integer({ min: 1, max: 4 }).map((parallel): Edit => ({ kind: 'parallel', parallel })),
  fc.integer({ min: 30, max: 70 }).map((trials): Edit => ({ kind: 'budget', stop: { trials } })),
  fc.constant<Edit>({ kind: 'sampler', sampler: { name: 'tpe', options: {} } }),
  fc.constantFrom(2, 9).map((number): Edit => ({ kind: 'retry', number })),
);

/** Up to four groups of edits at close trial numbers, one change of the space and one pause with its resume at most in each. */
export const scripts: fc.Arbitrary<Scripted[]> = fc
  .array(
    fc.record({
      edits: fc.array(simple, { maxLength: 4 }),
      near: fc.array(fc.nat({ max: 2 }), { minLength: 8, maxLength: 8 }),
      space: fc.boolean(),
      pause: fc.boolean(),
    }),
    { maxLength: 4 },
  )
  .map((groups) => {
    let version = 0;
    return groups.flatMap(({ edits, near, space, pause }, g) => {
      const change: Edit[] =
        space && SPACES[version] ? [{ kind: 'space', space: SPACES[version], was: WAS[version++] }] : [];
      const stops: Edit[] = pause
        ? [{ kind: 'pause', now: false }, ...edits.slice(0, 1), { kind: 'resume' }]
        : edits.slice(0, 1);
      const all = [...change, ...stops, ...edits.slice(1)];
      let at = 5 + 13 * g;
      return all.map((edit, i) => ({ id: `edit ${g}.${i}`, edit, at: (at += i === 0 ? 0 : near[i % 8] > 1 ? 1 : 0) }));
    });
  });

/** Numbers of trials that crash, those that scripts retry among them. */
export const crashing: fc.Arbitrary<number[]> = fc
  .uniqueArray(fc.nat(60), { maxLength: 12 })
  .map((numbers) => [...new Set([2, 9, ...numbers])]);

/** Numbers in [0, 1) that follow from a seed. */
export function drawn(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
