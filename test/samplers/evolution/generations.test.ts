import { describe, expect, it } from 'vitest';
import { crowdedSurvivors } from '../../../samplers/evolution/crowded.ts';
import { Generations } from '../../../samplers/evolution/generations.ts';
import { generationOf, lineage } from '../../../samplers/evolution/lineage.ts';
import type { Row, View } from '../../../samplers/sampler.ts';
import { pending } from '../spaces.ts';

/** Trials in the order they closed: the generation each was bred for (none: told), its value (none: failed). */
function viewOf(results: readonly (readonly [generation: number | undefined, value: number | undefined])[]): View {
  const rows = results.map(([generation, value], number): Row => {
    const memo = generation === undefined ? {} : { memo: lineage(generation, []) };
    const end = value === undefined ? ({ state: 'failed' } as const) : { y: Float64Array.of(value) };
    return pending(number, [0], { state: 'complete', closed: number, ...end, ...memo });
  });
  return { seq: rows.length, rows, closed: rows.map(({ number }) => number) };
}

function folded(results: Parameters<typeof viewOf>[0], size = 3): { generation: number; parents: number[] } {
  const generations = new Generations(size, crowdedSurvivors);
  generations.advance(viewOf(results), 1);
  return { generation: generations.generation, parents: generations.parents.map(({ number }) => number) };
}

describe('generations', () => {
  it('close on as many results as they are large, and the best of all so far are the next parents', () => {
    expect(
      folded([
        [0, 5],
        [0, 3],
      ]),
    ).toEqual({ generation: 0, parents: [] });
    expect(
      folded([
        [0, 5],
        [0, 3],
        [0, 4],
      ]),
    ).toEqual({ generation: 1, parents: [1, 2, 0] });
    expect(
      folded([
        [0, 5],
        [0, 3],
        [0, 4],
        [1, 9],
        [1, 1],
        [1, 8],
      ]),
    ).toEqual({ generation: 2, parents: [4, 1, 2] });
  });

  it('let late results of earlier ones compete, without counting them', () => {
    const late = [
      [0, 5],
      [0, 3],
      [0, 4],
      [0, 1],
      [1, 9],
      [1, 8],
    ] as const;
    expect(folded(late)).toEqual({ generation: 1, parents: [1, 2, 0] });
    expect(folded([...late, [1, 7]])).toEqual({ generation: 2, parents: [3, 1, 2] });
  });

  it('count what nobody bred, and never failed trials', () => {
    expect(
      folded([
        [undefined, 2],
        [0, undefined],
        [undefined, 1],
        [0, undefined],
        [0, 3],
      ]),
    ).toEqual({
      generation: 1,
      parents: [2, 0, 4],
    });
  });

  it('go on where the population was another before', () => {
    const tagged = [
      [0, 1],
      [0, 2],
      [1, 3],
      [1, 4],
      [2, 5],
      [2, 6],
    ] as const;
    expect(folded(tagged, 6).generation).toBe(1);
    expect(folded(tagged, 1).generation).toBe(3);
  });

  it('are the same whether folded at once or row by row', () => {
    const results = Array.from({ length: 40 }, (_, i) => [i % 7 === 0 ? undefined : i >> 3, (i * 37) % 41] as const);
    const view = viewOf(results);
    const stepwise = new Generations(4, crowdedSurvivors);
    for (let i = 1; i <= view.closed.length; i++) stepwise.advance({ ...view, closed: view.closed.slice(0, i) }, 1);
    expect(stepwise.parents.map(({ number }) => number)).toEqual(folded(results, 4).parents);
  });

  it('ignore rows that say nothing in this space', () => {
    const view = viewOf([
      [0, 1],
      [0, 2],
      [0, 3],
    ]);
    const generations = new Generations(3, crowdedSurvivors);
    generations.advance({ ...view, rows: view.rows.map((row) => ({ ...row, x: new Float64Array(0) })) }, 1);
    expect(generations.generation).toBe(0);
  });
});

describe('survivors by crowding', () => {
  it('are whole fronts, and of the last one those with most room', () => {
    const points = [
      [0, 4],
      [1, 2],
      [1.1, 1.9],
      [2, 1],
      [4, 0],
      [5, 5],
    ];
    const rows = points.map((y, i) => pending(i, [0], { state: 'complete', closed: i, y: Float64Array.from(y) }));
    expect(crowdedSurvivors(rows, 4).map(({ number }) => number)).toEqual([0, 4, 3, 1]);
    expect(crowdedSurvivors(rows, 6).at(-1)).toMatchObject({ number: 5, rank: 1 });
  });
});

describe('lineage', () => {
  it('says the generation, and is none without a memo', () => {
    expect(generationOf(lineage(70_000, [1, 2]))).toBe(70_000);
    expect(Array.from(lineage(1, [2, 258]))).toEqual([1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 0, 0]);
    expect(generationOf(undefined)).toBeUndefined();
  });
});
