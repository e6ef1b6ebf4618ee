import { describe, expect, it } from 'vitest';
import { frontOf, frontText } from '../../cli/front.ts';
import type { BestTrial } from '../../study/contract.ts';
import type { Objective } from '../../study/study.ts';

const objectives: Objective[] = [
  { name: 'accuracy', goal: 'maximize' },
  { name: 'latency', goal: 'minimize' },
];
const trial = (number: number, accuracy: number, latency: number): BestTrial => ({
  number,
  params: { depth: number },
  values: { accuracy, latency },
});
const trials = [trial(3, 0.5, 10), trial(7, 0.8, 20)];

describe('a front', () => {
  it('begins with the best in the first objective, and says what each trial adds up to the reference', () => {
    const front = frontOf(objectives, trials, { accuracy: 0, latency: 30 });
    expect(front.hypervolume).toBeCloseTo(0.5 * 20 + 0.3 * 10, 12);
    expect(front.trials.map(({ number }) => number)).toEqual([7, 3]);
    expect(front.trials[0]!.adds).toBeCloseTo(3 / 13, 12);
    expect(front.trials[1]!.adds).toBeCloseTo(5 / 13, 12);
    expect(front.reference).toEqual({ accuracy: 0, latency: 30 });
  });

  it('reaches a tenth beyond its worst values unless something else is said', () => {
    const { reference } = frontOf(objectives, trials);
    expect(reference!['accuracy']).toBeCloseTo(0.45, 12);
    expect(reference!['latency']).toBeCloseTo(22, 12);
  });

  it('counts as nothing what lies beyond the reference', () => {
    const front = frontOf(objectives, trials, { accuracy: 0.9, latency: 5 });
    expect(front.hypervolume).toBe(0);
    expect(front.trials.map(({ adds }) => adds)).toEqual([0, 0]);
  });

  it('is a table for people', () => {
    expect(frontText(objectives, frontOf(objectives, trials, { accuracy: 0, latency: 30 }))).toBe(
      [
        'trial  accuracy  latency  adds    parameters',
        '7      0.8       20       23.1 %  depth=7',
        '3      0.5       10       38.5 %  depth=3',
        'hypervolume 13, up to accuracy 0, latency 30',
      ].join('\n'),
    );
    expect(frontText(objectives, frontOf(objectives, []))).toBe('no trial is complete yet');
  });

  it('wants a reference for each objective', () => {
    expect(() => frontOf(objectives, trials, { accuracy: 0 })).toThrow(
      '--reference names accuracy, expected each of accuracy, latency once; write --reference accuracy=1 --reference latency=1, say',
    );
    expect(() => frontOf(objectives, trials, { accuracy: 0, speed: 1 })).toThrow('names accuracy, speed');
  });
});
