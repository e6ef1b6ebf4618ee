import { describe, expect, it } from 'vitest';
import { nearest } from '../../../study/wording/nearest.ts';

describe('nearest', () => {
  it.each([
    ['optimiser', ['size', 'optimizer'], 'optimizer'],
    ['spcae', ['space', 'stop'], 'space'],
    ['Float', ['int', 'float'], 'float'],
    ['lr', ['tr', 'momentum'], 'tr'],
    ['max', ['minimize', 'maximize'], 'maximize'],
    ['stop', ['stop', 'step'], 'stop'],
    ['stpp', ['step', 'stop'], 'step'],
  ])('takes %j for a slip of one of %j', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });

  it.each([
    ['foo', ['bar', 'optimizer']],
    ['a', ['b', 'ab']],
    ['lr', ['xy']],
    ['', ['a']],
    ['momentum', []],
  ])('sees nothing like %j in %j', (word, candidates) => {
    expect(nearest(word, candidates)).toBeUndefined();
  });
});
