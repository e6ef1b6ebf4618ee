import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkDefinition } from '../../../samplers/check.ts';
import { defineStudy } from '../../../study/definition.ts';
import { float } from '../../../study/schema.ts';
import type { StudyDefinition } from '../../../study/study.ts';

const define = (changes: object): StudyDefinition =>
  defineStudy(
    {
      name: 's',
      defineByRun: true,
      objective: { name: 'loss', goal: 'minimize' },
      trial: { function: 'train', module: './train.ts' },
      stop: { trials: 5 },
      seed: 1,
      ...changes,
    },
    { directory: '/' },
  );

describe('defineByRun', () => {
  it.each([[{}], [{ space: {} }], [{ space: undefined }]])('needs no space: %j', (changes) => {
    const definition = define(changes);
    expect(definition.space).toEqual({ version: 1, parameters: [], forbid: [] });
    expect(definition.defineByRun).toBe(true);
    expect(definition.sampler.name).toBe('tpe');
  });

  it('goes with a space, in YAML and as a schema', () => {
    const names = ({ space }: StudyDefinition): string[] => space.parameters.map(({ name }) => name);
    expect(names(define({ space: { lr: { float: [0, 1] } } }))).toEqual(['lr']);
    expect(names(define({ space: z.object({ lr: float(0, 1) }) }))).toEqual(['lr']);
  });

  it('lets enqueued trials and the baseline have what no space has', () => {
    const { enqueue } = define({ space: { x: { float: [0, 1] } }, enqueue: [{ x: 0.5, lr: 0.1, baseline: true }] });
    expect(enqueue).toEqual([{ params: { x: 0.5, lr: 0.1 }, baseline: true }]);
    expect(() => define({ enqueue: [{ lr: [1] }] })).toThrow(
      'enqueue[0]: lr cannot be [1]: expected text, a finite number',
    );
    expect(() => define({ defineByRun: false, space: { x: { float: [0, 1] } }, enqueue: [{ lr: 1 }] })).toThrow(
      'enqueue[0].lr (value 1) is no parameter',
    );
  });

  it('chooses tpe where the choice is auto, and ends by itself with brute-force', () => {
    expect(define({ sampler: 'auto' }).sampler).toMatchObject({
      name: 'tpe',
      chosen: expect.stringContaining('ask for'),
    });
    expect(define({ sampler: 'brute-force', stop: undefined }).stop.trials).toBeUndefined();
  });

  it.each([
    [{ models: { a: { space: { x: { float: [0, 1] } } } }, space: undefined }, 'expected no defineByRun beside models'],
    [{ trial: 'external' }, 'expected no defineByRun with trial: external'],
    [{ trial: { http: 'https://train.example.com' } }, 'expected no defineByRun with trial: http'],
    [{ stop: { regret: 0.1 } }, 'expected no defineByRun with stop.regret'],
    [{ forbid: [{ x: { above: 1 } }] }, 'expected none without a space'],
    [{ defineByRun: 'yes' }, 'defineByRun is "yes", expected true or false'],
    [{ defineByRun: false }, 'space is missing'],
  ])('is refused in words: %j', (changes, words) => {
    expect(() => define(changes)).toThrow(words);
  });

  it.each(['tpe', 'random', 'brute-force'])('is served by %s', (sampler) => {
    expect(() => checkDefinition(define({ sampler }))).not.toThrow();
  });

  it('is not served by others, and brute-force serves no space', () => {
    expect(() => checkDefinition(define({ sampler: 'gp' }))).toThrow(
      'sampler gp does not serve trials that ask for parameters while they run (defineByRun); use tpe, random or brute-force',
    );
    expect(() => checkDefinition(define({ sampler: 'brute-force', space: { x: { int: [0, 1] } } }))).toThrow(
      'the space has parameters of its own (x)',
    );
  });
});
