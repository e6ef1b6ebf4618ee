/** How a study shares the workers of one queue with others: priority: 2, fairness: { key: vision, weight: 2 }. */
import { need, readKeys, readNumber, readText, readWhole, wrong, type Field } from './field.ts';
import type { Fairness } from '../study.ts';
import { utf8Bytes } from '../wording/utf8.ts';

export interface FairnessSyntax {
  /** Whose trials these are: a team, a person, a project; at most 64 bytes. */
  readonly key: string;
  /** How large a share the key gets beside others, 0.001 to 1000; default 1. */
  readonly weight?: number;
}

const MAX_KEY_BYTES = 64;
const EXAMPLE = 'write fairness: { key: vision, weight: 2 }, say';

/** 1 (first) to 5 (last). */
export function readPriority(field: Field): number | undefined {
  return readWhole(field, 1, 5, '1 goes first; leave it out for 3');
}

export function readFairness(field: Field): Fairness | undefined {
  const fields = readKeys(field, { known: ['key', 'weight'] }, '{ key, weight }', EXAMPLE);
  if (!fields) return undefined;
  const expected = `text of at most ${MAX_KEY_BYTES} bytes`;
  const key = need(field, fields, 'key', expected, EXAMPLE, (each) => {
    const text = readText(each, MAX_KEY_BYTES, expected, 'write the name of a team or project');
    return text !== undefined && utf8Bytes(text) > MAX_KEY_BYTES ? wrong(each, expected, 'shorten it') : text;
  });
  const written = fields.get('weight');
  const isWeight = (value: number): boolean => value >= 0.001 && value <= 1000;
  const weight = written && readNumber(written, 'a number from 0.001 to 1000', isWeight, 'leave it out for 1');
  return key === undefined ? undefined : { key, ...(weight !== undefined && { weight }) };
}
