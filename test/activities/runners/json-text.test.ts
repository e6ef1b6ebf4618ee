import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../activities/runners/json-text.ts';

describe('parseJson', () => {
  it('reads JSON as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
      { seed: 1 },
    );
  });

  it('reads numbers that are none, and leaves strings that look like them alone', () => {
    expect(parseJson('{"NaN": NaN, "a": [-Infinity, Infinity, "NaN", "\\"NaN", "x -Infinity \\\\"]}')).toEqual({
      NaN,
      a: [-Infinity, Infinity, 'NaN', '"NaN', 'x -Infinity \\'],
    });
  });

  it.each(['{', "{'value': 1}", '{"value": Nan}', '{"value": xNaN}', 'NaNNaN', ''])('refuses %o', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
