import { describe, expect, it } from 'vitest';
import { define, messageOf, spaceFaults } from '../studies.ts';

const KINDS =
  '{ float: … }, { int: … }, { choice: … }, { ordinal: … }, { bool: … }, { array: … }, { permutation: … } or { fixed: … }';

describe('a space', () => {
  it('is read from every form of parameter', () => {
    const { space } = define(`space:
      a: { float: [-1, 1.5] }
      b: { float: [0, 0.7], step: 0.1, scale: linear }
      c: { int: [1, 1024], scale: log, prior: { lognormal: { mean: 3, sd: 1 } } }
      d: { int: [0, 100], step: 10, prior: { beta: { alpha: 2, beta: 5 } } }
      e: { choice: [x, 1, true, null], weights: [1, 2, 3, 0.5] }
      f: { ordinal: [s, m] }
      g: { bool: true, when: { e: [x, null], f: m } }
      h: { array: { choice: [relu, tanh] }, length: [0, 3] }
      i: { permutation: [1, 2] }
      j: { fixed: { layers: [1, null] } }
      k.l: { float: [2, 2] }`);
    expect(space).toEqual({
      version: 1,
      parameters: [
        { name: 'a', domain: { kind: 'float', low: -1, high: 1.5, scale: 'linear' } },
        { name: 'b', domain: { kind: 'float', low: 0, high: 0.7, scale: 'linear', step: 0.1 } },
        {
          name: 'c',
          domain: { kind: 'int', low: 1, high: 1024, scale: 'log', prior: { lognormal: { mean: 3, sd: 1 } } },
        },
        {
          name: 'd',
          domain: { kind: 'int', low: 0, high: 100, scale: 'linear', step: 10, prior: { beta: { alpha: 2, beta: 5 } } },
        },
        { name: 'e', domain: { kind: 'choice', choices: ['x', 1, true, null], weights: [1, 2, 3, 0.5] } },
        { name: 'f', domain: { kind: 'ordinal', choices: ['s', 'm'] } },
        {
          name: 'g',
          domain: { kind: 'bool' },
          when: [
            { parameter: 'e', in: ['x', null] },
            { parameter: 'f', in: ['m'] },
          ],
        },
        {
          name: 'h',
          domain: { kind: 'array', element: { kind: 'choice', choices: ['relu', 'tanh'] }, length: [0, 3] },
        },
        { name: 'i', domain: { kind: 'permutation', items: [1, 2] } },
        { name: 'j', domain: { kind: 'fixed', value: { layers: [1, null] } } },
        { name: 'k.l', domain: { kind: 'float', low: 2, high: 2, scale: 'linear' } },
      ],
      forbid: [],
    });
  });

  it('has no negative zeros', () => {
    const { space } = define(
      'space: { x: { float: [-0, 1], prior: { normal: { mean: -0, sd: 1 } } }, c: { choice: [-0, 1] } }',
    );
    expect(space.parameters.map(({ domain }) => domain)).toEqual([
      { kind: 'float', low: 0, high: 1, scale: 'linear', prior: { normal: { mean: 0, sd: 1 } } },
      { kind: 'choice', choices: [0, 1] },
    ]);
  });

  it.each([
    ['3', 'space is 3, expected parameters by name; write space: { lr: { float: [0, 1] } }'],
    ['[]', 'space is [], expected parameters by name; write space: { lr: { float: [0, 1] } }'],
    ['~', 'space is null, expected parameters by name; nothing stands there: write a value'],
    ['{}', 'space is {}, expected at least one parameter; write space: { lr: { float: [0, 1] } }'],
    [
      'x: { fixed: 1 }',
      'space is { x: { fixed: 1 } }, expected at least one parameter that is not fixed; give one a range or choices',
    ],
    ['x: 20', `space.x is 20, expected one of ${KINDS}; write { fixed: 20 } for a constant`],
    ['x: [0, 1]', `space.x is [0, 1], expected one of ${KINDS}; write one`],
    ['x: {}', `space.x is {}, expected one of ${KINDS}; write one`],
    ['x: { flot: [0, 1] }', `space.x is { flot: [0, 1] }, expected one of ${KINDS}; did you mean 'float'?`],
    [
      'x: { float: [0, 1], int: [0, 1] }',
      'space.x is { float: [0, 1], int: [0, 1] }, expected exactly one of float, int, choice, ordinal, bool, array, permutation or fixed; keep float or int',
    ],
    ['x: { bool: true, step: 1 }', 'space.x.step (value 1) is not a known key, expected bool or when; remove it'],
    [
      'x: { float: [0, 1], scal: log }',
      'space.x.scal (value "log") is not a known key, expected float, scale, step, prior or when; did you mean \'scale\'?',
    ],
  ])('%s is refused', (space, message) => {
    expect(spaceFaults(space)).toBe(message);
  });

  it('is refused where it has too many numbers to tune', () => {
    const choices = Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`p${i}`, { bool: true }]));
    const space = { ...choices, a: { array: { bool: true }, length: [0, 999] }, c: { fixed: 1 } };
    expect(messageOf(() => define({ space }))).toBe('none');
    expect(messageOf(() => define({ space: { ...space, b: { permutation: [1, 2] } } }))).toMatch(
      /^space is \{ p0: .*…, expected at most 5000 numbers to tune, not 5001; tune fewer parameters or shorter lists$/,
    );
  });

  it('is refused with every fault at once, one a line', () => {
    expect(
      spaceFaults('{ a: { float: [1, 0] }, b: { choice: [] }, c: { bool: true, when: { d: 1 } } }', '[{ e: 1 }]'),
    ).toBe(
      [
        'space.a.float is [1, 0], expected low <= high; swap them',
        'space.b.choice is [], expected a list of 1 or more different values; add some',
        'space.c.when.d (value 1) is no parameter, expected a or b; name one that exists',
        'forbid[0].e (value 1) is no parameter, expected a, b or c; name one that exists',
      ].join('\n'),
    );
  });
});

describe('a name', () => {
  const rename =
    'cannot be used, expected 1 to 200 characters, without space at the ends, dots only between parts; rename it';
  it.each([
    [
      'baseline',
      'space.baseline: the name "baseline" is taken: an enqueued trial marks the baseline with it; rename the parameter',
    ],
    ['""', `space.: the name "" ${rename}`],
    ['" x"', `space. x: the name " x" ${rename}`],
    ['a..b', `space.a..b: the name "a..b" ${rename}`],
    ['.a', `space..a: the name ".a" ${rename}`],
    ['"a\\tb"', `space.a\tb: the name "a\\tb" ${rename}`],
    [
      'a.__proto__',
      'space.a.__proto__: the name "a.__proto__" is taken: \'__proto__\' means something to JavaScript; rename the parameter',
    ],
    [
      'z.y',
      'space.z.y: the name "z.y" cannot be used beside "z", which would be both a value and a branch; rename one of the two',
    ],
    [
      'z.y.x',
      'space.z.y.x: the name "z.y.x" cannot be used beside "z", which would be both a value and a branch; rename one of the two',
    ],
  ])('%s is refused', (name, message) => {
    expect(spaceFaults(`{ z: { bool: true }, ${name}: { bool: true } }`)).toBe(message);
  });

  it('may be long, but not for ever', () => {
    expect(messageOf(() => define({ space: { ['n'.repeat(200)]: { bool: true } } }))).toBe('none');
    expect(messageOf(() => define({ space: { ['n'.repeat(201)]: { bool: true } } }))).toMatch(
      /: the name "n+… cannot be used, /,
    );
  });
});
