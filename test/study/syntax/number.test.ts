import { describe, expect, it } from 'vitest';
import { spaceFaults } from '../studies.ts';

describe('a range', () => {
  it.each([
    ['float: 3', 'float is 3, expected a list [low, high]; write float: [0, 1]'],
    ['float: [1]', 'float is [1], expected a list [low, high]; write float: [0, 1]'],
    ['int: [1, 2, 3]', 'int is [1, 2, 3], expected a list [low, high]; write int: [1, 10]'],
    ['float: ["0", 1]', 'float is ["0", 1], expected two finite numbers [low, high]; remove the quotes'],
    ['float: [a, 1]', 'float is ["a", 1], expected two finite numbers [low, high]; write float: [0, 1]'],
    ['float: [.nan, 1]', 'float is [NaN, 1], expected two finite numbers [low, high]; write float: [0, 1]'],
    ['float: [0, .inf]', 'float is [0, Infinity], expected two finite numbers [low, high]; write float: [0, 1]'],
    ['float: [~, 1]', 'float is [null, 1], expected two finite numbers [low, high]; write float: [0, 1]'],
    ['float: [1, 0]', 'float is [1, 0], expected low <= high; swap them'],
    [
      'float: [-1.7e308, 1.7e308]',
      'float is [-1.7e+308, 1.7e+308], expected a distance high - low below 1.79e308; narrow the range',
    ],
    ['int: [1, 2.5]', 'int is [1, 2.5], expected two whole numbers below 2^53 [low, high]; use float for fractions'],
    [
      'int: [1, 1e16]',
      'int is [1, 10000000000000000], expected two whole numbers below 2^53 [low, high]; use float for fractions',
    ],
    [
      'int: [-9e15, 9e15]',
      'int is [-9000000000000000, 9000000000000000], expected a distance high - low below 2^53; narrow the range',
    ],
    [
      'float: [0, 1], scale: log',
      'float is [0, 1], expected a low bound > 0 with scale: log; raise it or leave scale out',
    ],
    [
      'int: [-1, 1], scale: log',
      'int is [-1, 1], expected a low bound > 0 with scale: log; raise it or leave scale out',
    ],
    ['float: [0, 1], scale: lgo', 'scale is "lgo", expected linear or log; did you mean \'log\'?'],
    ['float: [0, 1], scale: true', 'scale is true, expected linear or log; leave it out for linear'],
    ['float: [0, 1], step: 0', 'step is 0, expected a number > 0; leave it out for no grid'],
    ['float: [0, 1], step: -0.1', 'step is -0.1, expected a number > 0; leave it out for no grid'],
    ['float: [0, 1], step: "0.1"', 'step is "0.1", expected a number > 0; remove the quotes'],
    ['float: [0, 1], step: .nan', 'step is NaN, expected a number > 0; write a finite number'],
    ['float: [0, 1], step: 1.5', 'step is 1.5, expected at most high - low = 1; make it smaller or leave it out'],
    [
      'float: [0, 1000], step: 1e-7',
      'step is 1e-7, expected at least 0.000001, a billionth of the bounds; leave it out for no grid',
    ],
    ['int: [0, 10], step: 2.5', 'step is 2.5, expected a whole number of at least 1; leave it out for no grid'],
    [
      'float: [0.1, 1], step: 0.1, scale: log',
      'step is 0.1, expected no step with scale: log; leave one of the two out',
    ],
  ])('{ %s } is refused', (range, message) => {
    expect(spaceFaults(`x: { ${range} }`)).toBe(`space.x.${message}`);
  });
});

describe('a prior', () => {
  const expected = 'one of normal: { mean, sd }, lognormal: { mean, sd } or beta: { alpha, beta }';
  it.each([
    ['normal', `prior is "normal", expected ${expected}; write prior: { normal: { mean: 0.5, sd: 0.1 } }`],
    ['{}', `prior is {}, expected ${expected}; write prior: { normal: { mean: 0.5, sd: 0.1 } }`],
    [
      '{ norml: { mean: 0, sd: 1 } }',
      "prior.norml (value { mean: 0, sd: 1 }) is not a known key, expected normal, lognormal or beta; did you mean 'normal'?",
    ],
    ['{ normal: 1, beta: 1 }', `prior is { normal: 1, beta: 1 }, expected ${expected}; keep one`],
    ['{ normal: 1 }', 'prior.normal is 1, expected { mean, sd }; write { mean: 2, sd: 1 }'],
    ['{ normal: { mean: 0.1 } }', 'prior.normal is { mean: 0.1 }, expected mean and sd, both numbers; add sd'],
    [
      '{ normal: { mean: 0, sd: 1, x: 1 } }',
      'prior.normal.x (value 1) is not a known key, expected mean or sd; remove it',
    ],
    ['{ normal: { mean: a, sd: 1 } }', 'prior.normal.mean is "a", expected a number; write a number'],
    ['{ normal: { mean: 0, sd: 0 } }', 'prior.normal.sd is 0, expected a number > 0; the smaller, the surer'],
    ['{ lognormal: { mean: 0, sd: -1 } }', 'prior.lognormal.sd is -1, expected a number > 0; the smaller, the surer'],
    ['{ beta: { alpha: 0, beta: 1 } }', 'prior.beta.alpha is 0, expected a number > 0; 1 and 1 give a uniform prior'],
    ['{ beta: { alpha: 1, beta: .inf } }', 'prior.beta.beta is Infinity, expected a number > 0; write a finite number'],
    [
      '{ normal: { mean: 50, sd: 1 } }',
      'prior.normal is { mean: 50, sd: 1 }, expected a mean within 30 sd of the range; move mean or raise sd',
    ],
    [
      '{ lognormal: { mean: 50, sd: 1 } }',
      'prior.lognormal is { mean: 50, sd: 1 }, expected values of the range to have ln(value) within 30 sd of mean; move mean or raise sd',
    ],
  ])('%s is refused', (prior, message) => {
    expect(spaceFaults(`x: { float: [0, 1], prior: ${prior} }`)).toBe(`space.x.${message}`);
  });

  it('of positive values alone does not fit a negative range', () => {
    expect(spaceFaults('x: { float: [-2, -1], prior: { lognormal: { mean: 0, sd: 1 } } }')).toBe(
      'space.x.prior.lognormal is { mean: 0, sd: 1 }, expected values of the range to have ln(value) within 30 sd of mean; move mean or raise sd',
    );
  });
});
