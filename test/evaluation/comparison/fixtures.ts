/** Reference values (test/evaluation/fixtures/comparison.py says from where), and random numbers for simulations. */
import { readFileSync } from 'node:fs';
import { philox } from '../../../samplers/numerics/philox.ts';
import { normalQuantile } from '../../../samplers/numerics/normal.ts';

export interface Reference {
  distributions: Record<'tTail' | 'tQuantile' | 'binomialCdf', number[][]>;
  mcnemar: [b: number, c: number, p: number][];
  tango: { b: number; c: number; n: number; alpha: number; low: number; high: number }[];
  delong: {
    positive: number[];
    champion: number[];
    challenger: number[];
    areas: [number, number];
    variance: number;
    p: number;
    interval: [number, number];
  }[];
  folds: {
    differences: number[];
    testRatio: number;
    t: number;
    p: number;
    interval: [number, number];
    bayesian: { rope: number; worse: number; equal: number; better: number }[];
    baycomp: { rope: number; probabilities: number[] }[];
  }[];
  bca: {
    replicates: number[];
    effect: number;
    acceleration: number;
    units: number;
    degrees: number;
    alpha: number;
    bias: number;
    interval: [number, number];
  }[];
  bootstrap: {
    champion: number[];
    challenger: number[];
    interval: [number, number];
    standardError: number;
    acceleration: number;
  }[];
}

export const reference = JSON.parse(
  readFileSync(new URL('../fixtures/comparison.json', import.meta.url), 'utf8'),
) as Reference;

/** Uniform numbers in (0, 1), one after the other. */
export function uniforms(seed: number): () => number {
  const block = new Uint32Array(4);
  let i = 0;
  return () => {
    if ((i & 3) === 0) philox(i >> 2, 0, 0, 7, seed, 0, block);
    return (block[i++ & 3] + 0.5) / 4294967296;
  };
}

export function normals(seed: number): () => number {
  const uniform = uniforms(seed);
  return () => normalQuantile(uniform());
}

/** The same list in another order. */
export function permuted<T>(list: readonly T[], seed: number): T[] {
  const uniform = uniforms(seed);
  return list
    .map((value) => ({ value, key: uniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}
