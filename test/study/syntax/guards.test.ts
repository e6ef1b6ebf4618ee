import { describe, expect, it } from 'vitest';
import { GUARDS } from '../../../study/evaluation/spec.ts';
import { define, faults } from '../studies.ts';

describe('evaluate.guards', () => {
  it.each([
    [`{ off: [${GUARDS.join(', ')}] }`, { off: GUARDS, imbalance: 0.8, bound: 0.01 }],
    ['{ imbalance: 0.5, bound: 0.5 }', { off: [], imbalance: 0.5, bound: 0.5 }],
    ['{ imbalance: 1, bound: 0 }', { off: [], imbalance: 1, bound: 0 }],
    ['{ gap: { above: 0.1 } }', { off: [], imbalance: 0.8, gap: { above: 0.1, as: 'warning' }, bound: 0.01 }],
    [
      '{ gap: { above: 0, as: penalty } }',
      { off: [], imbalance: 0.8, gap: { above: 0, as: 'penalty', weight: 1 }, bound: 0.01 },
    ],
    [
      '{ gap: { above: 0.1, as: penalty, weight: 0.5 } }',
      { off: [], imbalance: 0.8, gap: { above: 0.1, as: 'penalty', weight: 0.5 }, bound: 0.01 },
    ],
  ])('%s is kept', (written, guards) => {
    const definition = define(`evaluate: { guards: ${written} }`);
    expect(definition.evaluate!.guards).toEqual(guards);
    expect(definition.constraints).toEqual([]);
  });

  it('constrain trials to a gap', () => {
    expect(define('evaluate: { guards: { gap: { above: 0.1, as: constraint } } }').constraints).toEqual([
      { name: 'gap', below: 0.1 },
    ]);
  });

  it.each(['constraints: { gap: { above: 1 } }', 'objective: { name: gap, goal: minimize }'])(
    'do not constrain it beside %s',
    (other) => {
      expect(faults(`${other}\nevaluate: { guards: { gap: { above: 0.1, as: constraint } } }`)).toBe(
        `evaluate.guards.gap (value { above: 0.1, as: "constraint" }) makes a constraint 'gap', but an objective or a constraint has that name; rename it`,
      );
      expect(faults(`${other}\nevaluate: { guards: { gap: { above: 0.1 } } }`)).toBe('none');
    },
  );

  const example = 'write guards: { imbalance: 0.9, off: [bound] }, say';
  it.each([
    ['off', ` is "off", expected { off, imbalance, gap, bound }; ${example}`],
    ['{ seeds: 3 }', '.seeds (value 3) is not a known key, expected off, imbalance, gap or bound; remove it'],
    ['{ off: bound }', '.off is "bound", expected a list of guards; write off: [bound], say'],
    [
      '{ off: [bounds] }',
      '.off[0] is "bounds", expected imbalance, gap, optimism, defaults, bound, seeds or costs; did you mean \'bound\'?',
    ],
    ['{ off: [gap, gap] }', '.off[1] is "gap", expected each name once; remove one of the two'],
    ['{ imbalance: 0.4 }', '.imbalance is 0.4, expected a number from 0.5 to 1; leave it out for 0.8'],
    ['{ imbalance: 1.1 }', '.imbalance is 1.1, expected a number from 0.5 to 1; leave it out for 0.8'],
    ['{ bound: -0.1 }', '.bound is -0.1, expected a number from 0 to 0.5; leave it out for 0.01'],
    ['{ bound: 0.6 }', '.bound is 0.6, expected a number from 0 to 0.5; leave it out for 0.01'],
    ['{ gap: 0.1 }', '.gap is 0.1, expected { above, as, weight }; write gap: { above: 0.1, as: constraint }, say'],
    ['{ gap: {} }', '.gap.above is missing, expected a number of at least 0; add above: 0.1, say'],
    [
      '{ gap: { above: -1 } }',
      ".gap.above is -1, expected a number of at least 0; write it in the first objective's unit",
    ],
    [
      '{ gap: { above: 1, as: constrain } }',
      '.gap.as is "constrain", expected warning, constraint or penalty; did you mean \'constraint\'?',
    ],
    ['{ gap: { above: 1, as: penalty, weight: 0 } }', '.gap.weight is 0, expected a number > 0; leave it out for 1'],
    [
      '{ gap: { above: 1, weight: 2 } }',
      '.gap.weight is 2, expected no weight beside as: warning; leave it out, or write as: penalty',
    ],
    [
      '{ gap: { above: 1, as: constraint, weight: 2 } }',
      '.gap.weight is 2, expected no weight beside as: constraint; leave it out, or write as: penalty',
    ],
    [
      '{ off: [gap], gap: { above: 1 } }',
      '.gap is { above: 1 }, expected no gap beside off: [gap]; remove one of the two',
    ],
  ])('%s are refused', (guards, message) => {
    expect(faults(`evaluate: { guards: ${guards} }`)).toBe(`evaluate.guards${message}`);
  });
});
