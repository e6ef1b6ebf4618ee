import { describe, expect, it } from 'vitest';
import { pbt } from '../../schedulers/pbt.ts';
import { checkScheduler, schedulerOptions } from '../../schedulers/registry.ts';
import type { Move, SegmentEnd } from '../../schedulers/scheduler.ts';
import { definitionOf, evaluationOf } from '../study/definitions.ts';
import { checkLaws, chanceOf, playOut, type Setting } from './laws.ts';

type Start = Extract<Move, { do: 'start' }>;
const PROBLEM = { objectives: 1, parallel: 4, seed: 3 };

/** The starts of a population that is played to its end, by number; `y` is what a trial is worth. */
function play(
  options: Setting['options'],
  y: (number: number, start: Start) => SegmentEnd,
  problem: Setting['problem'] = PROBLEM,
): Start[] {
  const starts: Start[] = [];
  const chance = { end: (number: number) => y(number, starts[number]!), pick: () => 0 };
  const state = (each: unknown): unknown => each;
  const setting = { scheduler: spying(starts), options, problem, limit: Infinity };
  playOut(setting, chance, state);
  return starts;
}

function spying(starts: Start[]): typeof pbt {
  return {
    ...pbt,
    next(state, number) {
      const move = pbt.next(state, number);
      if (move.do === 'start') starts.push(move);
      return move;
    },
  };
}

/** Worth its member's number, whatever happens. */
const byMember = (_: number, { bracket }: Start): SegmentEnd => ({ end: 'reached', y: [bracket] });
const of = (starts: readonly Start[], generation: number): Start[] => starts.filter(({ rung }) => rung === generation);
const anew = ({ lineage }: Start): boolean => lineage?.keeps === false;

describe('the laws of a halving scheduler', () => {
  it.each<[Setting['options'], number]>([
    [{ population: 6, generations: 4 }, 1],
    [{ population: 5, generations: 4, selection: 'tournament', warmup: 1 }, 1],
    [{ population: 6, generations: 4, synchronous: false }, 1],
    [{ population: 8, generations: 5, halve: 2 }, 1],
    [{ population: 6, generations: 4, synchronous: false, selection: 'tournament' }, 2],
  ])('hold for pbt %j with %i objectives', (options, objectives) => {
    checkLaws(pbt, options, objectives);
  });
});

