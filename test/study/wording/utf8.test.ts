import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToBytes, utf8Bytes } from '../../../study/wording/utf8.ts';

const encoded = (text: string): number => new TextEncoder().encode(text).length;
const text = fc.string({ unit: 'binary' });

describe('utf8Bytes', () => {
  it('counts as an encoder does', () => {
    fc.assert(
      fc.property(text, (any) => utf8Bytes(any) === encoded(any)),
      { seed: 1 },
    );
  });
});

describe('cutToBytes', () => {
  it('leaves what fits alone, and cuts the rest between characters', () => {
    expect(cutToBytes('müde', 5)).toBe('müde');
    expect(cutToBytes('müder', 5)).toBe('m…');
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 30 }), (any, most) => {
        const cut = cutToBytes(any, most);
        expect(encoded(cut)).toBeLessThanOrEqual(most);
        if (cut !== any) expect(cut.endsWith('…') && any.startsWith(cut.slice(0, -1))).toBe(true);
        else expect(encoded(any)).toBeLessThanOrEqual(most);
      }),
      { seed: 2 },
    );
  });
});