describe('a synchronous population', () => {
  it('begins the worst quarter anew from the best, the others go on with what they have', () => {
    const starts = play({ population: 8, generations: 3, interval: 5 }, byMember);
    expect(starts.length).toBe(24);
    const second = of(starts, 1);
    expect(second.map(({ bracket }) => bracket)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(second.filter(anew).map(({ bracket }) => bracket)).toEqual([6, 7]);
    for (const { lineage } of second.filter(anew)) expect([0, 1]).toContain(lineage!.parent);
    expect(second.filter((start) => !anew(start)).map(({ lineage }) => lineage!.parent)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(second.every(({ to, final }) => to === 10 && final)).toBe(true);
  });

  it('never replaces anybody while it warms up, but those that failed', () => {
    const starts = play({ population: 8, generations: 4, warmup: 2 }, (number, start) =>
      number === 5 ? { end: 'gone' } : byMember(number, start),
    );
    expect(
      of(starts, 1)
        .filter(anew)
        .map(({ bracket }) => bracket),
    ).toEqual([5]);
    expect(of(starts, 2).filter(anew)).toEqual([]);
    expect(
      of(starts, 3)
        .filter(anew)
        .map(({ bracket }) => bracket),
    ).toEqual([6, 7]);
  });

  it('counts failed members among the worst', () => {
    const starts = play({ population: 8, generations: 2 }, (number, start) =>
      number === 0 || number === 3 || number === 4 ? { end: 'gone' } : byMember(number, start),
    );
    expect(
      of(starts, 1)
        .filter(anew)
        .map(({ bracket }) => bracket),
    ).toEqual([0, 3, 4]);
    for (const { lineage } of of(starts, 1).filter(anew)) expect([1, 2]).toContain(lineage!.parent);
  });

  it('trains a generation of which nothing is left again, from the start', () => {
    const starts = play({ population: 3, generations: 2 }, (number, start) =>
      number < 3 ? { end: 'gone' } : byMember(number, start),
    );
    expect(starts.slice(3, 6).map(({ rung, lineage }) => [rung, lineage])).toEqual([
      [0, undefined],
      [0, undefined],
      [0, undefined],
    ]);
  });

  it('starts a trial that was never made once more, as it was', () => {
    const options = schedulerOptions(pbt, { population: 4, generations: 2 });
    const state = pbt.begin(PROBLEM, options);
    const first = pbt.next(state, 0);
    pbt.next(state, 1);
    pbt.ended(state, 0, { end: 'gone', unmade: true });
    expect(pbt.next(state, 2)).toEqual(first);
  });

  it('has each member that loses against a random other begin from that one, in a tournament', () => {
    const starts = play({ population: 16, generations: 2, selection: 'tournament' }, byMember);
    const replaced = of(starts, 1).filter(anew);
    // on average half of them lose
    expect(replaced.length).toBeGreaterThan(3);
    expect(replaced.length).toBeLessThan(13);
    for (const { bracket, lineage } of replaced) expect(lineage!.parent).toBeLessThan(bracket);
  });

  it('ranks feasible members before others, and those by how far they are from it', () => {
    const violations = [4, 0, 1, 0];
    const starts = play({ population: 4, generations: 2 }, (number, { bracket }) =>
      violations[bracket] === 0
        ? { end: 'reached', y: [100 + bracket] }
        : { end: 'infeasible', y: [bracket], violation: violations[bracket]! },
    );
    // the farthest one is the worst, the best feasible one the only donor
    expect(of(starts, 1).filter(anew)).toMatchObject([{ bracket: 0, lineage: { parent: 1 } }]);
  });

  it('ranks by fronts where there are several objectives', () => {
    const y = [
      [3, 3],
      [0, 1],
      [1, 0],
      [2, 2],
    ];
    const starts = play({ population: 4, generations: 2 }, (_, { bracket }) => ({ end: 'reached', y: y[bracket]! }), {
      ...PROBLEM,
      objectives: 2,
    });
    expect(of(starts, 1).filter(anew)).toMatchObject([{ bracket: 0, lineage: { parent: 1 } }]);
  });

  it('loses the worse half after as many generations as it is told, two members at least staying', () => {
    const starts = play({ population: 8, generations: 7, halve: 2 }, byMember);
    expect([0, 1, 2, 3, 4, 5, 6].map((generation) => of(starts, generation).length)).toEqual([8, 8, 4, 4, 2, 2, 2]);
    expect(of(starts, 4).map(({ bracket }) => bracket)).toEqual([0, 1]);
    const plan = pbt.plan(schedulerOptions(pbt, { population: 8, generations: 7, halve: 2 }));
    expect(plan[0]!.rungs.map(({ trials }) => trials)).toEqual([8, 8, 4, 4, 2, 2, 2]);
  });

  it('takes other donors with another seed', () => {
    const donors = (seed: number): unknown =>
      play({ population: 16, generations: 4 }, byMember, { ...PROBLEM, seed }).map(({ lineage }) => lineage?.parent);
    expect(donors(1)).not.toEqual(donors(2));
    expect(donors(1)).toEqual(donors(1));
  });
});

describe('an asynchronous population', () => {
  it('puts a member that begins from a donor into the donor’s generation', () => {
    const starts = play({ population: 4, generations: 6, synchronous: false }, byMember);
    for (const start of starts.filter(({ lineage }) => lineage)) {
      const parent = starts[start.lineage!.parent]!;
      expect(start.rung).toBe(parent.rung + 1);
      expect(start.to).toBe(parent.to + 1);
    }
    expect(
      of(starts, 5)
        .map(({ bracket }) => bracket)
        .toSorted((a, b) => a - b),
    ).toEqual([0, 1, 2, 3]);
  });

  it('decides otherwise in another order, by what has ended', () => {
    const run = (picks: number[]): unknown =>
      playOut(
        {
          scheduler: pbt,
          options: { population: 6, generations: 5, synchronous: false },
          problem: PROBLEM,
          limit: 999,
        },
        chanceOf(picks, [false], 5, 1),
      ).log;
    expect(run([0.9, 0.1])).not.toEqual(run([0.2]));
  });

  it('has no generation to halve', () => {
    expect(pbt.supports(PROBLEM, schedulerOptions(pbt, { halve: 2, synchronous: false }))).toMatch(/no generation/);
  });
});

describe('a final test of a population', () => {
  const tested = (generations: number, repeats: number): (() => void) => {
    const scheduler = { name: 'pbt', options: { generations } };
    return () =>
      checkScheduler(definitionOf({ scheduler, stop: { maxFailures: 1 }, evaluate: evaluationOf({ repeats }) }));
  };

  it('trains at most 2,000 intervals again', () => {
    expect(tested(200, 10)).not.toThrow();
    expect(tested(201, 10)).toThrow(
      'evaluate.repeats is 10, and each trains the 201 intervals of the best schedule of scheduler pbt again: expected at most 2000 intervals in all',
    );
  });
});
